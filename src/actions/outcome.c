// SPDX-License-Identifier: MIT
#include "actions/outcome.h"

void outcome_finish(struct outcome *outcome) {
    question_finish(&outcome->question);
    *outcome = (struct outcome){0};
}
