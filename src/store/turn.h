// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_TURN_H
#define USHER_STORE_TURN_H

#include "store/db.h"
#include "store/store.h"

// Private to this folder: how the files of the store read and write.

struct db *store_db(struct store *store);

// With what hosts are hashed, the same for the store's life.
uint64_t store_host_key(const struct store *store);

// Like db_run, inside the turn's transaction, which it begins if need be.
enum err store_write(struct store *store, const char *sql,
                     const struct db_value *values, size_t count) ATTR_MUST_USE;

// A write that returns one number (RETURNING).
enum err store_write_returning(struct store *store, const char *sql,
                               const struct db_value *values, size_t count,
                               int64_t *number) ATTR_MUST_USE;

// Reads one number; `missing` where there is no row.
int64_t store_read_int(struct store *store, const char *sql,
                       const struct db_value *values, size_t count, int64_t missing);

#endif
