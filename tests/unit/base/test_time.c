// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "base/civil.h"
#include "base/clock.h"
#include "base/zone.h"

static int64_t instant(const char *rfc3339) {
    int64_t ms = 0;
    assert_int_equal(civil_parse_rfc3339(slice_of(rfc3339), &ms), OK);
    return ms;
}

static char *utc_of(const char *zone, const char *local) {
    struct civil civil;
    struct buf out = {0};
    assert_int_equal(civil_parse_local(slice_of(local), &civil), OK);
    civil_add_rfc3339(&out, zone_to_instant(zone_find(zone), civil));
    return buf_take(&out);
}

static void civil__parse_rfc3339__accepts_offsets_and_fractions(void **state) {
    (void)state;
    assert_int_equal(instant("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(instant("2015-09-08T14:30:00+02:00"),
                     instant("2015-09-08T12:30:00Z"));
    assert_int_equal(instant("2015-09-08T12:30:00.25Z"),
                     instant("2015-09-08T12:30:00Z") + 250);
    assert_int_equal(instant("1900-03-01T00:00Z"), -2203891200000);
}

static void civil__parse_rfc3339__refuses_what_is_no_time(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "2015",
        "2015-02-29T10:00Z",
        "2015-13-01T10:00Z",
        "2015-01-01",
        "2015-01-01T24:00Z",
        "2015-01-01T10:00",
        "2015-01-01T10:00+2",
        "2015-01-01T10:00Zx",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ms = 0;
        assert_int_equal(civil_parse_rfc3339(slice_of(bad[i]), &ms), ERR_INVALID);
    }
}

static void civil__from_seconds__is_the_inverse(void **state) {
    (void)state;
    for (int64_t day = -200000; day < 200000; day += 97) {
        int64_t seconds = day * 86400 + 3661;
        assert_int_equal(civil_to_seconds(civil_from_seconds(seconds)), seconds);
    }
}

static void zone__to_instant__follows_rfc_5545(void **state) {
    (void)state;
    check_take(utc_of("Europe/Zurich", "2015-09-08T14:30"), "2015-09-08T12:30:00Z");
    // 02:30 never occurs: the offset before the gap holds.
    check_take(utc_of("Europe/Zurich", "2015-03-29T02:30"), "2015-03-29T01:30:00Z");
    // 02:30 occurs twice: the first is meant.
    check_take(utc_of("Europe/Zurich", "2015-10-25T02:30"), "2015-10-25T00:30:00Z");
    check_take(utc_of("America/New_York", "2026-11-01T01:30"), "2026-11-01T05:30:00Z");
    check_take(utc_of("Australia/Lord_Howe", "2026-10-04T02:15"),
               "2026-10-03T15:45:00Z");
}

static void zone__abbreviation__is_that_of_the_instant(void **state) {
    (void)state;
    static const struct {
        const char *zone, *at, *name;
    } cases[] = {
        {"Europe/Zurich", "2015-09-08T12:30Z", "CEST"},
        {"Europe/Zurich", "2015-12-08T12:30Z", "CET"},
        {"Africa/Nairobi", "2015-09-08T12:30Z", "EAT"},
        {"Asia/Dubai", "2015-09-08T12:30Z", "+04"},
        {"UTC", "2015-09-08T12:30Z", "UTC"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = {0};
        zone_add_abbreviation(zone_find(cases[i].zone), instant(cases[i].at), &out);
        check_take(buf_take(&out), cases[i].name);
    }
    assert_null(zone_find("Mars/Base"));
}

static void clock__parse__shifts_and_speeds_up(void **state) {
    (void)state;
    struct clock clock;
    struct error error = {0};
    assert_int_equal(clock_parse("2015-09-08T14:24:40+02:00@60", &clock, &error), OK);
    int64_t late = clock_now_ms(&clock) - instant("2015-09-08T12:24:40Z");
    assert_in_range(late, 0, 60 * 60 * 1000);
    assert_int_equal(clock.rate, 60);
    assert_int_equal(clock_parse("2015-09-08T14:24:40+02:00@0", &clock, &error),
                     ERR_INVALID);
    assert_int_equal(clock_parse("noon", &clock, &error), ERR_INVALID);
    error_finish(&error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil__parse_rfc3339__accepts_offsets_and_fractions),
        cmocka_unit_test(civil__parse_rfc3339__refuses_what_is_no_time),
        cmocka_unit_test(civil__from_seconds__is_the_inverse),
        cmocka_unit_test(zone__to_instant__follows_rfc_5545),
        cmocka_unit_test(zone__abbreviation__is_that_of_the_instant),
        cmocka_unit_test(clock__parse__shifts_and_speeds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
