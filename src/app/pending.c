// SPDX-License-Identifier: MIT
#include "app/pending.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/incoming.h"

void pending_add(struct pending *pending, const struct incoming *incoming) {
    pending->messages =
        mem_grow(pending->messages, pending->count, &pending->cap, sizeof(void *));
    pending->messages[pending->count++] = incoming_copy(incoming);
}

void pending_clear(struct pending *pending) {
    for (size_t i = 0; i < pending->count; i++) {
        incoming_destroy(pending->messages[i]);
    }
    pending->count = 0;
}

void pending_finish(struct pending *pending) {
    pending_clear(pending);
    free(pending->messages);
    *pending = (struct pending){0};
}

void pending_replay(const struct pending *pending,
                    void (*handle)(void *context, const struct incoming *incoming),
                    void *context) {
    for (size_t i = 0; i < pending->count; i++) {
        handle(context, pending->messages[i]);
    }
}
