// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_GAP_H
#define USHER_NET_MATRIX_GAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "net/matrix/parse.h"
#include "net/matrix/rooms.h"

// What was said in a room, but could not be had so far: at most one stretch of each
// room's timeline, to be asked for again. Not kept over restarts.

struct matrix_gap {
    char *from, *to;  // places in the stream, the newer first
    int64_t again_ms; // not before; monotonic
};

// By room id. Zeroed is empty.
struct matrix_gaps {
    struct table by_room; // struct matrix_gap *
};

void matrix_gap_finish(struct matrix_gap *gap);

void matrix_gaps_finish(struct matrix_gaps *gaps);

// NULL when there is none. Borrowed until the next call that is not a question.
const struct matrix_gap *matrix_gaps_get(const struct matrix_gaps *gaps,
                                         const char *room);

// The same, but NULL also before it is time to ask for it.
const struct matrix_gap *matrix_gaps_due(const struct matrix_gaps *gaps,
                                         const char *room);

// Of that room: where `settled`, none is left over; where `later` has texts it is that
// one, copied; else nothing changes.
void matrix_gaps_settle(struct matrix_gaps *gaps, const char *room, bool settled,
                        const struct matrix_gap *later);

// Sees to it that each room with a gap that is due is among the news, and forgets those
// of rooms that the bot is not in.
void matrix_gaps_remind(struct matrix_gaps *gaps, const struct matrix_rooms *rooms,
                        struct matrix_news *news);

#endif
