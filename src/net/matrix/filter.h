// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_FILTER_H
#define USHER_NET_MATRIX_FILTER_H

#include <stdbool.h>
#include <stddef.h>

// What the server is asked for (v1.11, "Filtering"): the types of events that the bot
// uses, in one table, and nothing else. JSON; the caller frees.

// Of GET /sync, with at most so many events of each room's timeline, and none that
// `without` has sent unless that is NULL.
char *matrix_filter_sync(int timeline_limit, const char *without);

// Of GET /sync for nothing but what those rooms are, and whether another has taken a
// room's place where `replaced`.
char *matrix_filter_state(const char *const *rooms, size_t count, bool replaced);

// Of GET /rooms/{id}/messages.
char *matrix_filter_history(void);

#endif
