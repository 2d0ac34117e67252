// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_ORDER_H
#define USHER_NET_MATRIX_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "net/matrix/parse.h"

// The order of a room's events where a gap was filled, and where the bot's own
// part of them begins. Lists of events in, lists of events out.

// Puts the older events (newest first) of a gap in front of a timeline: the
// result is in order, without an event twice, and `older` is empty. Returns how
// many were added.
size_t matrix_events_merge(struct matrix_event_list *timeline,
                           struct matrix_event_list *older);

// Whether anything was said, or done to what was.
bool matrix_events_have_message(const struct matrix_event_list *events);

// Whether that user joins by it, who was not a member before.
bool matrix_event_is_join(const struct matrix_event *event, const char *user);

// The index of the first event after the newest join of that user; 0 when there
// is none.
size_t matrix_events_after_join(const struct matrix_event_list *timeline,
                                const char *user);

#endif
