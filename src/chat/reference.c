// SPDX-License-Identifier: MIT
#include "chat/reference.h"

#include <stdlib.h>

#include "actions/moderator.h"
#include "chat/call.h"
#include "chat/reaction.h"
#include "store/people.h"

static bool is_own(const struct call *call, const struct event *event) {
    return event->person == people_find(call->desk->store, &call->incoming->person);
}

// What is asked by the message as it reads now: behind the command word, else, in a
// direct room, all of it. False when it has become another command.
static bool take_new_text(struct call *call) {
    struct command_line line;
    call->rest = slice_trim(slice_of(call->incoming->text));
    if (!command_line_parse(call->incoming, &line)) {
        return true;
    }
    if (slice_is_nocase(line.word, "ask")) {
        call->rest = line.rest;
        call_take_session(call);
        return true;
    }
    return line.addressing == ADDRESSED_DIRECTLY;
}

static void run_edit(struct call *call, const struct event *event) {
    if (event->role != EVENT_ASKED || !is_own(call, event) || !take_new_text(call)) {
        return;
    }
    char *text = call_rest(call);
    call_edit_question(call, event->question, text);
    free(text);
}

// Whoever tidies up old messages is not told of each that its question is over.
static void withdraw(struct call *call, int64_t number) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    participant_withdraw(&deed, number, &outcome);
    bool is_told = outcome.code == OUTCOME_DONE || outcome.code == OUTCOME_NOT_STORED;
    if (is_told && call_check(call, &outcome)) {
        call_say(call, "#%lld withdrawn.", (long long)number);
    }
    outcome_finish(&outcome);
}

// A moderator who removes what somebody asked does not want it read out.
static void run_redaction(struct call *call, const struct event *event) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    bool own = is_own(call, event);
    if (event->role == EVENT_ASKED && own) {
        withdraw(call, event->question);
    } else if (event->role == EVENT_ASKED) {
        moderator_dismiss(&deed, event->question, "removed", &outcome);
    } else if (event->role == EVENT_VOTE && own) {
        participant_unreact(&deed, event->question, event->id, &outcome);
    }
    outcome_finish(&outcome);
}

static void run_reaction(struct call *call, const struct event *event) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    enum reaction reaction = reaction_parse(slice_of(call->incoming->text));
    bool by_bot = event->role == EVENT_SHOWN || event->role == EVENT_QUEUE;
    if (reaction == REACTION_VOTE && (by_bot || event->role == EVENT_ASKED)) {
        participant_react(&deed, event->question, call->incoming->event, &outcome);
    } else if (reaction == REACTION_APPROVE && by_bot) {
        moderator_approve(&deed, event->question, &outcome);
    } else if (reaction == REACTION_DISMISS && by_bot) {
        moderator_dismiss(&deed, event->question, "", &outcome);
    }
    outcome_finish(&outcome);
}

void reference_run(struct call *call, const struct event *event) {
    static void (*const run[])(struct call * call, const struct event *event) = {
        [INCOMING_EDIT] = run_edit,
        [INCOMING_REDACTION] = run_redaction,
        [INCOMING_REACTION] = run_reaction,
    };
    run[call->incoming->kind](call, event);
}
