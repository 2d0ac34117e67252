// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "actions/moderator.h"
#include "chat/call.h"
#include "core/wording.h"

static bool take_states(struct call *call, unsigned *states) {
    struct slice rest = call->rest;
    char *word = slice_copy(slice_take_word(&rest));
    enum question_state state;
    bool taken = true;
    ascii_lower_all(word);
    if (slice_is_nocase(slice_of(word), "all")) {
        *states = (1U << QUESTION_STATE_COUNT) - 1;
    } else if (question_state_parse(word, &state)) {
        *states = 1U << (unsigned)state;
    } else {
        taken = false;
    }
    free(word);
    if (taken) {
        call->rest = rest;
    }
    return taken;
}

void queue_run(struct call *call) {
    unsigned states = 1U << QUESTION_PENDING | 1U << QUESTION_APPROVED;
    struct slice word = call->rest;
    struct slice first = slice_take_word(&word);
    bool given = take_states(call, &states);
    char *command = given ? str_printf("queue %.*s", (int)first.len, first.data)
                          : str_printf("queue");
    call_list_questions(call, states, 0, command);
    free(command);
}

static void say_told(struct call *call, const struct outcome *outcome) {
    call_take_line(call, wording_question_told(&outcome->question));
}

void approve_run(struct call *call) {
    const struct deed deed = call_deed(call);
    int64_t number = 0;
    while (call_take_number(call, &number)) {
        struct outcome outcome = {0};
        moderator_approve(&deed, number, &outcome);
        if (call_check(call, &outcome)) {
            say_told(call, &outcome);
        }
        outcome_finish(&outcome);
    }
    if (call->reply.lines == 0 || call->rest.len > 0) {
        call_say_usage(call, "approve");
    }
}

void dismiss_run(struct call *call) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    int64_t number = 0;
    if (!call_take_number(call, &number)) {
        call_say_usage(call, "dismiss");
        return;
    }
    char *reason = call_rest(call);
    moderator_dismiss(&deed, number, reason, &outcome);
    free(reason);
    if (call_check(call, &outcome)) {
        say_told(call, &outcome);
    }
    outcome_finish(&outcome);
}

// A moderator who stands in one of the rooms hears there what was said in all.
static bool hears_the_rooms(const struct call *call) {
    return call->incoming->room != NULL &&
           workshop_has_room(call->workshop, call->incoming->person.network,
                             call->incoming->room);
}

void pull_run(struct call *call) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    int64_t session = 0;
    if (!call_take_labelled(call, "session", &session) && call->rest.len > 0) {
        call_say_usage(call, "pull");
        return;
    }
    moderator_pull(&deed, session, &outcome);
    if (call_check(call, &outcome) && !hears_the_rooms(call)) {
        call_take_line(call, wording_question_asked(&outcome.question));
    }
    outcome_finish(&outcome);
}

void answered_run(struct call *call) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    int64_t number = 0;
    if (call->rest.len > 0 && call->rest.data[0] == '#') {
        call_take_number(call, &number);
    }
    char *answer = call_rest(call);
    moderator_answered(&deed, number, answer, &outcome);
    free(answer);
    if (call_check(call, &outcome)) {
        say_told(call, &outcome);
    }
    outcome_finish(&outcome);
}

static void set_closed(struct call *call, bool closed) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    int64_t session = 0;
    if (!call_take_labelled(call, "session", &session) && call->rest.len > 0) {
        call_say_usage(call, closed ? "close" : "open");
        return;
    }
    moderator_set_closed(&deed, session, closed, &outcome);
    if (call_check(call, &outcome)) {
        const char *state = closed ? "closed" : "open";
        if (session != 0) {
            call_say(call, "Questions for session %lld are %s.", (long long)session,
                     state);
        } else {
            call_say(call, "Questions are %s.", state);
        }
    }
    outcome_finish(&outcome);
}

void open_run(struct call *call) {
    set_closed(call, false);
}

void close_run(struct call *call) {
    set_closed(call, true);
}

void announce_run(struct call *call) {
    const struct deed deed = call_deed(call);
    struct outcome outcome = {0};
    if (call->rest.len == 0) {
        call_say_usage(call, "announce");
        return;
    }
    char *text = call_rest(call);
    moderator_announce(&deed, text, &outcome);
    free(text);
    if (call_check(call, &outcome) && !hears_the_rooms(call)) {
        call_say(call, "Said in all rooms.");
    }
    outcome_finish(&outcome);
}
