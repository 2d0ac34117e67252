// SPDX-License-Identifier: MIT
#include "net/irc/timer.h"

#include <stdlib.h>

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
