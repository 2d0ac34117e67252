// SPDX-License-Identifier: MIT
#include "base/table.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

struct table_entry {
    char *key;   // NULL where free or removed
    void *value; // with a NULL key: REMOVED where an entry once was
};

static char removed_mark;
#define REMOVED ((void *)&removed_mark)

static uint64_t hash(const char *key) {
    static uint64_t seed;
    if (seed == 0) {
        seed = hash_make_key();
    }
    return hash_keyed(seed, key);
}

// The entry of the key, or the first free one where it could be put.
static struct table_entry *probe(const struct table *table, const char *key) {
    size_t mask = table->cap - 1;
    struct table_entry *free_entry = NULL;
    for (size_t i = hash(key) & mask;; i = (i + 1) & mask) {
        struct table_entry *entry = &table->entries[i];
        if (entry->key != NULL && strcmp(entry->key, key) == 0) {
            return entry;
        }
        if (entry->key == NULL && free_entry == NULL) {
            free_entry = entry;
        }
        if (entry->key == NULL && entry->value != REMOVED) {
            return free_entry;
        }
    }
}

static void rebuild(struct table *table) {
    struct table old = *table;
    table->cap = 16;
    while (table->cap < old.used * 4) {
        table->cap *= 2;
    }
    table->entries = mem_alloc(table->cap, sizeof *table->entries);
    table->full = table->used;
    for (size_t i = 0; i < old.cap; i++) {
        if (old.entries[i].key != NULL) {
            *probe(table, old.entries[i].key) = old.entries[i];
        }
    }
    free(old.entries);
}

void table_finish(struct table *table) {
    for (size_t i = 0; i < table->cap; i++) {
        free(table->entries[i].key);
    }
    free(table->entries);
    *table = (struct table){0};
}

void *table_get(const struct table *table, const char *key) {
    if (table->used == 0) {
        return NULL;
    }
    const struct table_entry *entry = probe(table, key);
    return entry->key != NULL ? entry->value : NULL;
}

void *table_set(struct table *table, const char *key, void *value) {
    assert(value != NULL);
    if ((table->full + 1) * 4 > table->cap * 3) {
        rebuild(table);
    }
    struct table_entry *entry = probe(table, key);
    if (entry->key != NULL) {
        void *before = entry->value;
        entry->value = value;
        return before;
    }
    if (entry->value != REMOVED) {
        table->full++;
    }
    table->used++;
    *entry = (struct table_entry){mem_copy(key), value};
    return NULL;
}

void *table_remove(struct table *table, const char *key) {
    if (table->used == 0) {
        return NULL;
    }
    struct table_entry *entry = probe(table, key);
    if (entry->key == NULL) {
        return NULL;
    }
    void *value = entry->value;
    free(entry->key);
    *entry = (struct table_entry){NULL, REMOVED};
    table->used--;
    return value;
}

bool table_next(const struct table *table, size_t *at, const char **key, void **value) {
    for (; *at < table->cap; (*at)++) {
        const struct table_entry *entry = &table->entries[*at];
        if (entry->key != NULL) {
            *key = entry->key;
            *value = entry->value;
            (*at)++;
            return true;
        }
    }
    return false;
}
