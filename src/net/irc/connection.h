// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_CONNECTION_H
#define USHER_NET_IRC_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/irc/batch.h"
#include "net/irc/channels.h"
#include "net/irc/delivery.h"
#include "net/irc/history.h"
#include "net/irc/irc.h"
#include "net/irc/isupport.h"
#include "net/irc/library.h"
#include "net/irc/nickserv.h"
#include "net/irc/signon.h"
#include "net/irc/sts.h"
#include "net/irc/users.h"
#include "net/irc/watch.h"
#include "net/irc/wire.h"

// The state of an IRC network, shared by irc.c (the network's functions), connection.c
// (life of the connection), receive.c (which line goes where) and the files that each
// know one kind of line. Private to these.

struct event;

enum irc_stage { IRC_AWAY, IRC_CONNECTING, IRC_SIGNING_ON, IRC_ON, IRC_STOPPED };
enum irc_told { IRC_TOLD_NOTHING, IRC_TOLD_UP, IRC_TOLD_DOWN };

// How the bot gets the configured nick back (nick.c).
struct irc_regain {
    struct event *timer;
    size_t tries;        // since it was lost
    int64_t earliest_ms; // monotonic, as is the next; of the next try
    int64_t had_ms;      // since when the bot has it, or had it
    bool asked;          // NICK is not answered
    bool monitored;      // the server tells when it is free
    bool settled;        // the end of the MOTD has come
};

struct irc {
    struct network network;
    struct irc_options options; // own copies
    struct irc_wire *wire;
    struct irc_library *library; // of this connection, or of the last
    struct irc_signon signon;
    struct irc_isupport isupport;
    struct irc_users users;
    struct irc_channels channels;
    struct irc_delivery delivery;
    struct irc_nickserv nickserv;
    struct irc_sts sts;
    struct irc_batches batches;
    struct irc_history history;
    struct irc_users past; // who spoke while the bot was away and is not known here

    struct irc_regain regain;
    struct irc_watch watch;

    struct event *retry;    // the next connection
    struct event *look;     // sign-on takes too long, or the server is silent
    struct event *joins;    // channels are due
    struct event *pump;     // something may be said
    struct event *prove;    // the PING behind what was said is due
    struct event *patience; // a request for history is not answered

    int64_t port; // of this connection, or of the last
    bool secure;  // it is over TLS
    enum irc_stage stage;
    enum irc_told told;
    struct buf nick;     // the bot's, now
    size_t mask_len;     // of its user@host as others see it
    size_t failures;     // connections in a row that were lost soon
    int64_t on_since_ms; // monotonic
    char *refusal;       // logged last; NULL: none since the last sign-on
    char *reason;        // why the last connection was lost; NULL: none was
    char *unidentified;  // why services did not sign the bot in; NULL: they did
    struct buf farewell; // text of the server's ERROR
    int64_t started_ms;  // real; with the count a name for each message
    uint64_t message_count;
    int64_t ctcp_since_ms; // monotonic; minute of the CTCP answers counted
    size_t ctcp_count;
    int64_t replies_since_ms; // monotonic; minute of the standard replies logged
    size_t replies_logged;
    struct buf tag; // scratch, as are the next two
    struct buf plain;
    struct buf event;
};

// Whether all of enum irc_capability given are in use.
static inline bool irc_has(const struct irc *irc, unsigned capabilities) {
    return (irc->signon.enabled & capabilities) == capabilities;
}

// Nothing is to change by the bot's being there.
static inline bool irc_only_looks(const struct irc *irc) {
    return irc->network.events->only_looks;
}

// receive.c

extern const struct irc_library_events irc_receive_events;

// One line of the server. Its text must stay until the next irc_receive_end.
void irc_receive_line(struct irc *irc, struct slice text);

// Carries out what lines still mean; false when that ended the connection.
bool irc_receive_end(struct irc *irc);

// connection.c

// Timers and wire; connects once started.
void irc_connection_init(struct irc *irc, struct event_base *base);
void irc_connection_finish(struct irc *irc);
void irc_connection_start(struct irc *irc);
void irc_connection_stop(struct irc *irc);

// What was given up is tried again.
void irc_connection_retry(struct irc *irc);

// What waits to be said is said in the next turn of the loop.
void irc_connection_say_soon(struct irc *irc);

// A request for history was made: waits for its answer for a while.
void irc_connection_be_patient(struct irc *irc);

// Ends the connection; a refused one is tried again at the longest wait only.
void irc_connection_lose(struct irc *irc, const char *reason, bool refused);

// Begins anew at the TLS port that the server has named.
void irc_connection_upgrade(struct irc *irc);

// 001 came.
void irc_connection_welcome(struct irc *irc);

#endif
