// SPDX-License-Identifier: MIT
#include "chat/rate.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

enum { WINDOW_MS = 60000 };

struct window {
    int64_t start_ms;
    int64_t count;
};

void rate_finish(struct rate *rate) {
    size_t at = 0;
    const char *key;
    void *window;
    while (table_next(&rate->windows, &at, &key, &window)) {
        free(window);
    }
    table_finish(&rate->windows);
}

int64_t rate_count(struct rate *rate, const char *key, int64_t now_ms) {
    struct window *window = table_get(&rate->windows, key);
    if (window == NULL) {
        if (rate->windows.used >= LIMIT_RATE_PERSONS) {
            rate_finish(rate);
        }
        window = mem_alloc(1, sizeof *window);
        table_set(&rate->windows, key, window);
    }
    if (llabs(now_ms - window->start_ms) >= WINDOW_MS) {
        *window = (struct window){.start_ms = now_ms};
    }
    return ++window->count;
}
