// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_QUESTION_H
#define USHER_CORE_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

// A question to the panel and its life: pending, approved, asking, answered; or
// dismissed, withdrawn. Which step is legal from which state is one table.

enum question_state {
    QUESTION_PENDING,
    QUESTION_APPROVED,
    QUESTION_ASKING,
    QUESTION_ANSWERED,
    QUESTION_DISMISSED,
    QUESTION_WITHDRAWN,
    QUESTION_STATE_COUNT,
};

enum question_action {
    QUESTION_ASK, // the beginning; legal from no state
    QUESTION_EDIT,
    QUESTION_WITHDRAW,
    QUESTION_APPROVE,
    QUESTION_DISMISS,
    QUESTION_PULL,
    QUESTION_ANSWER,
    QUESTION_VOTE,
    QUESTION_UNVOTE,
    QUESTION_ACTION_COUNT,
};

// Open record; owns its strings. In the store's words: a row.
struct question {
    int64_t number; // from 1 in each workshop
    enum question_state state;
    int64_t session; // number of the session it belongs to
    int64_t asker;   // id of the person in the store
    int64_t votes;
    int64_t asked_ms;
    char *text;
    char *original_text;  // as first asked
    char *asker_name;     // as it was when asked
    char *asker_network;  // where an answer goes
    char *asker_identity; // likewise
    int64_t asker_host;   // people_host of the asker; only of a new one
    char *reason;         // of a dismissal; NULL
    char *answer;         // written answer; NULL
};

void question_finish(struct question *question);

// The state after the action. ERR_CONFLICT where the action is not legal.
enum err question_step(enum question_state from, enum question_action action,
                       enum question_state *to) ATTR_MUST_USE;

// Words of the state and the action, as shown, stored and exported.
const char *question_state_name(enum question_state state);
const char *question_action_name(enum question_action action);
bool question_state_parse(const char *name, enum question_state *state);

// Public are the states that participants see in `questions`.
bool question_is_public(enum question_state state);

#endif
