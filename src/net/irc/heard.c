// SPDX-License-Identifier: MIT
#include "net/irc/heard.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/incoming.h"

static void finish_item(struct irc_heard *item) {
    incoming_destroy(item->incoming);
    irc_position_finish(&item->at);
}

void irc_heard_drop_first(struct irc_heard_list *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        finish_item(&list->items[i]);
    }
    list->count -= count;
    if (count > 0 && list->count > 0) {
        memmove(list->items, list->items + count, list->count * sizeof *list->items);
    }
}

void irc_heard_clear(struct irc_heard_list *list) {
    irc_heard_drop_first(list, list->count);
}

void irc_heard_finish(struct irc_heard_list *list) {
    irc_heard_clear(list);
    free(list->items);
    *list = (struct irc_heard_list){0};
}

static struct irc_heard *add(struct irc_heard_list *list) {
    list->items = mem_grow(list->items, list->count, &list->cap, sizeof *list->items);
    return &list->items[list->count++];
}

void irc_heard_add(struct irc_heard_list *list, const struct incoming *incoming,
                   int64_t time_ms, struct slice msgid) {
    struct irc_heard *item = add(list);
    *item = (struct irc_heard){0};
    item->incoming = incoming != NULL ? incoming_copy(incoming) : NULL;
    irc_position_set(&item->at, time_ms, msgid);
}

static bool has_id(const struct irc_heard *item, const char *msgid) {
    return msgid != NULL && item->at.msgid != NULL &&
           strcmp(item->at.msgid, msgid) == 0;
}

void irc_heard_drop_known(struct irc_heard_list *list,
                          const struct irc_position *position, bool by_time) {
    size_t later = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (has_id(&list->items[i], position->msgid)) {
            irc_heard_drop_first(list, i + 1);
            return;
        }
        later +=
            by_time && later == i && list->items[i].at.time_ms <= position->time_ms;
    }
    irc_heard_drop_first(list, later);
}

struct incoming *irc_heard_take_event(struct irc_heard_list *list, const char *event) {
    for (size_t i = 0; i < list->count; i++) {
        struct irc_heard *item = &list->items[i];
        if (item->incoming != NULL && strcmp(item->incoming->event, event) == 0) {
            struct incoming *taken = item->incoming;
            irc_position_finish(&item->at);
            list->count--;
            memmove(item, item + 1, (list->count - i) * sizeof *item);
            return taken;
        }
    }
    return NULL;
}

void irc_heard_move(struct irc_heard_list *to, struct irc_heard_list *from) {
    for (size_t i = 0; i < from->count; i++) {
        *add(to) = from->items[i];
    }
    from->count = 0;
}

// An insertion sort from the end: the messages of each person are in order already.
void irc_heard_sort(struct irc_heard_list *list) {
    for (size_t i = 1; i < list->count; i++) {
        struct irc_heard item = list->items[i];
        size_t at = i;
        while (at > 0 && list->items[at - 1].at.time_ms > item.at.time_ms) {
            list->items[at] = list->items[at - 1];
            at--;
        }
        list->items[at] = item;
    }
}
