// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "core/question.h"

#define P QUESTION_PENDING
#define A QUESTION_APPROVED
#define S QUESTION_ASKING
#define N QUESTION_ANSWERED
#define D QUESTION_DISMISSED
#define W QUESTION_WITHDRAWN

enum { NO = -1 };

// Every cell of the life of a question: the state an action leads to, or NO.
static const struct {
    enum question_action action;
    int to[QUESTION_STATE_COUNT]; // from pending, approved, asking, answered,
                                  // dismissed, withdrawn
} cells[] = {
    {QUESTION_ASK, {NO, NO, NO, NO, NO, NO}},
    {QUESTION_EDIT, {P, NO, NO, NO, NO, NO}},
    {QUESTION_WITHDRAW, {W, W, NO, NO, NO, NO}},
    {QUESTION_APPROVE, {A, NO, NO, NO, NO, NO}},
    {QUESTION_DISMISS, {D, D, NO, NO, NO, NO}},
    {QUESTION_PULL, {NO, S, NO, NO, NO, NO}},
    {QUESTION_ANSWER, {NO, NO, N, NO, NO, NO}},
    {QUESTION_VOTE, {P, A, NO, NO, NO, NO}},
    {QUESTION_UNVOTE, {P, A, NO, NO, NO, NO}},
};

static void question__step__agrees_in_every_cell(void **state) {
    (void)state;
    assert_int_equal(sizeof cells / sizeof cells[0], QUESTION_ACTION_COUNT);
    for (size_t i = 0; i < QUESTION_ACTION_COUNT; i++) {
        for (int from = 0; from < QUESTION_STATE_COUNT; from++) {
            enum question_state to = P;
            enum err err =
                question_step((enum question_state)from, cells[i].action, &to);
            int expected = cells[i].to[from];
            assert_int_equal(err, expected == NO ? ERR_CONFLICT : OK);
            if (expected != NO) {
                assert_int_equal(to, expected);
            }
        }
    }
}

static void question__state_parse__knows_every_name(void **state) {
    (void)state;
    for (int i = 0; i < QUESTION_STATE_COUNT; i++) {
        enum question_state parsed = P;
        const char *name = question_state_name((enum question_state)i);
        assert_true(question_state_parse(name, &parsed));
        assert_int_equal(parsed, i);
    }
    enum question_state parsed = P;
    assert_false(question_state_parse("lost", &parsed));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question__step__agrees_in_every_cell),
        cmocka_unit_test(question__state_parse__knows_every_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
