// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "chat/call.h"
#include "core/wording.h"
#include "store/people.h"

void ask_run(struct call *call) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    int64_t session = call_take_session(call);
    char *text = call_rest(call);
    if (text[0] == '\0') {
        call_say_usage(call, "ask");
    } else {
        participant_ask(&deed, session, text, &outcome);
        if (call_check(call, &outcome)) {
            call_say(call, "#%lld is waiting for a moderator.",
                     (long long)outcome.question.number);
            call_show(call, outcome.question.number);
        }
    }
    free(text);
    outcome_finish(&outcome);
}

void questions_run(struct call *call) {
    call_list_questions(call, 1U << QUESTION_APPROVED | 1U << QUESTION_ASKING, 0,
                        "questions");
}

void mine_run(struct call *call) {
    int64_t asker = people_find(call->desk->store, &call->incoming->person);
    if (asker == 0) {
        call_say(call, "No questions.");
        return;
    }
    call_list_questions(call, (1U << QUESTION_STATE_COUNT) - 1, asker, "mine");
}

// The frame of a command on one question: its number, the deed, then the answer.
static void run_on_question(struct call *call, const char *command,
                            void (*act)(const struct deed *deed, int64_t number,
                                        struct outcome *outcome),
                            void (*say)(struct call *call,
                                        const struct outcome *outcome)) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    int64_t number = 0;
    if (!call_take_number(call, &number)) {
        call_say_usage(call, command);
        return;
    }
    act(&deed, number, &outcome);
    if (call_check(call, &outcome)) {
        say(call, &outcome);
        call_show(call, number);
    }
    outcome_finish(&outcome);
}

static void say_question(struct call *call, const struct outcome *outcome) {
    call_take_line(call, wording_question(&outcome->question));
    if (outcome->question.answer != NULL) {
        call_say(call, "Answer: %s", outcome->question.answer);
    }
}

static void say_votes(struct call *call, const struct outcome *outcome) {
    long long votes = outcome->question.votes;
    call_say(call, "#%lld has %lld vote%s now.", (long long)outcome->question.number,
             votes, votes == 1 ? "" : "s");
}

static void say_withdrawn(struct call *call, const struct outcome *outcome) {
    call_say(call, "#%lld withdrawn.", (long long)outcome->question.number);
}

void question_run(struct call *call) {
    run_on_question(call, "question", participant_see, say_question);
}

void vote_run(struct call *call) {
    run_on_question(call, "vote", participant_vote, say_votes);
}

void unvote_run(struct call *call) {
    run_on_question(call, "unvote", participant_unvote, say_votes);
}

void withdraw_run(struct call *call) {
    run_on_question(call, "withdraw", participant_withdraw, say_withdrawn);
}

void call_edit_question(struct call *call, int64_t number, const char *text) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    participant_edit(&deed, number, text, &outcome);
    if (call_check(call, &outcome)) {
        call_say(call, "#%lld changed. It is waiting for a moderator.",
                 (long long)number);
        call_show(call, number);
    }
    outcome_finish(&outcome);
}

void edit_run(struct call *call) {
    int64_t number = 0;
    if (!call_take_number(call, &number) || call->rest.len == 0) {
        call_say_usage(call, "edit");
        return;
    }
    char *text = call_rest(call);
    call_edit_question(call, number, text);
    free(text);
}
