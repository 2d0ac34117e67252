// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <stdbool.h>

#include "base/backoff.h"

static void backoff__growing__doubles_up_to_the_longest(void **state) {
    (void)state;
    assert_int_equal(backoff_growing_ms(1000, 300000, 0), 1000);
    assert_int_equal(backoff_growing_ms(1000, 300000, 3), 8000);
    assert_int_equal(backoff_growing_ms(1000, 300000, 9), 300000);
    assert_int_equal(backoff_growing_ms(1000, 300000, SIZE_MAX), 300000);
}

static void backoff__jittered__is_between_half_and_all(void **state) {
    (void)state;
    bool differs = false;
    for (int i = 0; i < 200; i++) {
        int64_t wait_ms = backoff_jittered_ms(1000);
        assert_true(wait_ms >= 500 && wait_ms <= 1000);
        differs = differs || wait_ms != backoff_jittered_ms(1000);
    }
    assert_true(differs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff__growing__doubles_up_to_the_longest),
        cmocka_unit_test(backoff__jittered__is_between_half_and_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
