// SPDX-License-Identifier: MIT
#ifndef USHER_APP_POSITIONS_H
#define USHER_APP_POSITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "store/store.h"

// Where one network goes on after a restart: a position a key, as told by the
// network, until it is stored. They go with a transaction that is there anyway, else
// when they have waited LIMIT_POSITION_MS; the first one of a key at once, since
// without it what is said while the bot is away would pass for history.

struct positions {
    struct table by_key;
    struct position *moved; // not stored since
    int64_t moved_mono_ms;  // when the first of these moved
    bool first;             // one of these has never been stored
    bool written;           // in this turn, not committed yet
};

void positions_finish(struct positions *positions);

void positions_move(struct positions *positions, struct store *store,
                    const char *network, const char *key, const char *position);

bool positions_have_moved(const struct positions *positions);

// Whether they want a transaction of their own at that monotonic time.
bool positions_are_due(const struct positions *positions, int64_t mono_ms);

// Writes all that moved in the turn's transaction; then tell whether it was kept.
enum err positions_write(struct positions *positions, struct store *store,
                         const char *network) ATTR_MUST_USE;
void positions_committed(struct positions *positions);
void positions_rolled_back(struct positions *positions);

#endif
