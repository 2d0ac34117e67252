// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <string.h>
#include <time.h>

#include "base/civil.h"
#include "base/slice.h"

enum { RATE_MAX = 100000 };

static int64_t read_ms(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_real_ms(void) {
    return read_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void) {
    return read_ms(CLOCK_MONOTONIC);
}

struct clock clock_manual(int64_t now_ms) {
    return (struct clock){.kind = CLOCK_MANUAL, .start_ms = now_ms};
}

enum err clock_parse(const char *text, struct clock *clock, struct error *error) {
    struct slice rest = slice_of(text);
    struct slice instant = {0};
    int64_t rate = 1;
    bool has_rate = strchr(text, '@') != NULL;
    int64_t start_ms = 0;
    if (!slice_take_until(&rest, '@', &instant) ||
        civil_parse_rfc3339(instant, &start_ms) != OK) {
        return error_set(error, ERR_INVALID,
                         "found clock \"%s\", expected RFC 3339 such as "
                         "2015-09-08T14:24:40+02:00, then optionally @N",
                         text);
    }
    if (has_rate && (!slice_to_number(rest, &rate) || rate < 1 || rate > RATE_MAX)) {
        return error_set(error, ERR_INVALID,
                         "found clock rate \"%.*s\", expected 1 to %d", (int)rest.len,
                         rest.data, RATE_MAX);
    }
    *clock = (struct clock){.kind = CLOCK_SHIFTED,
                            .start_ms = start_ms,
                            .start_mono_ms = clock_mono_ms(),
                            .rate = rate};
    return OK;
}

int64_t clock_now_ms(const struct clock *clock) {
    switch (clock->kind) {
    case CLOCK_SHIFTED:
        return clock->start_ms + (clock_mono_ms() - clock->start_mono_ms) * clock->rate;
    case CLOCK_MANUAL:
        return clock->start_ms;
    case CLOCK_SYSTEM:
        break;
    }
    return clock_real_ms();
}

int64_t clock_wait_ms(const struct clock *clock, int64_t due_ms) {
    int64_t wait = due_ms - clock_now_ms(clock);
    if (wait <= 0) {
        return 0;
    }
    return clock->kind == CLOCK_SHIFTED ? (wait + clock->rate - 1) / clock->rate : wait;
}
