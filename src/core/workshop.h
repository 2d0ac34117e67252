// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_WORKSHOP_H
#define USHER_CORE_WORKSHOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agenda.h"

// One event: its agenda, its rooms, who moderates it and by which rules. Filled
// from the configuration; owns all it points to.

struct room {
    char *network;
    char *name;           // as configured: "#cyber", "!abc:example.org", "hall"
    bool trust_operators; // of an IRC moderators' room: by nick alone
};

struct moderator {
    char *network;
    char *account; // Matrix user id, IRC account in lower case, console name
};

struct notice_rules {
    int64_t *before_ms; // how long before a start
    size_t before_count;
    bool at_start;
    int64_t *before_end_ms;
    size_t before_end_count;
};

struct question_rules {
    int64_t max_length;      // Unicode characters
    int64_t open_per_person; // pending and approved
};

struct rate_rules {
    int64_t commands_per_person_per_minute;
    int64_t answers_per_room_per_minute;
    // For as many all those of one host count, who have no account; in votes and open
    // questions too.
    int64_t persons_per_host;
};

struct workshop {
    char *id;
    struct agenda agenda;
    struct room *rooms;
    size_t room_count;
    struct room *moderator_rooms;
    size_t moderator_room_count;
    struct moderator *moderators;
    size_t moderator_count;
    struct notice_rules notices;
    struct question_rules questions;
    struct rate_rules rates;
};

void workshop_finish(struct workshop *workshop);

// The workshop's title; its id where the agenda has none. Borrowed.
const char *workshop_title(const struct workshop *workshop);

bool workshop_has_room(const struct workshop *workshop, const char *network,
                       const char *name);
bool workshop_has_moderator_room(const struct workshop *workshop, const char *network,
                                 const char *name);

#endif
