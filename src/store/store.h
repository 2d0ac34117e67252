// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_STORE_H
#define USHER_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

// What must outlive the process. One transaction a turn of the loop: the first
// write of a turn begins it, store_commit ends it, and a turn that writes nothing
// has none. After a write has failed the turn can only be rolled back. Reads see
// the turn's own writes.

struct store;

enum store_mode {
    STORE_OWNER,  // the bot: reads, writes, alone
    STORE_READER, // an export beside the running bot
};

// `url` is "sqlite:PATH"; PATH ":memory:" is for tests. `now_ms` is remembered as
// the time the store was first opened. ERR_UNAVAILABLE, ERR_CONFLICT (another bot
// has it), ERR_INVALID with a sentence.
enum err store_open(const char *url, enum store_mode mode, int64_t now_ms,
                    struct store **store, struct error *error) ATTR_MUST_USE;
void store_close(struct store *store); // rolls back what is not committed

// Whether this turn has written anything.
bool store_has_changes(const struct store *store);

// How many writes there were since opening: to see whether a call changed anything.
uint64_t store_write_count(const struct store *store);

// After either the next write begins a new transaction. A failed commit has been
// rolled back.
enum err store_commit(struct store *store) ATTR_MUST_USE;
void store_rollback(struct store *store);

// While set, every write fails with ERR_UNAVAILABLE: the way a turn that could not
// be stored is answered once more.
void store_refuse_writes(struct store *store, bool refuse);

// Agenda time at which the store was first opened.
int64_t store_opened_ms(const struct store *store);

// State of a network under a key ("position", "access_token", …). The caller frees
// what get returns; NULL when there is none. A NULL value forgets.
char *store_get_state(struct store *store, const char *network, const char *key);
enum err store_set_state(struct store *store, const char *network, const char *key,
                         const char *value) ATTR_MUST_USE;

#endif
