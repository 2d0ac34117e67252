// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_KEPT_H
#define USHER_NET_MATRIX_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct matrix;

// A list of ids, each with a time, that outlives a restart: what was said once, who
// left. It is bounded: at the bound the oldest is forgotten. Kept as one text under
// one key, a line an id; small, so searched from end to end.

struct matrix_kept_item {
    char *id; // without blanks
    int64_t at_ms;
};

struct matrix_kept {
    struct matrix *matrix;
    const char *key;
    struct matrix_kept_item *items; // oldest first
    size_t count, cap, max;
};

// Reads what was kept; what is malformed of it is left out. After it finish.
void matrix_kept_load(struct matrix_kept *kept, struct matrix *matrix, const char *key,
                      size_t max);
void matrix_kept_finish(struct matrix_kept *kept);

// The time of the id; -1 where it is not in the list.
int64_t matrix_kept_at(const struct matrix_kept *kept, const char *id);

// Both store the list in the turn's transaction, if it changed.
void matrix_kept_set(struct matrix_kept *kept, const char *id, int64_t at_ms);
void matrix_kept_remove(struct matrix_kept *kept, const char *id);

#endif
