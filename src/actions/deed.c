// SPDX-License-Identifier: MIT
#include "actions/deed.h"

#include <stdlib.h>

#include "actions/board.h"
#include "base/buf.h"
#include "store/questions.h"

bool deed_refuse(struct outcome *outcome, enum outcome_code code) {
    outcome->code = code;
    return false;
}

bool deed_stored(enum err err, struct outcome *outcome) {
    return err == OK || deed_refuse(outcome, OUTCOME_NOT_STORED);
}

char *deed_actor(const struct deed *deed) {
    return str_printf("%s@%s", deed->actor->name, deed->actor->network);
}

bool deed_read(const struct deed *deed, int64_t number, struct outcome *outcome) {
    outcome->number = number;
    enum err err = questions_get(deed->desk->store, deed->workshop->id, number,
                                 &outcome->question);
    if (err == ERR_NOT_FOUND) {
        return deed_refuse(outcome, OUTCOME_NO_QUESTION);
    }
    return deed_stored(err, outcome);
}

bool deed_step(enum question_action action, struct outcome *outcome,
               enum question_state *from) {
    *from = outcome->question.state;
    if (question_step(*from, action, &outcome->question.state) != OK) {
        return deed_refuse(outcome, OUTCOME_WRONG_STATE);
    }
    return true;
}

bool deed_write(const struct deed *deed, enum question_action action,
                enum question_state from, const char *folded, struct outcome *outcome) {
    char *actor = deed_actor(deed);
    const struct change change = {action, actor, deed->desk->now_ms, from};
    enum err err = questions_update(deed->desk->store, deed->workshop->id,
                                    &outcome->question, folded, &change);
    free(actor);
    if (err == OK) {
        err = board_refresh(deed->desk, deed->workshop->id, &outcome->question);
    }
    return deed_stored(err, outcome);
}
