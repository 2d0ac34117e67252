// SPDX-License-Identifier: MIT
#include "base/civil.h"

enum { DAY_SECONDS = 86400 };

// Days since 1970-01-01, counted in years that begin in March so that the leap
// day is the last of its year.
static int64_t days_from_date(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int64_t civil_to_seconds(struct civil c) {
    int64_t minutes = (int64_t)c.hour * 60 + c.minute;
    return days_from_date(c.year, c.month, c.day) * DAY_SECONDS + minutes * 60 +
           c.second;
}

struct civil civil_from_seconds(int64_t seconds) {
    int64_t days = seconds / DAY_SECONDS;
    int64_t rest = seconds % DAY_SECONDS;
    if (rest < 0) {
        rest += DAY_SECONDS;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
        365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month =
        (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    return (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
        .hour = (int)(rest / 3600),
        .minute = (int)(rest / 60 % 60),
        .second = (int)(rest % 60),
    };
}

// Reads exactly `digits` digits, then `end` unless it is NUL.
static bool take_digits(struct slice *rest, size_t digits, char end, int *number) {
    size_t need = digits + (end != '\0');
    int64_t value = 0;
    if (rest->len < need ||
        !slice_to_number((struct slice){rest->data, digits}, &value) ||
        (end != '\0' && rest->data[digits] != end)) {
        return false;
    }
    *number = (int)value;
    *rest = slice_from(*rest, need);
    return true;
}

static bool take_date_time(struct slice *rest, struct civil *c) {
    *c = (struct civil){0};
    if (!take_digits(rest, 4, '-', &c->year) || !take_digits(rest, 2, '-', &c->month) ||
        !take_digits(rest, 2, '\0', &c->day) || rest->len == 0 ||
        (rest->data[0] != 'T' && rest->data[0] != 't' && rest->data[0] != ' ')) {
        return false;
    }
    *rest = slice_from(*rest, 1);
    if (!take_digits(rest, 2, ':', &c->hour) ||
        !take_digits(rest, 2, '\0', &c->minute)) {
        return false;
    }
    if (rest->len > 0 && rest->data[0] == ':') {
        *rest = slice_from(*rest, 1);
        if (!take_digits(rest, 2, '\0', &c->second)) {
            return false;
        }
    }
    return c->year >= 1 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= days_in_month(c->year, c->month) && c->hour <= 23 &&
           c->minute <= 59 && c->second <= 60;
}

enum err civil_parse_local(struct slice text, struct civil *civil) {
    return take_date_time(&text, civil) && text.len == 0 ? OK : ERR_INVALID;
}

static int take_milliseconds(struct slice *rest) {
    int milliseconds = 0;
    int scale = 100;
    if (rest->len > 1 && rest->data[0] == '.') {
        *rest = slice_from(*rest, 1);
        while (rest->len > 0 && rest->data[0] >= '0' && rest->data[0] <= '9') {
            milliseconds += (rest->data[0] - '0') * scale;
            scale /= 10;
            *rest = slice_from(*rest, 1);
        }
    }
    return milliseconds;
}

enum err civil_parse_rfc3339(struct slice text, int64_t *instant_ms) {
    struct civil civil;
    if (!take_date_time(&text, &civil)) {
        return ERR_INVALID;
    }
    int milliseconds = take_milliseconds(&text);
    int64_t offset = 0;
    if (text.len == 1 && (text.data[0] == 'Z' || text.data[0] == 'z')) {
        text = slice_from(text, 1);
    } else if (text.len == 6 && (text.data[0] == '+' || text.data[0] == '-')) {
        int64_t sign = text.data[0] == '-' ? -1 : 1;
        int hours = 0;
        int minutes = 0;
        text = slice_from(text, 1);
        if (!take_digits(&text, 2, ':', &hours) ||
            !take_digits(&text, 2, '\0', &minutes) || hours > 23 || minutes > 59) {
            return ERR_INVALID;
        }
        offset = sign * (hours * 3600 + minutes * 60);
    } else {
        return ERR_INVALID;
    }
    *instant_ms = (civil_to_seconds(civil) - offset) * 1000 + milliseconds;
    return OK;
}

void civil_add_rfc3339(struct buf *out, int64_t instant_ms) {
    int64_t milliseconds = ((instant_ms % 1000) + 1000) % 1000;
    struct civil c = civil_from_seconds((instant_ms - milliseconds) / 1000);
    buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour,
               c.minute, c.second);
    if (milliseconds != 0) {
        buf_printf(out, ".%03d", (int)milliseconds);
    }
    buf_add_char(out, 'Z');
}
