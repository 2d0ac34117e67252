// SPDX-License-Identifier: MIT
#include "net/matrix/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/slice.h"
#include "net/matrix/account.h"

static size_t find(const struct matrix_kept *kept, const char *id) {
    size_t i = 0;
    while (i < kept->count && strcmp(kept->items[i].id, id) != 0) {
        i++;
    }
    return i;
}

static void drop(struct matrix_kept *kept, size_t i) {
    free(kept->items[i].id);
    kept->count--;
    memmove(&kept->items[i], &kept->items[i + 1],
            (kept->count - i) * sizeof *kept->items);
}

static void add(struct matrix_kept *kept, struct slice id, int64_t at_ms) {
    if (kept->count == kept->max) {
        drop(kept, 0);
    }
    kept->items = mem_grow(kept->items, kept->count, &kept->cap, sizeof *kept->items);
    kept->items[kept->count++] = (struct matrix_kept_item){slice_copy(id), at_ms};
}

void matrix_kept_load(struct matrix_kept *kept, struct matrix *matrix, const char *key,
                      size_t max) {
    const struct network *network = &matrix->network;
    *kept = (struct matrix_kept){.matrix = matrix, .key = key, .max = max};
    char *text = network->events->recall(network->context, network, key);
    struct slice rest = slice_of(text);
    struct slice line;
    while (slice_take_until(&rest, '\n', &line)) {
        struct slice id = slice_take_word(&line);
        int64_t at_ms = 0;
        if (id.len > 0 && slice_to_number(line, &at_ms)) {
            add(kept, id, at_ms);
        }
    }
    free(text);
}

void matrix_kept_finish(struct matrix_kept *kept) {
    while (kept->count > 0) {
        drop(kept, kept->count - 1);
    }
    free(kept->items);
    *kept = (struct matrix_kept){0};
}

static void save(const struct matrix_kept *kept) {
    const struct network *network = &kept->matrix->network;
    struct buf text = {0};
    for (size_t i = 0; i < kept->count; i++) {
        buf_printf(&text, "%s %lld\n", kept->items[i].id,
                   (long long)kept->items[i].at_ms);
    }
    network->events->remember(network->context, network, kept->key,
                              text.len > 0 ? buf_str(&text) : NULL);
    buf_finish(&text);
}

int64_t matrix_kept_at(const struct matrix_kept *kept, const char *id) {
    size_t i = find(kept, id);
    return i < kept->count ? kept->items[i].at_ms : -1;
}

void matrix_kept_set(struct matrix_kept *kept, const char *id, int64_t at_ms) {
    size_t i = find(kept, id);
    if (i < kept->count && kept->items[i].at_ms == at_ms) {
        return;
    }
    if (i < kept->count) {
        drop(kept, i);
    }
    add(kept, slice_of(id), at_ms);
    save(kept);
}

void matrix_kept_remove(struct matrix_kept *kept, const char *id) {
    size_t i = find(kept, id);
    if (i < kept->count) {
        drop(kept, i);
        save(kept);
    }
}
