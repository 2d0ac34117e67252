// SPDX-License-Identifier: MIT
#include "actions/moderator.h"

#include <stdlib.h>

#include "actions/deed.h"
#include "base/memory.h"
#include "core/rights.h"
#include "core/wording.h"
#include "store/questions.h"
#include "store/sessions.h"

static bool may(const struct deed *deed, struct outcome *outcome) {
    return desk_is_moderator(deed->desk, deed->workshop, deed->actor) ||
           deed_refuse(outcome, OUTCOME_ONLY_MODERATORS);
}

static bool tell_asker(const struct deed *deed, struct outcome *outcome) {
    const struct question *question = &outcome->question;
    char *line = wording_question_told(question);
    enum err err =
        desk_tell(deed->desk, question->asker_network, question->asker_identity, line);
    free(line);
    return deed_stored(err, outcome);
}

void moderator_approve(const struct deed *deed, int64_t number,
                       struct outcome *outcome) {
    enum question_state from;
    if (may(deed, outcome) && deed_read(deed, number, outcome) &&
        deed_step(QUESTION_APPROVE, outcome, &from) &&
        deed_write(deed, QUESTION_APPROVE, from, NULL, outcome)) {
        tell_asker(deed, outcome);
    }
}

void moderator_dismiss(const struct deed *deed, int64_t number, const char *reason,
                       struct outcome *outcome) {
    enum question_state from;
    if (!may(deed, outcome) || !deed_read(deed, number, outcome) ||
        !deed_step(QUESTION_DISMISS, outcome, &from)) {
        return;
    }
    outcome->question.reason = reason[0] != '\0' ? mem_copy(reason) : NULL;
    if (deed_write(deed, QUESTION_DISMISS, from, NULL, outcome)) {
        tell_asker(deed, outcome);
    }
}

struct found {
    int64_t current; // session that is on now
    int64_t number;  // of the question; that of the current session wins
};

static void find_asking(void *context, const struct question *question) {
    struct found *found = context;
    if (found->number == 0 || question->session == found->current) {
        found->number = question->number;
    }
}

static int64_t the_one_asking(const struct deed *deed) {
    const struct session *current =
        agenda_session_for_question(&deed->workshop->agenda, deed->desk->now_ms);
    struct found found = {.current = current != NULL ? current->number : 0};
    const struct question_filter filter = {.states = 1U << QUESTION_ASKING,
                                           .limit = INT64_MAX};
    enum err err = questions_list(deed->desk->store, deed->workshop->id, &filter,
                                  find_asking, &found);
    return err == OK ? found.number : 0;
}

static bool refuse_while_asking(const struct deed *deed, int64_t asking,
                                struct outcome *outcome) {
    question_finish(&outcome->question);
    return deed_read(deed, asking, outcome) &&
           deed_refuse(outcome, OUTCOME_ASKING_ALREADY);
}

static bool find_next(const struct deed *deed, int64_t session,
                      struct outcome *outcome) {
    const char *workshop = deed->workshop->id;
    outcome->number = session;
    if (session != 0 && agenda_session(&deed->workshop->agenda, session) == NULL) {
        return deed_refuse(outcome, OUTCOME_NO_SESSION);
    }
    int64_t next = questions_next(deed->desk->store, workshop, session);
    if (next != 0) {
        return deed_read(deed, next, outcome);
    }
    int64_t asking = session != 0
                         ? questions_asking(deed->desk->store, workshop, session)
                         : the_one_asking(deed);
    return asking != 0 ? refuse_while_asking(deed, asking, outcome)
                       : deed_refuse(outcome, OUTCOME_NONE_APPROVED);
}

static bool is_free(const struct deed *deed, struct outcome *outcome) {
    int64_t asking = questions_asking(deed->desk->store, deed->workshop->id,
                                      outcome->question.session);
    return asking == 0 || refuse_while_asking(deed, asking, outcome);
}

void moderator_pull(const struct deed *deed, int64_t session, struct outcome *outcome) {
    enum question_state from;
    if (!may(deed, outcome) || !find_next(deed, session, outcome) ||
        !is_free(deed, outcome) || !deed_step(QUESTION_PULL, outcome, &from) ||
        !deed_write(deed, QUESTION_PULL, from, NULL, outcome)) {
        return;
    }
    char *line = wording_question_asked(&outcome->question);
    struct message message = {
        .about = {deed->workshop->id, outcome->question.number, EVENT_SHOWN}};
    message_line(&message, line);
    if (deed_stored(
            desk_say_message(deed->desk, deed->workshop, &message, PRIORITY_ANSWER),
            outcome)) {
        tell_asker(deed, outcome);
    }
    message_finish(&message);
    free(line);
}

void moderator_answered(const struct deed *deed, int64_t number, const char *answer,
                        struct outcome *outcome) {
    enum question_state from;
    if (!may(deed, outcome)) {
        return;
    }
    if (number == 0) {
        number = the_one_asking(deed);
    }
    if (number == 0) {
        deed_refuse(outcome, OUTCOME_NONE_ASKING);
        return;
    }
    if (!deed_read(deed, number, outcome) ||
        !deed_step(QUESTION_ANSWER, outcome, &from)) {
        return;
    }
    outcome->question.answer = answer[0] != '\0' ? mem_copy(answer) : NULL;
    if (deed_write(deed, QUESTION_ANSWER, from, NULL, outcome)) {
        tell_asker(deed, outcome);
    }
}

void moderator_set_closed(const struct deed *deed, int64_t session, bool closed,
                          struct outcome *outcome) {
    if (!may(deed, outcome)) {
        return;
    }
    outcome->number = session;
    if (session != 0 && agenda_session(&deed->workshop->agenda, session) == NULL) {
        deed_refuse(outcome, OUTCOME_NO_SESSION);
        return;
    }
    deed_stored(
        sessions_set_closed(deed->desk->store, deed->workshop->id, session, closed),
        outcome);
}

void moderator_announce(const struct deed *deed, const char *text,
                        struct outcome *outcome) {
    if (!may(deed, outcome)) {
        return;
    }
    if (text[0] == '\0') {
        deed_refuse(outcome, OUTCOME_EMPTY);
        return;
    }
    deed_stored(desk_say(deed->desk, deed->workshop, text, PRIORITY_ANSWER), outcome);
}
