// SPDX-License-Identifier: MIT
#include "net/matrix/retry.h"

#include <stdlib.h>

#include "base/backoff.h"

enum {
    WAIT_FIRST_MS = 1000,
    WAIT_LONGEST_MS = 5 * 60 * 1000,
};

void matrix_retry_init(struct matrix_retry *retry, struct event_base *base,
                       event_callback_fn again, void *context) {
    retry->tries = 0;
    retry->timer = evtimer_new(base, again, context);
    if (retry->timer == NULL) {
        abort(); // only for want of memory
    }
}

void matrix_retry_finish(struct matrix_retry *retry) {
    if (retry->timer != NULL) {
        event_free(retry->timer);
    }
    *retry = (struct matrix_retry){0};
}

static void wait(struct matrix_retry *retry, int64_t wait_ms) {
    struct timeval time = {wait_ms / 1000, wait_ms % 1000 * 1000};
    event_add(retry->timer, &time);
}

void matrix_retry_after(struct matrix_retry *retry, int64_t wait_ms) {
    if (wait_ms < 0) {
        wait_ms = backoff_jittered_ms(
            backoff_growing_ms(WAIT_FIRST_MS, WAIT_LONGEST_MS, retry->tries));
        retry->tries++;
    }
    wait(retry, wait_ms);
}

void matrix_retry_longest(struct matrix_retry *retry) {
    wait(retry, backoff_jittered_ms(WAIT_LONGEST_MS));
}

void matrix_retry_now(struct matrix_retry *retry) {
    wait(retry, 0);
}

void matrix_retry_reset(struct matrix_retry *retry) {
    retry->tries = 0;
    event_del(retry->timer);
}

bool matrix_retry_is_waiting(const struct matrix_retry *retry) {
    return evtimer_pending(retry->timer, NULL) != 0;
}
