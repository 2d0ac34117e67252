// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_OUTBOX_ROWS_H
#define USHER_STORE_OUTBOX_ROWS_H

#include "core/message.h"
#include "store/store.h"

// Messages decided and not yet known to be delivered, oldest first.

struct outbox_row {
    int64_t id; // never used twice
    struct target target;
    const char *transaction; // NULL: "o" and the id
    enum priority priority;
    const char *text;
    const char *html; // NULL: none
    struct about about;
};

// Stores the row and fills its id.
enum err outbox_rows_add(struct store *store, struct outbox_row *row) ATTR_MUST_USE;
enum err outbox_rows_remove(struct store *store, int64_t id) ATTR_MUST_USE;

// At most `limit` rows of a network, those with an id above `after`.
struct outbox_range {
    const char *network;
    int64_t after;
    int64_t limit;
};

// Calls `each` for the rows of the range; the row is borrowed for the call.
enum err outbox_rows_load(struct store *store, const struct outbox_range *range,
                          void (*each)(void *context, const struct outbox_row *row),
                          void *context) ATTR_MUST_USE;

#endif
