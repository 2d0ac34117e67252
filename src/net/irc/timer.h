// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_TIMER_H
#define USHER_NET_IRC_TIMER_H

#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>

// Timers of the loop, and how long to wait before something is tried again.

// Fires once each time it is started; freed with event_free. Never NULL.
struct event *irc_timer_create(struct event_base *base, event_callback_fn callback,
                               void *context);

// Starts it anew, whether it runs or not.
void irc_timer_start(struct event *timer, int64_t wait_ms);

// The first wait, doubled for each try before, up to the longest.
int64_t irc_timer_growing_ms(int64_t first_ms, int64_t longest_ms, size_t tries);

// Half of the wait and a random part of the other half: clients that lost their
// server together do not come back together.
int64_t irc_timer_jittered_ms(int64_t wait_ms);

#endif
