// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "chat/rate.h"

static void rate__count__begins_anew_after_a_minute(void **state) {
    (void)state;
    struct rate rate = {0};
    assert_int_equal(rate_count(&rate, "ana", 100000), 1);
    assert_int_equal(rate_count(&rate, "ana", 159999), 2);
    assert_int_equal(rate_count(&rate, "bob", 159999), 1);
    assert_int_equal(rate_count(&rate, "ana", 160000), 1);
    rate_finish(&rate);
}

static void rate__count__takes_earlier_minutes_after_later_ones(void **state) {
    (void)state;
    struct rate rate = {0};
    assert_int_equal(rate_count(&rate, "ana", 1000000), 1);
    assert_int_equal(rate_count(&rate, "ana", 999000), 2);
    assert_int_equal(rate_count(&rate, "ana", -500000), 1);
    assert_int_equal(rate_count(&rate, "ana", -400000), 1);
    rate_finish(&rate);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate__count__begins_anew_after_a_minute),
        cmocka_unit_test(rate__count__takes_earlier_minutes_after_later_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
