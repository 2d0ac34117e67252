// SPDX-License-Identifier: MIT
#ifndef USHER_ACTIONS_OUTCOME_H
#define USHER_ACTIONS_OUTCOME_H

#include "core/question.h"

// How an action ended: done, or refused for one reason. The words are the
// caller's (chat, web); the facts they need are here.

enum outcome_code {
    OUTCOME_DONE,
    OUTCOME_NOT_STORED,  // the store refused; nothing has changed
    OUTCOME_NO_QUESTION, // `number` does not exist, or is not theirs to see
    OUTCOME_NOT_THEIRS,  // question of somebody else
    OUTCOME_OWN,         // a vote for one's own
    OUTCOME_ONLY_MODERATORS,
    OUTCOME_ONLY_MEMBERS,  // the person is in none of the workshop's rooms
    OUTCOME_CLOSED,        // the queue is closed
    OUTCOME_EMPTY,         // no text
    OUTCOME_TOO_LONG,      // `number` is how long it is, `limit` the most
    OUTCOME_TOO_MANY,      // `limit` questions are open already
    OUTCOME_HOST_TOO_MANY, // `limit` are open already of all at the person's host
    OUTCOME_DUPLICATE,     // `question` says the same
    OUTCOME_WRONG_STATE,   // not from the state of `question`
    OUTCOME_VOTED_ALREADY,
    OUTCOME_NOT_VOTED,
    OUTCOME_HOST_VOTED,     // as many of the person's host have voted as may
    OUTCOME_ASKING_ALREADY, // `question` is being asked in this session
    OUTCOME_NONE_APPROVED,
    OUTCOME_NONE_ASKING,
    OUTCOME_NO_SESSION, // session `number` does not exist
    OUTCOME_COUNT,
};

// Zeroed at the start; finish it. `question` is the question as it now is.
struct outcome {
    enum outcome_code code;
    struct question question;
    int64_t number;
    int64_t limit;
};

void outcome_finish(struct outcome *outcome);

#endif
