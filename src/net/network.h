// SPDX-License-Identifier: MIT
#ifndef USHER_NET_NETWORK_H
#define USHER_NET_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/message.h"

struct event_base;

// The one interface between the bot and a network: an account on an IRC network
// or Matrix homeserver, or the console. A network turns what arrives into
// `struct incoming`, keeps its connection by itself, and delivers what it is
// given; it knows no command and no store.
//
// Every function is called on the loop's thread. A network calls its events from
// the loop, never from inside one of the functions below.

// One message to deliver. Borrowed for the call: a network copies what it keeps.
struct outgoing {
    uint64_t id;             // comes back in delivered or refused
    const char *transaction; // Matrix transaction id: the same at every try
    struct target target;
    const char *text; // lines apart by '\n'
    const char *html; // the same as HTML; NULL when there is only text
    enum priority priority;
};

struct network;

// What a network tells, and what it has kept for it over restarts (positions, tokens,
// policies). `context` is the one given at creation.
struct network_events {
    // The receiver only looks whether all is well (`usher check --online`): the network
    // signs on and joins its rooms, but asks nobody to be let in, accepts and answers
    // nothing, goes on from no position, and keeps nothing. A bot that runs on the same
    // account does not notice. `up` then means that all is known that `inspect` tells.
    bool only_looks;
    // Somebody said something.
    void (*message)(void *context, struct network *network,
                    const struct incoming *incoming);
    // All messages up to here have been told, in this same turn of the loop;
    // `position` is where to go on after a restart, to be recalled under `key`. The
    // receiver stores it with the changes that they made (promise 2).
    void (*position)(void *context, struct network *network, const char *key,
                     const char *position);
    // The network has the message; it will not be sent again. `event` is the network's
    // own id of it; NULL where it has none.
    void (*delivered)(void *context, struct network *network, uint64_t id,
                      const char *event);
    // The network will never take it (no such nick, forbidden, too large).
    void (*refused)(void *context, struct network *network, uint64_t id,
                    const char *reason);
    // Signed on, all rooms joined or their first try failed: may be given messages.
    void (*up)(void *context, struct network *network);
    // Something is wrong that a moderator should know of, in a sentence; told once
    // until it is well again. `room` is NULL when it concerns the whole network.
    void (*trouble)(void *context, struct network *network, const char *room,
                    const char *text);
    // Connection lost, or the first try to connect failed: what was neither
    // delivered nor refused is to be given again after the next `up`.
    void (*down)(void *context, struct network *network);
    // What is kept under the key; the caller frees, NULL when nothing is.
    char *(*recall)(void *context, const struct network *network, const char *key);
    void (*remember)(void *context, const struct network *network, const char *key,
                     const char *value); // NULL value: forget
    // Nothing more will come by itself (console: end of input).
    void (*ended)(void *context, struct network *network, bool by_command);
};

// How the network, or one of its rooms, is for the bot, for who only looks.
struct network_report {
    bool is_in;        // signed on; in the room
    char *hindrance;   // in a sentence, what keeps it out, or from hearing or speaking
                       // there; NULL: nothing that the network knows of
    char *remark;      // what is well but worth a word; NULL: nothing
    bool has_operator; // of a room: somebody else there is one now
    bool has_named_operator; // and it is known for sure who
};

struct network_functions {
    bool can_edit; // target.replaces has its effect
    void (*start)(struct network *network);
    void (*send)(struct network *network, const struct outgoing *outgoing);
    // Whether the person is in that room now, as far as the network knows.
    bool (*has_member)(const struct network *network, const char *room,
                       const char *identity);
    // Whether the person is in that room and an operator of it now; NULL where a
    // network knows no operators.
    bool (*is_operator)(const struct network *network, const char *room,
                        const char *identity);
    // The person wants to be written to: an earlier sign of theirs to the contrary
    // counts no more. NULL where a network knows none.
    void (*welcome)(struct network *network, const char *identity);
    // The operator of the bot has looked after it: what was given up is tried again.
    // NULL where nothing ever is.
    void (*retry)(struct network *network);
    // Fills a zeroed report of a room, or of the network as a whole where `room` is
    // NULL. The caller frees its texts. NULL where there is nothing to find out.
    void (*inspect)(const struct network *network, const char *room,
                    struct network_report *report);
    // Leaves politely (QUIT) without waiting for an answer.
    void (*stop)(struct network *network);
    // Whether the server has something of `stop` to confirm, where the network only
    // looks; NULL where it never has.
    bool (*is_leaving)(const struct network *network);
    void (*destroy)(struct network *network);
};

// First member of every implementation's own struct.
struct network {
    const struct network_functions *functions;
    const struct network_events *events;
    void *context;
    char *name; // as in the configuration; owned
};

#endif
