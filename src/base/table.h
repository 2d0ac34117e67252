// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_TABLE_H
#define USHER_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

// A map from string to pointer. Keys are copied; values belong to the caller.
// Zeroed is empty. Hashing is seeded at random, so that a peer who chooses the
// keys cannot make it slow.
struct table {
    struct table_entry *entries;
    size_t used; // live entries
    size_t full; // live and removed entries
    size_t cap;  // zero or a power of two
};

void table_finish(struct table *table);                      // frees keys, not values
void *table_get(const struct table *table, const char *key); // NULL when absent

// Sets and returns the value that was there before, NULL when none. The new
// value must not be NULL.
void *table_set(struct table *table, const char *key, void *value);

// Removes and returns the value, NULL when absent. `key` may be the table's own.
void *table_remove(struct table *table, const char *key);

// Walks all entries in no order: *at starts at 0. False at the end. The entry
// just returned may be removed while walking; nothing may be added.
bool table_next(const struct table *table, size_t *at, const char **key, void **value);

#endif
