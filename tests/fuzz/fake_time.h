// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_FUZZ_FAKE_TIME_H
#define USHER_TESTS_FUZZ_FAKE_TIME_H

#include <stdint.h>

struct event_base;

// Time that passes only when the harness says so, and chance that is the same in
// every run: the clocks, the timers of the loop and getrandom are replaced by the
// linker (--wrap).

// A fresh start. All timers are freed.
void fake_time_reset(void);

// Lets so much time pass; the timers fire in their order.
void fake_time_pass(struct event_base *base, int64_t ms);

// Timers fired since the start.
uint64_t fake_time_fired(void);

#endif
