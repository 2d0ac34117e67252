// SPDX-License-Identifier: MIT
#ifndef USHER_CHAT_RATE_H
#define USHER_CHAT_RATE_H

#include <stdint.h>

#include "base/table.h"

// How often somebody did something within a minute of real time. Counts are kept
// in windows of a minute that begin with the first. What was done earlier than that may
// come later (a room's history). Zeroed is empty.

struct rate {
    struct table windows; // struct window
};

void rate_finish(struct rate *rate);

// Counts one for the key; returns how many there are in the window now, this one
// included.
int64_t rate_count(struct rate *rate, const char *key, int64_t now_ms);

#endif
