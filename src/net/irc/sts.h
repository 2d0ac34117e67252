// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_STS_H
#define USHER_NET_IRC_STS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

// Strict transport security (IRCv3 sts): a server that is reached without TLS may
// send the bot to a TLS port, and over TLS say for how long it is to come by TLS
// alone. From then on nothing goes there without TLS, whatever fails. The first is
// kept for as long as the process runs, the second over restarts.

struct irc;

// The value of the capability.
struct irc_sts_offer {
    int64_t port;       // counts without TLS; 0: none that is good
    int64_t duration_s; // counts over TLS; -1: none that is good
};

struct irc_sts {
    int64_t port;       // for TLS, instead of the configured plain one; 0: no policy
    int64_t duration_s; // as said last; 0: never over TLS
    int64_t expires_ms; // real time; where there is a duration
};

struct irc_sts_offer irc_sts_read(struct slice value);

// The policy as text to be kept, which counts for that host alone. The caller frees.
char *irc_sts_text(const struct irc_sts *sts, const char *host);
void irc_sts_parse(struct irc_sts *sts, const char *text, const char *host);

// Over TLS at that port a duration was said; one of 0 ends the policy.
void irc_sts_persist(struct irc_sts *sts, int64_t duration_s, int64_t port,
                     int64_t now_ms);

// The port that the policy demands at that time, 0 where there is none.
int64_t irc_sts_port(const struct irc_sts *sts, int64_t now_ms);

// The life of a network's policy. All but the last store what has changed.

// For a new connection: sets irc->secure and irc->port.
void irc_sts_choose_port(struct irc *irc);

// A line about capabilities was handled over TLS.
void irc_sts_heard(struct irc *irc);

// Still connected: a policy of which less than half is left begins anew.
void irc_sts_refresh(struct irc *irc);

// The connection has ended: the policy begins anew.
void irc_sts_closed(struct irc *irc);

// The server sends the bot to its TLS port.
void irc_sts_upgrade(struct irc *irc);

#endif
