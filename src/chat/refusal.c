// SPDX-License-Identifier: MIT
#include "chat/call.h"

// The sentence for each way an action can be refused. Some begin as others rely on
// (DESIGN "Texts that others rely on": refusals).

#define NUMBER(outcome) ((long long)(outcome)->number)

static void say_wrong_state(struct call *call, const struct outcome *outcome) {
    call_say(call, "#%lld is %s, so that can't be done.", NUMBER(outcome),
             question_state_name(outcome->question.state));
}

static void say_duplicate(struct call *call, const struct question *question) {
    enum question_state to;
    long long number = (long long)question->number;
    call_show(call, question->number);
    bool can_vote = question_step(question->state, QUESTION_VOTE, &to) == OK;
    call_say(call, "#%lld asks the same. %s: %s %lld", number,
             can_vote ? "To support it" : "To see it", can_vote ? "vote" : "question",
             number);
}

static void say_about_number(struct call *call, const struct outcome *outcome) {
    switch (outcome->code) {
    case OUTCOME_NO_QUESTION:
        call_say(call, "No question #%lld.", NUMBER(outcome));
        break;
    case OUTCOME_NOT_THEIRS:
        call_say(call, "#%lld is not your question.", NUMBER(outcome));
        break;
    case OUTCOME_OWN:
        call_say(call, "#%lld is your own question.", NUMBER(outcome));
        break;
    case OUTCOME_VOTED_ALREADY:
        call_say(call, "You have voted for #%lld already.", NUMBER(outcome));
        break;
    case OUTCOME_NOT_VOTED:
        call_say(call, "You have not voted for #%lld.", NUMBER(outcome));
        break;
    case OUTCOME_HOST_VOTED:
        call_say(call,
                 "As many have voted for #%lld from your host as may without an "
                 "account. Log in to an account to vote.",
                 NUMBER(outcome));
        break;
    case OUTCOME_NO_SESSION:
        call_say(call, "No session %lld.", NUMBER(outcome));
        break;
    case OUTCOME_DUPLICATE:
        say_duplicate(call, &outcome->question);
        break;
    case OUTCOME_ASKING_ALREADY:
        call_say(call, "#%lld is being asked already; first: answered #%lld",
                 (long long)outcome->question.number,
                 (long long)outcome->question.number);
        break;
    default:
        say_wrong_state(call, outcome);
    }
}

bool call_check(struct call *call, const struct outcome *outcome) {
    switch (outcome->code) {
    case OUTCOME_DONE:
        return true;
    case OUTCOME_NOT_STORED:
        call_say(call, "Not stored, please ask again.");
        break;
    case OUTCOME_ONLY_MODERATORS:
        call_say(call, "Only moderators can do that.");
        break;
    case OUTCOME_ONLY_MEMBERS:
        call_say(call, "Join a room of the workshop first.");
        break;
    case OUTCOME_CLOSED:
        call_say(call, "Questions are closed.");
        break;
    case OUTCOME_EMPTY:
        call_say(call, "There is no text in that.");
        break;
    case OUTCOME_TOO_LONG:
        call_say(call, "Too long: %lld characters, at most %lld.", NUMBER(outcome),
                 (long long)outcome->limit);
        break;
    case OUTCOME_TOO_MANY:
        call_say(call,
                 "You have %lld open questions, no more can wait at a time. To take "
                 "one back: withdraw N",
                 (long long)outcome->limit);
        break;
    case OUTCOME_HOST_TOO_MANY:
        call_say(call,
                 "From your host %lld questions are open, no more can wait at a time "
                 "without an account. Log in to an account to ask.",
                 (long long)outcome->limit);
        break;
    case OUTCOME_NONE_APPROVED:
        call_say(call, "No approved question waits.");
        break;
    case OUTCOME_NONE_ASKING:
        call_say(call, "No question is being asked.");
        break;
    default:
        say_about_number(call, outcome);
    }
    return false;
}
