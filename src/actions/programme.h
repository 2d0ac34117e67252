// SPDX-License-Identifier: MIT
#ifndef USHER_ACTIONS_PROGRAMME_H
#define USHER_ACTIONS_PROGRAMME_H

#include "actions/desk.h"

// What the clock does to a workshop: its sessions get their stored numbers, and
// its notices are said when they are due (promise 3 of the design).

// Gives every session of the workshop its number, in the turn's transaction.
enum err programme_number_sessions(struct store *store,
                                   struct workshop *workshop) ATTR_MUST_USE;

// The notices of one workshop that are still to come. Zeroed is empty.
struct programme {
    const struct workshop *workshop; // borrowed
    struct notice *notices;          // by due time
    size_t count;
};

// Plans anew from the agenda and from what the store says is done already; drops
// those that were due before the store was first opened.
void programme_plan(struct programme *programme, const struct desk *desk,
                    const struct workshop *workshop);
void programme_finish(struct programme *programme);

// When the next one is due; INT64_MAX when none is to come.
int64_t programme_next_ms(const struct programme *programme);

// Stages all that are due now, in one message a room, and marks them done, in the
// turn's transaction. Plan again once the turn has ended, well or not.
enum err programme_say_due(const struct programme *programme,
                           struct desk *desk) ATTR_MUST_USE;

#endif
