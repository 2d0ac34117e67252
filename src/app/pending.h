// SPDX-License-Identifier: MIT
#ifndef USHER_APP_PENDING_H
#define USHER_APP_PENDING_H

#include "core/message.h"

// Copies of the messages that changed something in this turn: should the store
// refuse the turn, each is answered so. Zeroed is empty.

struct pending {
    struct incoming **messages;
    size_t count, cap;
};

void pending_add(struct pending *pending, const struct incoming *incoming);
void pending_clear(struct pending *pending); // keeps the memory
void pending_finish(struct pending *pending);

// Hands each to `handle`, oldest first.
void pending_replay(const struct pending *pending,
                    void (*handle)(void *context, const struct incoming *incoming),
                    void *context);

#endif
