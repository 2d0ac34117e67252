// SPDX-License-Identifier: MIT
#include "core/question.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[QUESTION_STATE_COUNT] = {
    [QUESTION_PENDING] = "pending",     [QUESTION_APPROVED] = "approved",
    [QUESTION_ASKING] = "asking",       [QUESTION_ANSWERED] = "answered",
    [QUESTION_DISMISSED] = "dismissed", [QUESTION_WITHDRAWN] = "withdrawn",
};

static const char *const action_names[QUESTION_ACTION_COUNT] = {
    [QUESTION_ASK] = "ask",           [QUESTION_EDIT] = "edit",
    [QUESTION_WITHDRAW] = "withdraw", [QUESTION_APPROVE] = "approve",
    [QUESTION_DISMISS] = "dismiss",   [QUESTION_PULL] = "pull",
    [QUESTION_ANSWER] = "answered",   [QUESTION_VOTE] = "vote",
    [QUESTION_UNVOTE] = "unvote",
};

#define FROM(state) (1U << (unsigned)(state))

// Every legal step: from which states, and where to.
static const struct {
    unsigned from;
    bool stays;
    enum question_state to;
} steps[QUESTION_ACTION_COUNT] = {
    [QUESTION_EDIT] = {.from = FROM(QUESTION_PENDING), .stays = true},
    [QUESTION_WITHDRAW] = {.from = FROM(QUESTION_PENDING) | FROM(QUESTION_APPROVED),
                           .to = QUESTION_WITHDRAWN},
    [QUESTION_APPROVE] = {.from = FROM(QUESTION_PENDING), .to = QUESTION_APPROVED},
    [QUESTION_DISMISS] = {.from = FROM(QUESTION_PENDING) | FROM(QUESTION_APPROVED),
                          .to = QUESTION_DISMISSED},
    [QUESTION_PULL] = {.from = FROM(QUESTION_APPROVED), .to = QUESTION_ASKING},
    [QUESTION_ANSWER] = {.from = FROM(QUESTION_ASKING), .to = QUESTION_ANSWERED},
    [QUESTION_VOTE] = {.from = FROM(QUESTION_PENDING) | FROM(QUESTION_APPROVED),
                       .stays = true},
    [QUESTION_UNVOTE] = {.from = FROM(QUESTION_PENDING) | FROM(QUESTION_APPROVED),
                         .stays = true},
};

void question_finish(struct question *question) {
    free(question->text);
    free(question->original_text);
    free(question->asker_name);
    free(question->asker_network);
    free(question->asker_identity);
    free(question->reason);
    free(question->answer);
    *question = (struct question){0};
}

enum err question_step(enum question_state from, enum question_action action,
                       enum question_state *to) {
    assert(from < QUESTION_STATE_COUNT && action < QUESTION_ACTION_COUNT);
    if ((steps[action].from & FROM(from)) == 0) {
        return ERR_CONFLICT;
    }
    *to = steps[action].stays ? from : steps[action].to;
    return OK;
}

const char *question_state_name(enum question_state state) {
    return state_names[state];
}

const char *question_action_name(enum question_action action) {
    return action_names[action];
}

bool question_state_parse(const char *name, enum question_state *state) {
    for (int i = 0; i < QUESTION_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *state = (enum question_state)i;
            return true;
        }
    }
    return false;
}

bool question_is_public(enum question_state state) {
    return state == QUESTION_APPROVED || state == QUESTION_ASKING ||
           state == QUESTION_ANSWERED;
}
