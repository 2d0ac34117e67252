// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_QUEUE_H
#define USHER_NET_IRC_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What waits to be said, paced by a token bucket so that the server does not take
// the bot for a flood. When it does all the same, the pace is halved, down to an
// eighth, and comes back by and by. Time is given by the caller, so that tests need no
// waiting.

// Lower goes first; within one class the order of arrival holds.
enum irc_class {
    IRC_CLASS_CONTROL, // JOIN
    IRC_CLASS_NOTICE,
    IRC_CLASS_ANSWER,
    IRC_CLASS_LIST,
    IRC_CLASS_LOOKUP, // WHO, CTCP answers
    IRC_CLASS_COUNT,
};

// A message to deliver, or one raw line.
struct irc_item {
    struct irc_item *next;
    enum irc_class class;
    char *target; // room or identity as given; NULL: a raw line
    bool to_person;
    char *text;
    size_t said; // bytes of the text already said
    uint64_t id; // goes up from one message to the next
    // Filled as its lines go out (delivery.c).
    char *wire_target;  // folded nick or channel of the last line
    uint64_t last_line; // hash of that line's text
    uint64_t ping;      // number of the PING sent after the last line
    uint64_t label;     // that the last line carries; 0: none
    unsigned repeats;   // of the whole, since the server asked to
};

struct irc_queue {
    struct irc_item *first[IRC_CLASS_COUNT];
    struct irc_item *last[IRC_CLASS_COUNT];
    int64_t burst;
    int64_t per_second;
    int64_t tokens; // a line costs 8000
    int64_t filled_ms;
    unsigned slowed;   // how often the pace is halved
    int64_t slowed_ms; // when it was, or came back, the last time
    int64_t paused_ms; // nothing is said before
};

void irc_item_destroy(struct irc_item *item);

// Starts with a full bucket.
void irc_queue_init(struct irc_queue *queue, int64_t burst, int64_t per_second,
                    int64_t now_ms);
void irc_queue_clear(struct irc_queue *queue); // destroys all items

// For a new connection: a full bucket and no pause, at the pace there was.
void irc_queue_restart(struct irc_queue *queue, int64_t now_ms);

// The server takes the bot for a flood: a pause, then half the pace. What it says in
// the pause is about the same flood.
void irc_queue_slow_down(struct irc_queue *queue, int64_t now_ms);

// Takes over the item, at the end of its class.
void irc_queue_add_take(struct irc_queue *queue, struct irc_item *item);

// Takes over the item, in front of its class, but behind what was given to be said
// before it and behind a message of which a part has been said.
void irc_queue_return_take(struct irc_queue *queue, struct irc_item *item);

// What is to be said next, still the queue's; NULL when empty.
struct irc_item *irc_queue_next(const struct irc_queue *queue);

// Takes the item that irc_queue_next gave out of the queue; the caller owns it.
struct irc_item *irc_queue_pop(struct irc_queue *queue);

// Spends the allowance for one line; false when there is none at this time.
bool irc_queue_spend(struct irc_queue *queue, int64_t now_ms);

// Until the next line may be said; 0 for now.
int64_t irc_queue_wait_ms(const struct irc_queue *queue, int64_t now_ms);

// How long so many lines take at the pace there is.
int64_t irc_queue_lines_ms(const struct irc_queue *queue, size_t lines);

#endif
