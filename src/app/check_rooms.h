// SPDX-License-Identifier: MIT
#ifndef USHER_APP_CHECK_ROOMS_H
#define USHER_APP_CHECK_ROOMS_H

#include "app/config.h"
#include "base/table.h"

// What the networks have told of themselves, turned into mistakes and warnings at the
// places of the configuration that they belong to.

enum check_link { CHECK_WAITING, CHECK_UP, CHECK_DOWN };

struct check_network {
    struct network *network;
    enum check_link link;  // what it told last
    struct table troubles; // room, "" for the network → the last sentence (char *)
};

// `networks` are those of the configuration but consoles, in its order, still there.
void check_rooms(const char *file, const struct config *config,
                 const struct check_network *networks, size_t network_count,
                 struct mistakes *mistakes);

#endif
