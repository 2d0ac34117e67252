// SPDX-License-Identifier: MIT
#include "outbox/queue.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"

struct item {
    struct item *next, *previous;
    uint64_t id;
    int64_t row;     // 0: none
    int64_t new_row; // given in this turn, counts once it is committed
    enum priority priority;
    struct target target; // its texts and the workshop's id point into the next two
    char *target_texts, *workshop;
    char *transaction, *text, *html;
    struct about about;
    char *event; // once it is done
};

// Doubly linked, oldest first.
struct list {
    struct item *first, *last;
    size_t len;
};

enum { PRIORITIES = PRIORITY_LIST + 1 };

struct queue {
    char *network;
    struct list staged;
    struct list waiting[PRIORITIES];
    struct list given;
    struct list done;   // to be removed from the store, told
    size_t done_stored; // of these, removed and told in this turn's transaction
    int64_t last_row;
    int64_t settled_row; // the newest row that an answer in memory was given
    bool up, overflow;
    bool has_new_rows; // answers were given rows in this turn
};

static void list_append(struct list *list, struct item *item) {
    item->previous = list->last;
    item->next = NULL;
    if (list->last != NULL) {
        list->last->next = item;
    } else {
        list->first = item;
    }
    list->last = item;
    list->len++;
}

static void list_remove(struct list *list, struct item *item) {
    if (item->previous != NULL) {
        item->previous->next = item->next;
    } else {
        list->first = item->next;
    }
    if (item->next != NULL) {
        item->next->previous = item->previous;
    } else {
        list->last = item->previous;
    }
    list->len--;
}

// Puts an item back where its age says; from the end, where it mostly belongs.
static void list_insert_by_age(struct list *list, struct item *item) {
    struct item *before = list->last;
    while (before != NULL && before->id > item->id) {
        before = before->previous;
    }
    item->previous = before;
    item->next = before != NULL ? before->next : list->first;
    if (item->next != NULL) {
        item->next->previous = item;
    } else {
        list->last = item;
    }
    if (before != NULL) {
        before->next = item;
    } else {
        list->first = item;
    }
    list->len++;
}

static void item_destroy(struct item *item) {
    free(item->target_texts);
    free(item->workshop);
    free(item->transaction);
    free(item->text);
    free(item->html);
    free(item->event);
    free(item);
}

static void list_clear(struct list *list) {
    struct item *item = list->first;
    while (item != NULL) {
        struct item *next = item->next;
        item_destroy(item);
        item = next;
    }
    *list = (struct list){0};
}

struct queue *queue_create(const char *network) {
    struct queue *queue = mem_alloc(1, sizeof *queue);
    queue->network = mem_copy(network);
    return queue;
}

void queue_destroy(struct queue *queue) {
    if (queue == NULL) {
        return;
    }
    list_clear(&queue->staged);
    list_clear(&queue->given);
    for (size_t i = 0; i < PRIORITIES; i++) {
        list_clear(&queue->waiting[i]);
    }
    list_clear(&queue->done);
    free(queue->network);
    free(queue);
}

const char *queue_network(const struct queue *queue) {
    return queue->network;
}

size_t queue_len(const struct queue *queue) {
    size_t len = queue->staged.len + queue->given.len;
    for (size_t i = 0; i < PRIORITIES; i++) {
        len += queue->waiting[i].len;
    }
    return len;
}

int64_t queue_last_row(const struct queue *queue) {
    return queue->last_row;
}

void queue_set_overflow(struct queue *queue, bool overflow) {
    queue->overflow = overflow;
}

bool queue_has_overflow(const struct queue *queue) {
    return queue->overflow;
}

static struct item *item_create(uint64_t id, const struct outbox_row *row) {
    struct item *item = mem_alloc(1, sizeof *item);
    item->id = id;
    item->row = row->id;
    item->priority = row->priority;
    item->target = row->target;
    item->target_texts = target_keep(&item->target);
    item->about = row->about;
    item->about.workshop = item->workshop = mem_copy(row->about.workshop);
    item->transaction = row->transaction != NULL
                            ? mem_copy(row->transaction)
                            : str_printf("o%lld", (long long)row->id);
    item->text = mem_copy(row->text);
    item->html = mem_copy(row->html);
    return item;
}

static void wait(struct queue *queue, struct item *item) {
    list_append(&queue->waiting[item->priority], item);
    if (item->row > queue->last_row) {
        queue->last_row = item->row;
    }
}

static bool list_has_row(const struct list *list, int64_t row) {
    for (const struct item *item = list->first; item != NULL; item = item->next) {
        if (item->row == row) {
            return true;
        }
    }
    return false;
}

// An answer that got its row later than others may stand behind rows that were left
// in the store.
static bool has_row(const struct queue *queue, int64_t row) {
    bool found = row <= queue->settled_row && list_has_row(&queue->given, row);
    for (size_t i = 0; i < PRIORITIES && row <= queue->settled_row && !found; i++) {
        found = list_has_row(&queue->waiting[i], row);
    }
    return found;
}

void queue_push_row(struct queue *queue, uint64_t id, const struct outbox_row *row) {
    if (has_row(queue, row->id)) {
        queue->last_row = row->id;
    } else {
        wait(queue, item_create(id, row));
    }
}

void queue_stage(struct queue *queue, uint64_t id, const struct outbox_row *row) {
    list_append(&queue->staged, item_create(id, row));
}

