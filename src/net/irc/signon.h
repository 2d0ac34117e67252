// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_SIGNON_H
#define USHER_NET_IRC_SIGNON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "net/irc/irc.h"
#include "net/irc/line.h"
#include "net/irc/sts.h"

// From a fresh connection to 001 (RFC 2812 3.1, IRCv3 capability negotiation 302,
// SASL 3.1). With an account configured, SASL comes before NICK, and without its
// success there is no sign-on. Without TLS nothing but CAP LS goes out before the
// server's answer, which may send the bot to TLS (IRCv3 sts). Reads lines and appends
// lines; no input or output of its own. Goes on after 001 to follow capabilities that
// come and go.

enum irc_capability {
    IRC_MESSAGE_TAGS = 1 << 0,
    IRC_ACCOUNT_TAG = 1 << 1,
    IRC_ACCOUNT_NOTIFY = 1 << 2,
    IRC_EXTENDED_JOIN = 1 << 3,
    IRC_MULTI_PREFIX = 1 << 4,
    IRC_ECHO_MESSAGE = 1 << 5,
    IRC_SERVER_TIME = 1 << 6,
    IRC_SASL = 1 << 7,
    IRC_BATCH = 1 << 8,
    IRC_LABELED_RESPONSE = 1 << 9,
    IRC_CHATHISTORY = 1 << 10,
    IRC_AWAY_NOTIFY = 1 << 11,
    IRC_CHGHOST = 1 << 12,
    IRC_INVITE_NOTIFY = 1 << 13,
    IRC_SETNAME = 1 << 14,
    IRC_STANDARD_REPLIES = 1 << 15,
    IRC_USERHOST_IN_NAMES = 1 << 16,
};

enum irc_signon_result {
    IRC_SIGNON_OTHER,   // the line is none of sign-on's
    IRC_SIGNON_GOING,   // handled
    IRC_SIGNON_WELCOME, // 001: signed on as `nick`
    IRC_SIGNON_UPGRADE, // only over TLS, at the port in `sts`
    IRC_SIGNON_FAILED,  // may go better at the next try
    IRC_SIGNON_REFUSED, // will be refused until somebody changes something
};

struct irc_signon {
    const struct irc_options *options; // borrowed
    unsigned offered;                  // of enum irc_capability
    unsigned asked;                    // not answered yet
    unsigned enabled;
    bool mechanism_offered;
    struct irc_sasl *sasl; // since the server agreed to it
    bool sasl_done;
    bool secure;     // the connection is over TLS
    bool patient;    // the answer about capabilities is still waited for
    bool greeted;    // PASS is sent, if there is one
    bool introduced; // NICK and USER are sent
    struct irc_sts_offer sts;
    bool welcome;
    size_t nick_tries;
    struct buf nick;
    struct buf reason; // of FAILED and REFUSED
};

void irc_signon_finish(struct irc_signon *signon);

// For a new connection: forgets the last and appends the first lines.
void irc_signon_start(struct irc_signon *signon, const struct irc_options *options,
                      bool secure, struct buf *out);

enum irc_signon_result irc_signon_handle(struct irc_signon *signon,
                                         const struct irc_line *line, struct buf *out);

// It takes too long: FAILED, or REFUSED when it was the wait for SASL. Without TLS the
// first time means that the server knows no capabilities: goes on without.
enum irc_signon_result irc_signon_time_out(struct irc_signon *signon, struct buf *out);

#endif
