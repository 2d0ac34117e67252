// SPDX-License-Identifier: MIT
#include "formats/values.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/slice.h"
#include "base/zone.h"

static const struct {
    char letter;
    int64_t seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

enum { UNIT_COUNT = sizeof units / sizeof units[0], DIGITS_MAX = 9 };

static const int64_t duration_seconds_max = (int64_t)3653 * 86400;

bool value_duration(void *context, const char *text, void *value) {
    (void)context;
    int64_t seconds = 0;
    size_t unit = 0;
    while (*text != '\0') {
        size_t digits = strspn(text, "0123456789");
        int64_t number = 0;
        if (digits == 0 || digits > DIGITS_MAX ||
            !slice_to_number((struct slice){text, digits}, &number)) {
            return false;
        }
        while (unit < UNIT_COUNT && units[unit].letter != text[digits]) {
            unit++;
        }
        if (unit == UNIT_COUNT) {
            return false;
        }
        seconds += number * units[unit++].seconds;
        text += digits + 1;
    }
    *(int64_t *)value = seconds * 1000;
    return seconds > 0 && seconds <= duration_seconds_max;
}

bool value_zone(void *context, const char *text, void *value) {
    (void)context;
    const struct zone *zone = text[0] != '\0' ? zone_find(text) : NULL;
    if (zone != NULL) {
        *(const struct zone **)value = zone;
    }
    return zone != NULL;
}

bool value_is_http(const char *text) {
    struct slice rest = slice_of(text);
    size_t scheme = slice_starts_nocase(rest, "https://")  ? 8
                    : slice_starts_nocase(rest, "http://") ? 7
                                                           : 0;
    rest = slice_from(rest, scheme);
    return scheme > 0 && rest.len > 0 && strchr("/?#:@", rest.data[0]) == NULL &&
           strpbrk(rest.data, " \"<>\\^`{|}") == NULL;
}

bool value_is_date(const char *text) {
    struct civil civil;
    int64_t instant = 0;
    char *midnight = str_printf("%sT00:00", text);
    bool good = civil_parse_local(slice_of(midnight), &civil) == OK ||
                civil_parse_local(slice_of(text), &civil) == OK ||
                civil_parse_rfc3339(slice_of(text), &instant) == OK;
    free(midnight);
    return good;
}
