// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_PEOPLE_H
#define USHER_STORE_PEOPLE_H

#include "core/person.h"
#include "store/store.h"

// Persons that asked, voted or chose something: a row each, found by network and
// identity.

// The row's id; 0 when the person has none yet.
int64_t people_find(struct store *store, const struct person *person);

// The row's id, made if need be.
enum err people_get(struct store *store, const struct person *person,
                    int64_t *id) ATTR_MUST_USE;

// What stands for the person's host without naming it (base/hash.h): the same for all
// of that host in that network, in this store; 0 where it does not count, because the
// identity is proved or the host is not known.
int64_t people_host(const struct store *store, const struct person *person);

// The workshop last used in direct rooms; the caller frees, NULL when none.
char *people_workshop(struct store *store, const struct person *person);
enum err people_set_workshop(struct store *store, const struct person *person,
                             const char *workshop) ATTR_MUST_USE;

#endif
