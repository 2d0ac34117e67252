// SPDX-License-Identifier: MIT
#include "actions/participant.h"

#include <stdlib.h>

#include "actions/board.h"
#include "actions/deed.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "core/rights.h"
#include "store/events.h"
#include "store/people.h"
#include "store/questions.h"
#include "store/sessions.h"

static bool is_member(const struct deed *deed, struct outcome *outcome) {
    return deed->is_present ||
           desk_is_member(deed->desk, deed->workshop, deed->actor) ||
           deed_refuse(outcome, OUTCOME_ONLY_MEMBERS);
}

// The session the question goes to; 0 is a workshop without sessions.
static bool choose_session(const struct deed *deed, int64_t *session,
                           struct outcome *outcome) {
    const struct agenda *agenda = &deed->workshop->agenda;
    if (*session != 0) {
        outcome->number = *session;
        return agenda_session(agenda, *session) != NULL ||
               deed_refuse(outcome, OUTCOME_NO_SESSION);
    }
    const struct session *chosen =
        agenda_session_for_question(agenda, deed->desk->now_ms);
    *session = chosen != NULL ? chosen->number : 0;
    return true;
}

static bool is_open(const struct deed *deed, int64_t session, struct outcome *outcome) {
    struct store *store = deed->desk->store;
    const char *workshop = deed->workshop->id;
    bool closed = sessions_is_closed(store, workshop, 0) ||
                  (session != 0 && sessions_is_closed(store, workshop, session));
    return !closed || deed_refuse(outcome, OUTCOME_CLOSED);
}

static bool is_good_text(const struct deed *deed, const char *text,
                         struct outcome *outcome) {
    outcome->limit = deed->workshop->questions.max_length;
    outcome->number = (int64_t)utf8_count(slice_of(text));
    if (outcome->number == 0) {
        return deed_refuse(outcome, OUTCOME_EMPTY);
    }
    return outcome->number <= outcome->limit || deed_refuse(outcome, OUTCOME_TOO_LONG);
}

// `except` is the number of the question being edited; 0 for a new one. A text of
// signs alone folds to nothing and equals none.
static bool is_new_text(const struct deed *deed, const char *folded, int64_t except,
                        struct outcome *outcome) {
    if (folded[0] == '\0') {
        return true;
    }
    int64_t equal = questions_find_equal(deed->desk->store, deed->workshop->id, folded);
    if (equal == 0 || equal == except) {
        return true;
    }
    question_finish(&outcome->question);
    return deed_read(deed, equal, outcome) && deed_refuse(outcome, OUTCOME_DUPLICATE);
}

static bool has_room_for_more(const struct deed *deed, struct outcome *outcome) {
    int64_t asker = people_find(deed->desk->store, deed->actor);
    outcome->limit = deed->workshop->questions.open_per_person;
    int64_t open =
        asker != 0 ? questions_count_open(deed->desk->store, deed->workshop->id, asker)
                   : 0;
    return open < outcome->limit || deed_refuse(outcome, OUTCOME_TOO_MANY);
}

// Without accounts one person can be many.
static bool host_has_room_for_more(const struct deed *deed, struct outcome *outcome) {
    struct store *store = deed->desk->store;
    int64_t host = people_host(store, deed->actor);
    outcome->limit = deed->workshop->questions.open_per_person *
                     deed->workshop->rates.persons_per_host;
    return host == 0 ||
           questions_count_open_of_host(store, deed->workshop->id, host) <
               outcome->limit ||
           deed_refuse(outcome, OUTCOME_HOST_TOO_MANY);
}

static bool store_question(const struct deed *deed, int64_t session, const char *text,
                           const char *folded, struct outcome *outcome) {
    struct question *question = &outcome->question;
    *question = (struct question){
        .state = QUESTION_PENDING,
        .session = session,
        .asked_ms = deed->desk->now_ms,
        .text = mem_copy(text),
        .original_text = mem_copy(text),
        .asker_name = mem_copy(deed->actor->name),
        .asker_network = mem_copy(deed->actor->network),
        .asker_identity = mem_copy(deed->actor->identity),
        .asker_host = people_host(deed->desk->store, deed->actor),
    };
    char *actor = deed_actor(deed);
    enum err err = people_get(deed->desk->store, deed->actor, &question->asker);
    if (err == OK) {
        err = questions_add(deed->desk->store, deed->workshop->id, question, folded,
                            actor);
    }
    free(actor);
    return deed_stored(err, outcome);
}

// So that who edits, takes back or supports the message means the question.
static bool store_event(const struct deed *deed, enum event_role role, const char *id,
                        int64_t person, struct outcome *outcome) {
    if (id == NULL) {
        return true;
    }
    const struct event event = {.network = deed->actor->network,
                                .id = id,
                                .workshop = deed->workshop->id,
                                .question = outcome->question.number,
                                .role = role,
                                .person = person,
                                .thread = deed->back->thread};
    return deed_stored(events_add(deed->desk->store, &event), outcome);
}

void participant_ask(const struct deed *deed, int64_t session, const char *text,
                     struct outcome *outcome) {
    char *folded = utf8_fold(slice_of(text));
    if (is_member(deed, outcome) && choose_session(deed, &session, outcome) &&
        is_open(deed, session, outcome) && is_good_text(deed, text, outcome) &&
        is_new_text(deed, folded, 0, outcome) && has_room_for_more(deed, outcome) &&
        host_has_room_for_more(deed, outcome) &&
        store_question(deed, session, text, folded, outcome) &&
        store_event(deed, EVENT_ASKED, deed->back->reply_to, outcome->question.asker,
                    outcome)) {
        deed_stored(board_show(deed->desk, deed->workshop, &outcome->question),
                    outcome);
    }
    free(folded);
}

