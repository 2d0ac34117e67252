// SPDX-License-Identifier: MIT
#ifndef USHER_OUTBOX_OUTBOX_H
#define USHER_OUTBOX_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/message.h"
#include "store/store.h"

// Messages decided, in order, until a network has them. What a turn decides is
// staged; after the turn's commit it is released to the networks, after a rollback
// forgotten. A stored message is a row of the store until it is delivered. An
// answer that changed nothing has no row: it is lost with the process, and the
// network tells the question again (promise 2).

struct outbox;

// One message for a network to send; borrowed for the call.
struct outbox_item {
    uint64_t id; // of this process only
    const char *transaction;
    struct target target;
    const char *text;
    const char *html; // NULL: none
    enum priority priority;
};

typedef void outbox_send_fn(void *context, const struct outbox_item *item);

// The store is borrowed for the outbox's life.
struct outbox *outbox_create(struct store *store, outbox_send_fn *send, void *context);
void outbox_destroy(struct outbox *outbox);

// Makes the network known and loads what the store holds for it.
void outbox_add_network(struct outbox *outbox, const char *network);

// Stores a message in the turn's transaction. The message is borrowed.
enum err outbox_add(struct outbox *outbox, const struct target *target,
                    struct message *message, enum priority priority) ATTR_MUST_USE;

// An answer to an event: its transaction id is "a", the event, "." and `part`.
// `stored` where it tells of a change made in this turn.
struct outbox_answer {
    const char *event;
    int part; // 0, 1, … within the answers to one event
    bool stored;
    enum priority priority;
};
enum err outbox_add_answer(struct outbox *outbox, const struct target *target,
                           struct message *message,
                           const struct outbox_answer *answer) ATTR_MUST_USE;

// Gives every answer without a row one, for a network whose position is about to
// be stored: the question will not be told again.
enum err outbox_store_answers(struct outbox *outbox, const char *network) ATTR_MUST_USE;

// What became of a message about a question; borrowed for the call.
struct outbox_told {
    struct target target;
    const char *event; // the network's id of the message; NULL: none, or refused
    const char *text;
    struct about about;
};
typedef enum err outbox_told_fn(void *context, const struct outbox_told *told);

// Removes the rows of what was delivered or refused since the last turn; `tell` hears
// in the same transaction of those that are about a question, and may add messages.
enum err outbox_store_done(struct outbox *outbox, outbox_told_fn *tell,
                           void *context) ATTR_MUST_USE;

// End of the turn, then outbox_release gives networks that are up what they can
// take.
void outbox_committed(struct outbox *outbox);
void outbox_rolled_back(struct outbox *outbox);
void outbox_release(struct outbox *outbox);

// What networks tell.
void outbox_network_up(struct outbox *outbox, const char *network);
void outbox_network_down(struct outbox *outbox, const char *network);
// `event`: the network's id of the message; NULL: it has none, or was refused.
void outbox_done(struct outbox *outbox, const char *network, uint64_t id,
                 const char *event);

// Whether something waits for a network that is up.
bool outbox_is_busy(const struct outbox *outbox);

// Whether anything waits for this network.
bool outbox_has(const struct outbox *outbox, const char *network);

#endif
