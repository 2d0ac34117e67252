// SPDX-License-Identifier: MIT
#include "net/matrix/retry.h"

#include <stdlib.h>
#include <sys/random.h>

enum {
    WAIT_FIRST_MS = 1000,
    WAIT_LONGEST_MS = 5 * 60 * 1000,
};

int64_t matrix_retry_wait_ms(unsigned tries) {
    int64_t wait_ms = WAIT_FIRST_MS;
    for (unsigned i = 0; i < tries && wait_ms < WAIT_LONGEST_MS; i++) {
        wait_ms *= 2;
    }
    return wait_ms < WAIT_LONGEST_MS ? wait_ms : WAIT_LONGEST_MS;
}

int64_t matrix_retry_jitter_ms(int64_t wait_ms) {
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random) {
        return wait_ms; // without jitter is better than not at all
    }
    return wait_ms / 2 + (int64_t)(random % (uint64_t)(wait_ms / 2 + 1));
}

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
        wait_ms = matrix_retry_jitter_ms(matrix_retry_wait_ms(retry->tries));
        retry->tries++;
    }
    wait(retry, wait_ms);
}

void matrix_retry_longest(struct matrix_retry *retry) {
    wait(retry, matrix_retry_jitter_ms(WAIT_LONGEST_MS));
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
