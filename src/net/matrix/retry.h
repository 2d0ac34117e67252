// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_RETRY_H
#define USHER_NET_MATRIX_RETRY_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

// A timer for another try: the first within 2 s, then at growing, jittered waits
// up to 5 minutes, or as long as the server asks for (promise 5 of the design).

struct matrix_retry {
    struct event *timer;
    unsigned tries; // since the last success
};

void matrix_retry_init(struct matrix_retry *retry, struct event_base *base,
                       event_callback_fn again, void *context);
void matrix_retry_finish(struct matrix_retry *retry);

// Waits `wait_ms`; where that is negative, as long as the tries so far make it.
void matrix_retry_after(struct matrix_retry *retry, int64_t wait_ms);

// Waits the longest.
void matrix_retry_longest(struct matrix_retry *retry);

// Fires in the next turn of the loop, whatever was waited for.
void matrix_retry_now(struct matrix_retry *retry);

// Success: stops waiting, and the next failure is the first.
void matrix_retry_reset(struct matrix_retry *retry);

bool matrix_retry_is_waiting(const struct matrix_retry *retry);

#endif
