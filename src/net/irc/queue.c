// SPDX-License-Identifier: MIT
#include "net/irc/queue.h"

#include <assert.h>
#include <stdlib.h>

enum {
    HALVINGS_MAX = 3,
    TOKENS_A_LINE = 8 * 1000, // whole ones a millisecond at an eighth of the pace, too
    PAUSE_MS = 5 * 1000,
    RECOVERY_MS = 2 * 60 * 1000, // without a complaint, for each halving
};

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
    };
    irc_queue_restart(queue, now_ms);
}

// What a full bucket holds: always a line.
static int64_t most_tokens(const struct irc_queue *queue) {
    int64_t most = (queue->burst * TOKENS_A_LINE) >> queue->slowed;
    return most > TOKENS_A_LINE ? most : TOKENS_A_LINE;
}

static int64_t tokens_a_ms(const struct irc_queue *queue) {
    return (queue->per_second * (TOKENS_A_LINE / 1000)) >> queue->slowed;
}

void irc_queue_restart(struct irc_queue *queue, int64_t now_ms) {
    queue->tokens = most_tokens(queue);
    queue->filled_ms = now_ms;
    queue->paused_ms = now_ms;
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
    while (*place != NULL && (*place)->id < item->id) {
        place = &(*place)->next;
    }
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
    int64_t most = most_tokens(queue);
    int64_t passed = now_ms - queue->filled_ms;
    if (passed >= most / tokens_a_ms(queue) + 1) {
        return most; // full in any case, and no overflow after a long rest
    }
    int64_t tokens = queue->tokens + (passed > 0 ? passed : 0) * tokens_a_ms(queue);
    return tokens < most ? tokens : most;
}

void irc_queue_slow_down(struct irc_queue *queue, int64_t now_ms) {
    if (now_ms < queue->paused_ms) {
        return;
    }
    if (queue->slowed < HALVINGS_MAX) {
        queue->slowed++;
    }
    queue->slowed_ms = now_ms;
    queue->tokens = 0;
    queue->filled_ms = now_ms;
    queue->paused_ms = now_ms + PAUSE_MS;
}

static void recover(struct irc_queue *queue, int64_t now_ms) {
    while (queue->slowed > 0 && now_ms - queue->slowed_ms >= RECOVERY_MS) {
        queue->slowed--;
        queue->slowed_ms += RECOVERY_MS;
    }
}

bool irc_queue_spend(struct irc_queue *queue, int64_t now_ms) {
    queue->tokens = tokens_at(queue, now_ms);
    queue->filled_ms = now_ms;
    recover(queue, now_ms);
    if (queue->tokens < TOKENS_A_LINE || now_ms < queue->paused_ms) {
        return false;
    }
    queue->tokens -= TOKENS_A_LINE;
    return true;
}

int64_t irc_queue_wait_ms(const struct irc_queue *queue, int64_t now_ms) {
    int64_t missing = TOKENS_A_LINE - tokens_at(queue, now_ms);
    int64_t rate = tokens_a_ms(queue);
    int64_t wait_ms = missing > 0 ? (missing + rate - 1) / rate : 0;
    int64_t pause_ms = queue->paused_ms - now_ms;
    return wait_ms > pause_ms ? wait_ms : pause_ms;
}

int64_t irc_queue_lines_ms(const struct irc_queue *queue, size_t lines) {
    return (int64_t)lines * TOKENS_A_LINE / tokens_a_ms(queue);
}
