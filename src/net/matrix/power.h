// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_POWER_H
#define USHER_NET_MATRIX_POWER_H

#include <stdbool.h>

#include "base/table.h"

struct cJSON;

// Who is an operator of a room: has a power level of at least 50 by the rules of the
// room's version (v1.11, "m.room.power_levels" and "Room versions"; v1.16 for version
// 12). Somebody who is not named never is, whatever `users_default` says, so that one
// careless default does not make everybody a moderator. Before m.room.create is known
// nobody is; of a version that is not known here nobody but who is named with an
// integer. Zeroed is a room of which nothing is known.

struct matrix_power {
    bool is_known;         // m.room.create was seen
    int version;           // 0: none of those known here
    struct table creators; // set of user ids
    bool has_levels;       // m.room.power_levels was seen
    struct table named;    // user id → how the level of 50 or more is written
    bool mutes;            // who is not named may not send messages
    struct table voices;   // user id → whether who is named may
};

void matrix_power_finish(struct matrix_power *power);

// Contents of the two state events; NULL is an empty one.
void matrix_power_set_create(struct matrix_power *power, const char *sender,
                             const struct cJSON *content);
void matrix_power_set_levels(struct matrix_power *power, const struct cJSON *content);

bool matrix_power_is_operator(const struct matrix_power *power, const char *user);

// Whether the user's level is enough to send messages ("m.room.power_levels": of
// `events`, `events_default`, `users` and `users_default`).
bool matrix_power_may_speak(const struct matrix_power *power, const char *user);

#endif
