// SPDX-License-Identifier: MIT
#include "app/positions.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"

struct position {
    struct position *next; // among those that moved
    char *key;
    char *value;
    bool is_stored; // some value of it
    bool has_moved;
};

void positions_finish(struct positions *positions) {
    size_t at = 0;
    const char *key = NULL;
    void *value = NULL;
    while (table_next(&positions->by_key, &at, &key, &value)) {
        struct position *position = value;
        free(position->key);
        free(position->value);
        free(position);
    }
    table_finish(&positions->by_key);
    *positions = (struct positions){0};
}

static struct position *add(struct positions *positions, struct store *store,
                            const char *network, const char *key) {
    struct position *position = mem_alloc(1, sizeof *position);
    char *stored = store_get_state(store, network, key);
    position->is_stored = stored != NULL;
    position->key = mem_copy(key);
    free(stored);
    table_set(&positions->by_key, key, position);
    return position;
}

void positions_move(struct positions *positions, struct store *store,
                    const char *network, const char *key, const char *value) {
    struct position *position = table_get(&positions->by_key, key);
    if (position == NULL) {
        position = add(positions, store, network, key);
    }
    free(position->value);
    position->value = mem_copy(value);
    if (positions->moved == NULL) {
        positions->moved_mono_ms = clock_mono_ms();
    }
    if (!position->has_moved) {
        position->has_moved = true;
        position->next = positions->moved;
        positions->moved = position;
    }
    positions->first = positions->first || !position->is_stored;
}

bool positions_have_moved(const struct positions *positions) {
    return positions->moved != NULL;
}

bool positions_are_due(const struct positions *positions, int64_t mono_ms) {
    return positions->moved != NULL &&
           (positions->first ||
            mono_ms - positions->moved_mono_ms >= LIMIT_POSITION_MS);
}

enum err positions_write(struct positions *positions, struct store *store,
                         const char *network) {
    enum err err = OK;
    for (const struct position *position = positions->moved;
         position != NULL && err == OK; position = position->next) {
        err = store_set_state(store, network, position->key, position->value);
    }
    positions->written = true;
    return err;
}

void positions_committed(struct positions *positions) {
    struct position *position = positions->written ? positions->moved : NULL;
    while (position != NULL) {
        position->is_stored = true;
        position->has_moved = false;
        position = position->next;
    }
    if (positions->written) {
        positions->moved = NULL;
        positions->first = false;
    }
    positions->written = false;
}

void positions_rolled_back(struct positions *positions) {
    positions->written = false;
}
