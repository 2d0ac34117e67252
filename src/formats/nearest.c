// SPDX-License-Identifier: MIT
#include "formats/nearest.h"

#include <string.h>

enum { WORD_BYTES_MAX = 40 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

// What is known of the first letters of `a` against those of `b`: the last two rows
// of the table, and the one being filled.
struct rows {
    size_t *before, *last, *now;
};

static void fill_row(const struct rows *rows, const char *a, size_t i, const char *b) {
    rows->now[0] = i;
    for (size_t j = 1; b[j - 1] != '\0'; j++) {
        size_t change = rows->last[j - 1] + (a[i - 1] != b[j - 1]);
        size_t best = smaller(change, smaller(rows->last[j], rows->now[j - 1]) + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
            best = smaller(best, rows->before[j - 2] + 1);
        }
        rows->now[j] = best;
    }
}

size_t nearest_distance(const char *a, const char *b) {
    size_t space[3][WORD_BYTES_MAX + 1] = {0};
    struct rows rows = {space[0], space[1], space[2]};
    const size_t a_len = strlen(a);
    const size_t b_len = strlen(b);
    if (a_len > WORD_BYTES_MAX || b_len > WORD_BYTES_MAX) {
        return a_len > b_len ? a_len : b_len;
    }
    for (size_t j = 0; j <= b_len; j++) {
        rows.last[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        fill_row(&rows, a, i, b);
        rows = (struct rows){rows.last, rows.now, rows.before};
    }
    return rows.last[b_len];
}
