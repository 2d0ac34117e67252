// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "base/buf.h"
#include "base/table.h"

enum { KEYS = 5000 };

static int numbers[KEYS];

static void fill(struct table *table) {
    for (int i = 0; i < KEYS; i++) {
        numbers[i] = i;
        char *key = str_printf("key %d", i);
        assert_null(table_set(table, key, &numbers[i]));
        free(key);
    }
}

static void table__set__finds_again_after_growth_and_removal(void **state) {
    (void)state;
    struct table table = {0};
    fill(&table);
    for (int i = 0; i < KEYS; i += 2) {
        char *key = str_printf("key %d", i);
        assert_ptr_equal(table_remove(&table, key), &numbers[i]);
        assert_null(table_get(&table, key));
        free(key);
    }
    assert_int_equal(table.used, KEYS / 2);
    assert_ptr_equal(table_get(&table, "key 4999"), &numbers[4999]);
    assert_ptr_equal(table_set(&table, "key 4999", &numbers[0]), &numbers[4999]);
    table_finish(&table);
    assert_null(table_get(&table, "key 4999"));
}

static void table__next__visits_all_while_removing(void **state) {
    (void)state;
    struct table table = {0};
    fill(&table);
    size_t at = 0;
    size_t seen = 0;
    const char *key;
    void *value;
    while (table_next(&table, &at, &key, &value)) {
        assert_ptr_equal(table_remove(&table, key), value);
        seen++;
    }
    assert_int_equal(seen, KEYS);
    assert_int_equal(table.used, 0);
    table_finish(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__set__finds_again_after_growth_and_removal),
        cmocka_unit_test(table__next__visits_all_while_removing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
