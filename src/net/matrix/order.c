// SPDX-License-Identifier: MIT
#include "net/matrix/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/table.h"

size_t matrix_events_merge(struct matrix_event_list *timeline,
                           struct matrix_event_list *older) {
    struct table seen = {0};
    struct matrix_event_list merged = {0};
    size_t total = older->count + timeline->count;
    merged.items = mem_alloc(total, sizeof *merged.items);
    merged.cap = total > 0 ? total : 1;
    size_t added = 0;
    for (size_t i = 0; i < total; i++) {
        bool is_old = i < older->count;
        struct matrix_event_list *from = is_old ? older : timeline;
        struct matrix_event *event =
            &from->items[is_old ? older->count - 1 - i : i - older->count];
        if (table_set(&seen, event->id, event) == NULL) {
            merged.items[merged.count++] = *event;
            *event = (struct matrix_event){0};
            added += is_old;
        }
    }
    table_finish(&seen);
    matrix_event_list_finish(older);
    matrix_event_list_finish(timeline);
    *timeline = merged;
    return added;
}

bool matrix_events_have_message(const struct matrix_event_list *events) {
    for (size_t i = 0; i < events->count; i++) {
        enum matrix_event_kind kind = events->items[i].kind;
        if (kind != MATRIX_EVENT_MEMBER && kind != MATRIX_EVENT_STATE) {
            return true;
        }
    }
    return false;
}

bool matrix_event_is_join(const struct matrix_event *event, const char *user) {
    return event->kind == MATRIX_EVENT_MEMBER && event->newly &&
           strcmp(event->member, user) == 0;
}

size_t matrix_events_after_join(const struct matrix_event_list *timeline,
                                const char *user) {
    for (size_t i = timeline->count; i > 0; i--) {
        if (matrix_event_is_join(&timeline->items[i - 1], user)) {
            return i;
        }
    }
    return 0;
}
