// SPDX-License-Identifier: MIT
#include "base/backoff.h"

#include <sys/random.h>

int64_t backoff_growing_ms(int64_t first_ms, int64_t longest_ms, size_t tries) {
    int64_t wait_ms = first_ms;
    for (size_t i = 0; i < tries && wait_ms < longest_ms; i++) {
        wait_ms *= 2;
    }
    return wait_ms < longest_ms ? wait_ms : longest_ms;
}

int64_t backoff_jittered_ms(int64_t wait_ms) {
    uint32_t random = 0;
    // Without randomness the shorter wait is better than none.
    (void)!getrandom(&random, sizeof random, GRND_NONBLOCK);
    return wait_ms / 2 + (int64_t)(random % (uint64_t)(wait_ms / 2 + 1));
}
