// SPDX-License-Identifier: MIT
#include "net/irc/timer.h"

#include <stdlib.h>
#include <sys/random.h>

struct event *irc_timer_create(struct event_base *base, event_callback_fn callback,
                               void *context) {
    struct event *timer = evtimer_new(base, callback, context);
    if (timer == NULL) {
        abort(); // only for want of memory
    }
    return timer;
}

void irc_timer_start(struct event *timer, int64_t wait_ms) {
    struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};
    event_add(timer, &wait);
}

int64_t irc_timer_growing_ms(int64_t first_ms, int64_t longest_ms, size_t tries) {
    int64_t wait_ms = first_ms;
    for (size_t i = 0; i < tries && wait_ms < longest_ms; i++) {
        wait_ms *= 2;
    }
    return wait_ms < longest_ms ? wait_ms : longest_ms;
}

int64_t irc_timer_jittered_ms(int64_t wait_ms) {
    uint32_t random = 0;
    (void)!getrandom(&random, sizeof random, 0);
    return wait_ms / 2 + (int64_t)(random % (uint32_t)(wait_ms / 2 + 1));
}
