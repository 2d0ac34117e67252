// SPDX-License-Identifier: MIT
#include "net/irc/queue.h"

#include <assert.h>
#include <stdlib.h>

enum { TOKENS_A_LINE = 1000 };

void irc_item_destroy(struct irc_item *item) {
    if (item == NULL) {
        return;
    }
    free(item->target);
    free(item->text);
    free(item->wire_target);
    free(item);
}

void irc_queue_init(struct irc_queue *queue, int64_t burst, int64_t per_second,
                    int64_t now_ms) {
    *queue = (struct irc_queue){
        .burst = burst > 0 ? burst : 1,
        .per_second = per_second > 0 ? per_second : 1,
        .filled_ms = now_ms,
    };
    queue->tokens = queue->burst * TOKENS_A_LINE;
}

void irc_queue_clear(struct irc_queue *queue) {
    while (irc_queue_next(queue) != NULL) {
        irc_item_destroy(irc_queue_pop(queue));
    }
}

void irc_queue_add_take(struct irc_queue *queue, struct irc_item *item) {
    item->next = NULL;
    if (queue->first[item->class] == NULL) {
        queue->first[item->class] = item;
    } else {
        queue->last[item->class]->next = item;
    }
    queue->last[item->class] = item;
}

void irc_queue_return_take(struct irc_queue *queue, struct irc_item *item) {
    struct irc_item *begun = queue->first[item->class];
    if (begun == NULL || begun->said == 0) {
        begun = NULL;
    }
    struct irc_item **place = begun != NULL ? &begun->next : &queue->first[item->class];
    item->next = *place;
    *place = item;
    if (item->next == NULL) {
        queue->last[item->class] = item;
    }
}

struct irc_item *irc_queue_next(const struct irc_queue *queue) {
    for (size_t class = 0; class < IRC_CLASS_COUNT; class ++) {
        if (queue->first[class] != NULL) {
            return queue->first[class];
        }
    }
    return NULL;
}

struct irc_item *irc_queue_pop(struct irc_queue *queue) {
    struct irc_item *item = irc_queue_next(queue);
    assert(item != NULL);
    queue->first[item->class] = item->next;
    item->next = NULL;
    return item;
}

static int64_t tokens_at(const struct irc_queue *queue, int64_t now_ms) {
    int64_t most = queue->burst * TOKENS_A_LINE;
    int64_t passed = now_ms - queue->filled_ms;
    if (passed >= most / queue->per_second + 1) {
        return most; // full in any case, and no overflow after a long rest
    }
    int64_t tokens = queue->tokens + (passed > 0 ? passed : 0) * queue->per_second;
    return tokens < most ? tokens : most;
}

bool irc_queue_spend(struct irc_queue *queue, int64_t now_ms) {
    queue->tokens = tokens_at(queue, now_ms);
    queue->filled_ms = now_ms;
    if (queue->tokens < TOKENS_A_LINE) {
        return false;
    }
    queue->tokens -= TOKENS_A_LINE;
    return true;
}

int64_t irc_queue_wait_ms(const struct irc_queue *queue, int64_t now_ms) {
    int64_t missing = TOKENS_A_LINE - tokens_at(queue, now_ms);
    return missing > 0 ? (missing + queue->per_second - 1) / queue->per_second : 0;
}
