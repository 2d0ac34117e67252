// SPDX-License-Identifier: MIT
#ifndef USHER_ACTIONS_PARTICIPANT_H
#define USHER_ACTIONS_PARTICIPANT_H

#include "actions/desk.h"
#include "actions/outcome.h"

// What a participant does to the queue. Each function fills a zeroed outcome; the
// code says whether it was done. `actor` is who does it.

struct deed {
    struct desk *desk;
    const struct workshop *workshop;
    const struct person *actor;
    bool is_present;           // said in one of the workshop's rooms
    const struct target *back; // where an answer goes
};

// A question to the panel. `session` 0: the one that is on now, else the next, else
// the last. Tells the moderators' rooms.
void participant_ask(const struct deed *deed, int64_t session, const char *text,
                     struct outcome *outcome);

// One's own, while it waits for a moderator.
void participant_edit(const struct deed *deed, int64_t number, const char *text,
                      struct outcome *outcome);
void participant_withdraw(const struct deed *deed, int64_t number,
                          struct outcome *outcome);

void participant_vote(const struct deed *deed, int64_t number, struct outcome *outcome);
void participant_unvote(const struct deed *deed, int64_t number,
                        struct outcome *outcome);

// The same by a reaction to a message about the question, and by taking that back;
// `reaction` is its event on the actor's network.
void participant_react(const struct deed *deed, int64_t number, const char *reaction,
                       struct outcome *outcome);
void participant_unreact(const struct deed *deed, int64_t number, const char *reaction,
                         struct outcome *outcome);

// One question, as far as the actor may see it: their own, and what is public;
// moderators see all.
void participant_see(const struct deed *deed, int64_t number, struct outcome *outcome);

#endif
