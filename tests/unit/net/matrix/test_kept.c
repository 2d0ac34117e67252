// SPDX-License-Identifier: MIT
#include "net/matrix/kept.h"

#include "../../../support/fake_matrix.h"
#include "net/matrix/account.h"

// A list of ids that outlives the process: here what is remembered is a table.

static const struct network_events events = {.recall = fake_matrix_on_recall,
                                             .remember = fake_matrix_on_remember};

static int set_up(void **state) {
    struct fake_matrix *fake = calloc(1, sizeof *fake);
    struct matrix *matrix = calloc(1, sizeof *matrix);
    matrix->network.events = &events;
    matrix->network.context = fake;
    *state = matrix;
    return 0;
}

static int tear_down(void **state) {
    struct matrix *matrix = *state;
    struct fake_matrix *fake = matrix->network.context;
    free(table_remove(&fake->memory, "k"));
    table_finish(&fake->memory);
    free(fake);
    free(matrix);
    return 0;
}

static const char *remembered(const struct matrix *matrix) {
    const struct fake_matrix *fake = matrix->network.context;
    return table_get(&fake->memory, "k");
}

static void kept__set__is_there_after_a_restart(void **state) {
    struct matrix *matrix = *state;
    struct matrix_kept kept;
    matrix_kept_load(&kept, matrix, "k", 3);
    assert_int_equal(matrix_kept_at(&kept, "!a"), -1);
    matrix_kept_set(&kept, "!a", 5);
    matrix_kept_set(&kept, "!b", 6);
    matrix_kept_set(&kept, "!a", 7);
    assert_string_equal(remembered(matrix), "!b 6\n!a 7\n");
    matrix_kept_finish(&kept);
    matrix_kept_load(&kept, matrix, "k", 3);
    assert_int_equal(matrix_kept_at(&kept, "!a"), 7);
    assert_int_equal(matrix_kept_at(&kept, "!b"), 6);
    matrix_kept_remove(&kept, "!b");
    matrix_kept_remove(&kept, "!b");
    matrix_kept_remove(&kept, "!a");
    assert_null(remembered(matrix));
    matrix_kept_finish(&kept);
}

static void kept__bound__forgets_the_oldest(void **state) {
    struct matrix *matrix = *state;
    struct matrix_kept kept;
    matrix_kept_load(&kept, matrix, "k", 2);
    matrix_kept_set(&kept, "!a", 1);
    matrix_kept_set(&kept, "!b", 1);
    matrix_kept_set(&kept, "!c", 1);
    assert_string_equal(remembered(matrix), "!b 1\n!c 1\n");
    matrix_kept_finish(&kept);
    matrix_kept_load(&kept, matrix, "k", 1);
    assert_int_equal(matrix_kept_at(&kept, "!b"), -1);
    assert_int_equal(matrix_kept_at(&kept, "!c"), 1);
    matrix_kept_finish(&kept);
}

static void kept__load__leaves_out_what_is_malformed(void **state) {
    struct matrix *matrix = *state;
    struct fake_matrix *fake = matrix->network.context;
    table_set(&fake->memory, "k", mem_copy("\n!a\n!b x\n 7\n!c 8\n!d 9"));
    struct matrix_kept kept;
    matrix_kept_load(&kept, matrix, "k", 9);
    assert_int_equal(kept.count, 2);
    assert_int_equal(matrix_kept_at(&kept, "!c"), 8);
    assert_int_equal(matrix_kept_at(&kept, "!d"), 9);
    matrix_kept_finish(&kept);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(kept__set__is_there_after_a_restart),
        TEST(kept__bound__forgets_the_oldest),
        TEST(kept__load__leaves_out_what_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