// Whether the actor asked it. What they may not even see does not exist for them.
static bool is_own(const struct deed *deed, struct outcome *outcome) {
    const struct question *question = &outcome->question;
    if (question->asker == people_find(deed->desk->store, deed->actor)) {
        return true;
    }
    return deed_refuse(outcome, question_is_public(question->state)
                                    ? OUTCOME_NOT_THEIRS
                                    : OUTCOME_NO_QUESTION);
}

void participant_edit(const struct deed *deed, int64_t number, const char *text,
                      struct outcome *outcome) {
    char *folded = utf8_fold(slice_of(text));
    enum question_state from;
    if (deed_read(deed, number, outcome) && is_own(deed, outcome) &&
        deed_step(QUESTION_EDIT, outcome, &from) && is_good_text(deed, text, outcome) &&
        is_new_text(deed, folded, number, outcome)) {
        free(outcome->question.text);
        outcome->question.text = mem_copy(text);
        if (deed_write(deed, QUESTION_EDIT, from, folded, outcome)) {
            deed_stored(
                board_show_again(deed->desk, deed->workshop, &outcome->question),
                outcome);
        }
    }
    free(folded);
}

void participant_withdraw(const struct deed *deed, int64_t number,
                          struct outcome *outcome) {
    enum question_state from;
    if (deed_read(deed, number, outcome) && is_own(deed, outcome) &&
        deed_step(QUESTION_WITHDRAW, outcome, &from)) {
        deed_write(deed, QUESTION_WITHDRAW, from, NULL, outcome);
    }
}

static bool is_not_own(const struct deed *deed, struct outcome *outcome) {
    return outcome->question.asker != people_find(deed->desk->store, deed->actor) ||
           deed_refuse(outcome, OUTCOME_OWN);
}

// A refusal must not tell the state of a question that is not public.
static bool can_be_voted(enum question_action action, struct outcome *outcome,
                         enum question_state *from) {
    if (deed_step(action, outcome, from)) {
        return true;
    }
    if (!question_is_public(*from)) {
        deed_refuse(outcome, OUTCOME_NO_QUESTION);
    }
    return false;
}

// Who has voted is told that instead.
static bool host_may_vote(const struct deed *deed, int64_t host,
                          struct outcome *outcome) {
    struct store *store = deed->desk->store;
    const char *workshop = deed->workshop->id;
    int64_t number = outcome->question.number;
    return host == 0 ||
           questions_count_votes_of_host(store, workshop, number, host) <
               deed->workshop->rates.persons_per_host ||
           questions_has_voted(store, workshop, number,
                               people_find(store, deed->actor)) ||
           deed_refuse(outcome, OUTCOME_HOST_VOTED);
}

static void change_vote(const struct deed *deed, int64_t number,
                        enum question_action action, struct outcome *outcome) {
    enum question_state from;
    struct voter voter = {.host = people_host(deed->desk->store, deed->actor)};
    if (!is_member(deed, outcome) || !deed_read(deed, number, outcome) ||
        !is_not_own(deed, outcome) || !can_be_voted(action, outcome, &from) ||
        (action == QUESTION_VOTE && !host_may_vote(deed, voter.host, outcome)) ||
        !deed_stored(people_get(deed->desk->store, deed->actor, &voter.person),
                     outcome)) {
        return;
    }
    char *actor = deed_actor(deed);
    const struct change change = {action, actor, deed->desk->now_ms, from};
    enum err err = questions_vote(deed->desk->store, deed->workshop->id,
                                  &outcome->question, &voter, &change);
    free(actor);
    if (err == ERR_CONFLICT) {
        deed_refuse(outcome, action == QUESTION_VOTE ? OUTCOME_VOTED_ALREADY
                                                     : OUTCOME_NOT_VOTED);
    } else {
        deed_stored(err, outcome);
    }
}

void participant_vote(const struct deed *deed, int64_t number,
                      struct outcome *outcome) {
    change_vote(deed, number, QUESTION_VOTE, outcome);
}

void participant_unvote(const struct deed *deed, int64_t number,
                        struct outcome *outcome) {
    change_vote(deed, number, QUESTION_UNVOTE, outcome);
}

// A reaction that adds nothing is kept where another of the person's counts: the vote
// is theirs until the last is taken back. A vote by command needs none.
void participant_react(const struct deed *deed, int64_t number, const char *reaction,
                       struct outcome *outcome) {
    change_vote(deed, number, QUESTION_VOTE, outcome);
    int64_t person = people_find(deed->desk->store, deed->actor);
    bool counts =
        outcome->code == OUTCOME_DONE ||
        (outcome->code == OUTCOME_VOTED_ALREADY &&
         events_count_votes(deed->desk->store, deed->workshop->id, number, person) > 0);
    if (counts) {
        store_event(deed, EVENT_VOTE, reaction, person, outcome);
    }
}

void participant_unreact(const struct deed *deed, int64_t number, const char *reaction,
                         struct outcome *outcome) {
    struct store *store = deed->desk->store;
    int64_t person = people_find(store, deed->actor);
    if (deed_stored(events_remove(store, deed->actor->network, reaction), outcome) &&
        events_count_votes(store, deed->workshop->id, number, person) == 0) {
        change_vote(deed, number, QUESTION_UNVOTE, outcome);
    }
}

void participant_see(const struct deed *deed, int64_t number, struct outcome *outcome) {
    if (!deed_read(deed, number, outcome)) {
        return;
    }
    bool may_see =
        question_is_public(outcome->question.state) ||
        desk_is_moderator(deed->desk, deed->workshop, deed->actor) ||
        outcome->question.asker == people_find(deed->desk->store, deed->actor);
    if (!may_see) {
        deed_refuse(outcome, OUTCOME_NO_QUESTION);
    }
}
