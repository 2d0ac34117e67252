// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_FILTER_H
#define USHER_NET_MATRIX_FILTER_H

#include <stddef.h>

// What the server is asked for (v1.11, "Filtering"): the types of events that the bot
// uses, in one table, and nothing else. JSON; the caller frees.

// Of GET /sync, with at most so many events of each room's timeline.
char *matrix_filter_sync(int timeline_limit);

// Of GET /sync for nothing but what those rooms are.
char *matrix_filter_state(const char *const *rooms, size_t count);

// Of GET /rooms/{id}/messages.
char *matrix_filter_history(void);

#endif
