// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_MATRIX_H
#define USHER_NET_MATRIX_MATRIX_H

#include "net/network.h"

// An account on a Matrix homeserver (client-server API, specification v1.11).

struct matrix_room {
    char *name; // as configured: "#alias:server" or "!id:server"
    char **via; // servers to join through
    size_t via_count;
};

// All strings are borrowed until matrix_create returns, which copies them.
struct matrix_options {
    char *homeserver; // "https://…", without a final slash
    char *user;       // full user id
    char *password;   // one of the two; NULL: none
    char *access_token;
    char *ca_file; // NULL: the system's
    char *proxy;   // NULL: none
    struct matrix_room *rooms;
    size_t room_count;
};

// It has its position kept, and the token and device of its one login (so
// that transaction ids stay valid). The network sends nothing before its start function
// is called.
struct network *matrix_create(const char *name, const struct matrix_options *options,
                              struct event_base *base,
                              const struct network_events *events, void *context);

#endif
