// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_TIMER_H
#define USHER_NET_IRC_TIMER_H

#include <event2/event.h>
#include <stdint.h>

// Timers of the loop.

// Fires once each time it is started; freed with event_free. Never NULL.
struct event *irc_timer_create(struct event_base *base, event_callback_fn callback,
                               void *context);

// Starts it anew, whether it runs or not.
void irc_timer_start(struct event *timer, int64_t wait_ms);

#endif