static enum err store_list(const struct list *list, struct store *store) {
    for (struct item *item = list->first; item != NULL; item = item->next) {
        if (item->row != 0) {
            continue;
        }
        struct outbox_row row = {
            .target = item->target,
            .transaction = item->transaction,
            .priority = item->priority,
            .text = item->text,
            .html = item->html,
            .about = item->about,
        };
        enum err err = outbox_rows_add(store, &row);
        if (err != OK) {
            return err;
        }
        item->new_row = row.id;
    }
    return OK;
}

enum err queue_store_answers(struct queue *queue, struct store *store) {
    queue->has_new_rows = true;
    enum err err = store_list(&queue->given, store);
    for (size_t i = 0; i < PRIORITIES && err == OK; i++) {
        err = store_list(&queue->waiting[i], store);
    }
    return err == OK ? store_list(&queue->staged, store) : err;
}

static enum err store_one_done(const struct item *item, struct store *store,
                               outbox_told_fn *tell, void *context) {
    enum err err = item->row != 0 ? outbox_rows_remove(store, item->row) : OK;
    if (err != OK || item->about.role == EVENT_NONE) {
        return err;
    }
    const struct outbox_told told = {
        .target = item->target,
        .event = item->event,
        .text = item->text,
        .about = item->about,
    };
    return tell(context, &told);
}

enum err queue_store_done(struct queue *queue, struct store *store,
                          outbox_told_fn *tell, void *context) {
    const struct item *item = queue->done.first;
    for (size_t i = 0; i < queue->done_stored; i++) {
        item = item->next;
    }
    enum err err = OK;
    while (item != NULL && err == OK) {
        err = store_one_done(item, store, tell, context);
        queue->done_stored += err == OK;
        item = item->next;
    }
    return err;
}

static void settle_rows(struct queue *queue, struct list *list, bool committed) {
    for (struct item *item = list->first; item != NULL; item = item->next) {
        if (item->new_row != 0) {
            item->row = committed ? item->new_row : 0;
            item->new_row = 0;
            queue->settled_row =
                item->row > queue->settled_row ? item->row : queue->settled_row;
        }
    }
}

// Walks all messages only when there is something to settle: it is called for each
// answer of a burst.
static void settle(struct queue *queue, bool committed) {
    if (!queue->has_new_rows) {
        return;
    }
    queue->has_new_rows = false;
    settle_rows(queue, &queue->given, committed);
    settle_rows(queue, &queue->staged, committed);
    for (size_t i = 0; i < PRIORITIES; i++) {
        settle_rows(queue, &queue->waiting[i], committed);
    }
}

static void drop_stored(struct queue *queue) {
    struct item *item = queue->done.first;
    for (; queue->done_stored > 0; queue->done_stored--) {
        struct item *next = item->next;
        LOG(LOG_DEBUG, "row_done", LOG_S("network", queue->network),
            LOG_N("row", item->row));
        list_remove(&queue->done, item);
        item_destroy(item);
        item = next;
    }
}

// A stored row that memory has no room for stays in the store alone.
static void release(struct queue *queue, struct item *item) {
    bool is_stored = item->row != 0;
    queue->overflow =
        queue->overflow || (is_stored && queue_len(queue) >= LIMIT_OUTBOX_MESSAGES);
    if (queue->overflow && is_stored) {
        item_destroy(item);
    } else {
        wait(queue, item);
    }
}

void queue_committed(struct queue *queue) {
    settle(queue, true);
    drop_stored(queue);
    struct item *item = queue->staged.first;
    queue->staged = (struct list){0};
    while (item != NULL) {
        struct item *next = item->next;
        release(queue, item);
        item = next;
    }
}

void queue_rolled_back(struct queue *queue) {
    settle(queue, false);
    queue->done_stored = 0;
    list_clear(&queue->staged);
}

bool queue_take(struct queue *queue, struct outbox_item *given) {
    if (!queue->up || queue->given.len >= LIMIT_IN_FLIGHT_MESSAGES) {
        return false;
    }
    size_t priority = 0;
    while (queue->waiting[priority].first == NULL) {
        if (++priority == PRIORITIES) {
            return false;
        }
    }
    struct item *item = queue->waiting[priority].first;
    list_remove(&queue->waiting[priority], item);
    list_append(&queue->given, item);
    LOG(LOG_DEBUG, "given", LOG_S("network", queue->network), LOG_N("row", item->row),
        LOG_S("target", item->target.id), LOG_S("text", item->text));
    *given = (struct outbox_item){
        .id = item->id,
        .transaction = item->transaction,
        .target = item->target,
        .text = item->text,
        .html = item->html,
        .priority = item->priority,
    };
    return true;
}

void queue_set_up(struct queue *queue, bool up) {
    queue->up = up;
    while (queue->given.last != NULL) {
        struct item *item = queue->given.last;
        list_remove(&queue->given, item);
        list_insert_by_age(&queue->waiting[item->priority], item);
    }
}

bool queue_is_up(const struct queue *queue) {
    return queue->up;
}

void queue_done(struct queue *queue, uint64_t id, const char *event) {
    struct item *item = queue->given.first;
    while (item != NULL && item->id != id) {
        item = item->next;
    }
    if (item == NULL) {
        return; // told late by a network that went down in between
    }
    LOG(LOG_DEBUG, "delivered", LOG_S("network", queue->network),
        LOG_N("row", item->row));
    list_remove(&queue->given, item);
    if (item->row != 0 || item->about.role != EVENT_NONE) {
        item->event = mem_copy(event);
        list_append(&queue->done, item);
    } else {
        item_destroy(item);
    }
}
