// SPDX-License-Identifier: MIT
#ifndef USHER_OUTBOX_QUEUE_H
#define USHER_OUTBOX_QUEUE_H

#include "outbox/outbox.h"
#include "store/outbox_rows.h"

// The messages of one network, private to this folder. An item is staged (decided
// in this turn), waiting, given (the network has it), or done (to be removed from
// the store, then forgotten). Order: by priority, then by age; a network that comes
// up again is given all anew.

struct queue;

struct queue *queue_create(const char *network);
void queue_destroy(struct queue *queue);
const char *queue_network(const struct queue *queue);
size_t queue_len(const struct queue *queue); // staged, waiting and given

// The newest row that is or was in memory.
int64_t queue_last_row(const struct queue *queue);

// While set, the store holds rows newer than the queue's: staged rows stay there.
void queue_set_overflow(struct queue *queue, bool overflow);
bool queue_has_overflow(const struct queue *queue);

// Both copy the row. `row->id` 0: an answer without a row.
void queue_push_row(struct queue *queue, uint64_t id, const struct outbox_row *row);
void queue_stage(struct queue *queue, uint64_t id, const struct outbox_row *row);

enum err queue_store_answers(struct queue *queue, struct store *store) ATTR_MUST_USE;
enum err queue_store_done(struct queue *queue, struct store *store,
                          outbox_told_fn *tell, void *context) ATTR_MUST_USE;
void queue_committed(struct queue *queue);
void queue_rolled_back(struct queue *queue);

// The next item for a network that is up and has not too many already; borrowed
// until the queue changes. False when there is none.
bool queue_take(struct queue *queue, struct outbox_item *item);

void queue_set_up(struct queue *queue, bool up);
bool queue_is_up(const struct queue *queue);
void queue_done(struct queue *queue, uint64_t id, const char *event);

#endif
