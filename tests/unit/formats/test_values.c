// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "base/zone.h"
#include "formats/nearest.h"
#include "formats/values.h"

static void value__duration__adds_its_units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds; // 0: refused
    } cases[] = {
        {"30s", 30},      {"15m", 900},        {"1h30m", 5400},
        {"90d", 7776000}, {"1d1h1m1s", 90061}, {"3653d", 315619200},
        {"", 0},          {"0m", 0},           {"5", 0},
        {"m", 0},         {"5 m", 0},          {"5M", 0},
        {"30m1h", 0},     {"1m1m", 0},         {"-5m", 0},
        {"1.5h", 0},      {"3654d", 0},        {"9999999999s", 0},
        {"5m ", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = 0;
        bool good = value_duration(NULL, cases[i].text, &ms);
        assert_int_equal(good, cases[i].seconds != 0);
        if (good) {
            assert_int_equal(ms, cases[i].seconds * 1000);
        }
    }
}

static void value__http__wants_scheme_and_host(void **state) {
    (void)state;
    static const char *const good[] = {"https://a", "http://a.example/b?c#d",
                                       "HTTPS://A", "http://[::1]:80/"};
    static const char *const bad[] = {
        "",      "https://",     "https:///a",  "ftp://a",
        "//a",   "javascript:a", "https://a b", "https://a\"b",
        "http:a"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(value_is_http(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(value_is_http(bad[i]));
    }
}

static void value__date__takes_dates_and_times(void **state) {
    (void)state;
    assert_true(value_is_date("2015-09-08"));
    assert_true(value_is_date("2015-09-08T14:30"));
    assert_true(value_is_date("2015-09-08T14:30:00Z"));
    assert_false(value_is_date("2015-02-29"));
    assert_false(value_is_date("8 September"));
    assert_false(value_is_date(""));
}

static void value__zone__is_one_of_iana(void **state) {
    (void)state;
    static const char *const bad[] = {"",       "Europe/Nowhere", "../../etc/passwd",
                                      "Europe", "/etc/localtime", "Europe/Zurich "};
    const struct zone *zone = NULL;
    assert_true(value_zone(NULL, "Africa/Nairobi", &zone));
    assert_string_equal(zone_name(zone), "Africa/Nairobi");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(value_zone(NULL, bad[i], &zone));
    }
}

static void nearest__distance__counts_edits(void **state) {
    (void)state;
    assert_int_equal(nearest_distance("", ""), 0);
    assert_int_equal(nearest_distance("nick", "nick"), 0);
    assert_int_equal(nearest_distance("nick", "nik"), 1);
    assert_int_equal(nearest_distance("nick", "nikc"), 1);
    assert_int_equal(nearest_distance("nick", "knack"), 2);
    assert_int_equal(nearest_distance("", "abc"), 3);
    assert_int_equal(
        nearest_distance("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 49);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value__duration__adds_its_units),
        cmocka_unit_test(value__http__wants_scheme_and_host),
        cmocka_unit_test(value__date__takes_dates_and_times),
        cmocka_unit_test(value__zone__is_one_of_iana),
        cmocka_unit_test(nearest__distance__counts_edits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
