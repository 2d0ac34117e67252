// SPDX-License-Identifier: MIT
#ifndef USHER_ACTIONS_DEED_H
#define USHER_ACTIONS_DEED_H

#include "actions/participant.h"

// Shared by the actions, private to this folder: the steps that each deed on a
// question is made of. Each returns whether to go on; where not, the outcome says
// why.

bool deed_read(const struct deed *deed, int64_t number, struct outcome *outcome);

// Moves the outcome's question on by the table of core/question.h; *from is the
// state it was in.
bool deed_step(enum question_action action, struct outcome *outcome,
               enum question_state *from);

// Writes the outcome's question with a row of history, and has the messages about it
// brought up to date.
bool deed_write(const struct deed *deed, enum question_action action,
                enum question_state from, const char *folded, struct outcome *outcome);

// Ends as "not stored" unless err is OK.
bool deed_stored(enum err err, struct outcome *outcome);

bool deed_refuse(struct outcome *outcome, enum outcome_code code);

// "name@network", for the history; the caller frees.
char *deed_actor(const struct deed *deed);

#endif
