// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_MIGRATIONS_H
#define USHER_STORE_MIGRATIONS_H

#include "store/db.h"

// Brings a new or older store to the newest schema, one numbered migration a
// transaction. ERR_INVALID where the store is of a newer usher.
enum err migrations_apply(struct db *db, struct error *error) ATTR_MUST_USE;

// Whether a store can be read as it is: ERR_INVALID where it is of another schema.
enum err migrations_check(struct db *db, struct error *error) ATTR_MUST_USE;

#endif
