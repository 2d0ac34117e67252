// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_CLOCK_H
#define USHER_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

// The agenda's clock: what time it is for the workshop. Normally the machine's;
// with `--clock T@N` it starts at T and goes N times as fast. Tests drive one by
// hand. Protocol timers and rate limits keep real time and do not use it.

enum clock_kind { CLOCK_SYSTEM, CLOCK_SHIFTED, CLOCK_MANUAL };

struct clock {
    enum clock_kind kind;
    int64_t start_ms;      // shifted: agenda time at the start; manual: now
    int64_t start_mono_ms; // shifted: monotonic time at the start
    int64_t rate;          // shifted: how many times as fast
};

// Zeroed is the system's clock.
struct clock clock_manual(int64_t now_ms);

// From the argument of --clock: RFC 3339, then optionally @N with N from 1 to
// 100000. ERR_INVALID with a sentence otherwise.
enum err clock_parse(const char *text, struct clock *clock,
                     struct error *error) ATTR_MUST_USE;

// Milliseconds since 1970-01-01 UTC.
int64_t clock_now_ms(const struct clock *clock);

// How long until agenda time `due_ms`, in real milliseconds, rounded up; 0 when
// it has come.
int64_t clock_wait_ms(const struct clock *clock, int64_t due_ms);

// Real time, whatever the agenda's clock says: since 1970, and monotonic.
int64_t clock_real_ms(void);
int64_t clock_mono_ms(void);

#endif
