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

// What a network tells. `context` is the one given at creation.
struct network_events {
    // Somebody said something.
    void (*message)(void *context, struct network *network,
                    const struct incoming *incoming);
    // All messages of one answer of the server have been told, in this same turn of
    // the loop; `position` is where to go on after a restart. The receiver stores it
    // with the changes that they made (promise 2).
    void (*position)(void *context, struct network *network, const char *position);
    // The network has the message; it will not be sent again.
    void (*delivered)(void *context, struct network *network, uint64_t id);
    // The network will never take it (no such nick, forbidden, too large).
    void (*refused)(void *context, struct network *network, uint64_t id,
                    const char *reason);
    // Signed on, all rooms joined or their first try failed: may be given messages.
    void (*up)(void *context, struct network *network);
    // Connection lost, or the first try to connect failed: what was neither
    // delivered nor refused is to be given again after the next `up`.
    void (*down)(void *context, struct network *network);
    // Nothing more will come by itself (console: end of input).
    void (*ended)(void *context, struct network *network, bool by_command);
};

struct network_functions {
    void (*start)(struct network *network, const char *position); // NULL: first start
    void (*send)(struct network *network, const struct outgoing *outgoing);
    // Whether the person is in that room now, as far as the network knows.
    bool (*has_member)(const struct network *network, const char *room,
                       const char *identity);
    // Leaves politely (QUIT) without waiting for an answer.
    void (*stop)(struct network *network);
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
