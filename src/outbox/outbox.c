// SPDX-License-Identifier: MIT
#include "outbox/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "outbox/queue.h"
#include "store/outbox_rows.h"

struct outbox {
    struct store *store;
    outbox_send_fn *send;
    void *context;
    uint64_t last_id;
    struct queue **queues; // one a network
    size_t queue_count, queue_cap;
};

struct outbox *outbox_create(struct store *store, outbox_send_fn *send, void *context) {
    struct outbox *outbox = mem_alloc(1, sizeof *outbox);
    *outbox = (struct outbox){.store = store, .send = send, .context = context};
    return outbox;
}

void outbox_destroy(struct outbox *outbox) {
    if (outbox == NULL) {
        return;
    }
    for (size_t i = 0; i < outbox->queue_count; i++) {
        queue_destroy(outbox->queues[i]);
    }
    free(outbox->queues);
    free(outbox);
}

static struct queue *find_queue(const struct outbox *outbox, const char *network) {
    for (size_t i = 0; i < outbox->queue_count; i++) {
        if (strcmp(queue_network(outbox->queues[i]), network) == 0) {
            return outbox->queues[i];
        }
    }
    return NULL;
}

struct loading {
    struct outbox *outbox;
    struct queue *queue;
};

static void load_row(void *context, const struct outbox_row *row) {
    const struct loading *loading = context;
    queue_push_row(loading->queue, ++loading->outbox->last_id, row);
}

// Fills a queue from the store: at the start, and when it ran low after the store
// held more than memory may.
static void load_rows(struct outbox *outbox, struct queue *queue) {
    size_t before = queue_len(queue);
    int64_t room = LIMIT_OUTBOX_MESSAGES - (int64_t)before;
    struct loading loading = {outbox, queue};
    const struct outbox_range range = {queue_network(queue), queue_last_row(queue),
                                       room};
    enum err err = outbox_rows_load(outbox->store, &range, load_row, &loading);
    if (err != OK) {
        LOG(LOG_ERROR, "outbox_not_read", LOG_S("network", queue_network(queue)));
        return;
    }
    queue_set_overflow(queue, (int64_t)(queue_len(queue) - before) == room);
}

void outbox_add_network(struct outbox *outbox, const char *network) {
    if (find_queue(outbox, network) != NULL) {
        return;
    }
    outbox->queues = mem_grow(outbox->queues, outbox->queue_count, &outbox->queue_cap,
                              sizeof(struct queue *));
    struct queue *queue = queue_create(network);
    outbox->queues[outbox->queue_count++] = queue;
    load_rows(outbox, queue);
}

static enum err store_row(struct outbox *outbox, struct queue *queue,
                          struct outbox_row *row) {
    enum err err = outbox_rows_add(outbox->store, row);
    if (err == OK) {
        queue_stage(queue, ++outbox->last_id, row);
    }
    return err;
}

static struct outbox_row make_row(const struct target *target, struct message *message,
                                  enum priority priority) {
    return (struct outbox_row){
        .target = *target,
        .priority = priority,
        .text = buf_str(&message->text),
        .html = message_html(message),
        .about = message->about,
    };
}

enum err outbox_add(struct outbox *outbox, const struct target *target,
                    struct message *message, enum priority priority) {
    struct queue *queue = find_queue(outbox, target->network);
    if (queue == NULL) {
        LOG(LOG_WARN, "message_dropped", LOG_S("network", target->network),
            LOG_S("reason", "no such network in the configuration"));
        return OK;
    }
    struct outbox_row row = make_row(target, message, priority);
    return store_row(outbox, queue, &row);
}

enum err outbox_add_answer(struct outbox *outbox, const struct target *target,
                           struct message *message,
                           const struct outbox_answer *answer) {
    struct queue *queue = find_queue(outbox, target->network);
    assert(queue != NULL);
    char *transaction = str_printf("a%s.%d", answer->event, answer->part);
    struct outbox_row row = make_row(target, message, answer->priority);
    row.transaction = transaction;
    enum err err = OK;
    if (answer->stored) {
        err = store_row(outbox, queue, &row);
    } else if (queue_len(queue) >= LIMIT_OUTBOX_MESSAGES) {
        LOG(LOG_WARN, "answer_dropped", LOG_S("network", target->network),
            LOG_S("reason", "too many messages wait"));
    } else {
        queue_stage(queue, ++outbox->last_id, &row);
    }
    free(transaction);
    return err;
}

enum err outbox_store_answers(struct outbox *outbox, const char *network) {
    struct queue *queue = find_queue(outbox, network);
    return queue != NULL ? queue_store_answers(queue, outbox->store) : OK;
}

enum err outbox_store_done(struct outbox *outbox, outbox_told_fn *tell, void *context) {
    enum err err = OK;
    for (size_t i = 0; i < outbox->queue_count && err == OK; i++) {
        err = queue_store_done(outbox->queues[i], outbox->store, tell, context);
    }
    return err;
}

void outbox_committed(struct outbox *outbox) {
    for (size_t i = 0; i < outbox->queue_count; i++) {
        queue_committed(outbox->queues[i]);
    }
}

void outbox_rolled_back(struct outbox *outbox) {
    for (size_t i = 0; i < outbox->queue_count; i++) {
        queue_rolled_back(outbox->queues[i]);
    }
}

void outbox_release(struct outbox *outbox) {
    for (size_t i = 0; i < outbox->queue_count; i++) {
        struct queue *queue = outbox->queues[i];
        if (queue_has_overflow(queue) && queue_len(queue) < LIMIT_OUTBOX_MESSAGES / 2) {
            load_rows(outbox, queue);
        }
        struct outbox_item item;
        while (queue_take(queue, &item)) {
            outbox->send(outbox->context, &item);
        }
    }
}

void outbox_network_up(struct outbox *outbox, const char *network) {
    queue_set_up(find_queue(outbox, network), true);
}

void outbox_network_down(struct outbox *outbox, const char *network) {
    queue_set_up(find_queue(outbox, network), false);
}

void outbox_done(struct outbox *outbox, const char *network, uint64_t id,
                 const char *event) {
    queue_done(find_queue(outbox, network), id, event);
}

bool outbox_has(const struct outbox *outbox, const char *network) {
    return queue_len(find_queue(outbox, network)) > 0;
}

bool outbox_is_busy(const struct outbox *outbox) {
    for (size_t i = 0; i < outbox->queue_count; i++) {
        if (queue_is_up(outbox->queues[i]) && queue_len(outbox->queues[i]) > 0) {
            return true;
        }
    }
    return false;
}
