// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_HEARD_H
#define USHER_NET_IRC_HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/message.h"
#include "net/irc/position.h"

// Messages that wait to be told, in order, each with its place in the history of the
// room. Zeroed is empty.

struct irc_heard {
    struct incoming *incoming; // owned; NULL: only its place counts
    struct irc_position at;
};

struct irc_heard_list {
    struct irc_heard *items;
    size_t count, cap;
};

void irc_heard_clear(struct irc_heard_list *list); // keeps the memory
void irc_heard_finish(struct irc_heard_list *list);

// Copies the message, which may be NULL.
void irc_heard_add(struct irc_heard_list *list, const struct incoming *incoming,
                   int64_t time_ms, struct slice msgid);

// Drops what is not after the position: all up to the message with its id; where that
// is not among them and `by_time`, all that is not later.
void irc_heard_drop_known(struct irc_heard_list *list,
                          const struct irc_position *position, bool by_time);

// Drops the first `count`.
void irc_heard_drop_first(struct irc_heard_list *list, size_t count);

// Takes the message with the same event out; NULL when there is none. The caller
// destroys it.
struct incoming *irc_heard_take_event(struct irc_heard_list *list, const char *event);

// Moves all of `from` to the end of `to`.
void irc_heard_move(struct irc_heard_list *to, struct irc_heard_list *from);

// By time; what was said at the same time keeps its order.
void irc_heard_sort(struct irc_heard_list *list);

#endif
