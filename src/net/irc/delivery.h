// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_DELIVERY_H
#define USHER_NET_IRC_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/irc/channels.h"
#include "net/irc/isupport.h"
#include "net/irc/queue.h"
#include "net/irc/users.h"
#include "net/network.h"

// What the bot says, from the order to say it until the server has it: queued and
// paced, cut into lines for the target's present name, and acknowledged by the answer
// to the label of its last line (labeled-response), else by its echo, or by the PONG
// to a PING sent after it. A message to a room that is not joined, or
// to an account that is not there, is held until it is; of more than
// LIMIT_IRC_HELD_MESSAGES the oldest is refused. Everything is forgotten at the end
// of the connection.

// Results are told in the order in which they come about, only from the functions
// whose comments say so.
struct irc_delivery_events {
    void (*delivered)(void *context, uint64_t id);
    void (*refused)(void *context, uint64_t id, const char *reason);
};

struct irc_delivery {
    const struct irc_delivery_events *events;
    void *context;
    struct irc_isupport *isupport; // borrowed, as the next two
    struct irc_users *users;
    struct irc_channels *channels;
    struct irc_queue queue;
    struct irc_item *held, *held_last; // oldest first
    size_t held_count;
    size_t raw_counts[IRC_CLASS_COUNT]; // in the queue
    uint64_t held_changes; // users->changes when the held were last looked at
    bool room_joined;      // since then
    struct irc_item *flight, *flight_last; // said to the end, not acknowledged
    bool echo;                             // the server echoes what we say
    bool labels;                           // and says by label which message it is
    uint64_t labels_used;
    bool fault_said;   // of an answer that did not come on this connection
    size_t prefix_len; // of the bot's own ":nick!user@host " as others get it
    uint64_t pings;    // PINGs sent
    size_t unproved;   // messages said to the end since the last
    struct buf line;   // scratch
    struct buf key;    // scratch
};

void irc_delivery_init(struct irc_delivery *delivery, const struct irc_options *options,
                       const struct irc_delivery_events *events, void *context);
void irc_delivery_finish(struct irc_delivery *delivery);
void irc_delivery_clear(struct irc_delivery *delivery, int64_t now_ms);

void irc_delivery_add(struct irc_delivery *delivery, const struct outgoing *outgoing);

// Queues a line that is no message; without line end. At LIMIT_IRC_RAW_LINES of its
// class that wait it is dropped.
void irc_delivery_add_raw(struct irc_delivery *delivery, enum irc_class class,
                          const char *line);

// Appends what may be said now, while `out` is short of `max` bytes, with a PING behind
// it where it is the PONG that acknowledges and much is not yet. Tells refusals.
void irc_delivery_pump(struct irc_delivery *delivery, int64_t now_ms, struct buf *out,
                       size_t max);

// Until something may be said again, as things stand; -1: nothing waits to be said.
int64_t irc_delivery_wait_ms(const struct irc_delivery *delivery, int64_t now_ms);

// Until the lines of IRC_CLASS_CONTROL that wait have gone out.
int64_t irc_delivery_control_ms(const struct irc_delivery *delivery, int64_t now_ms);

bool irc_delivery_is_open(const struct irc_delivery *delivery); // unacknowledged

// Whether something was said that only the PONG to a PING behind it acknowledges, and
// the PING is still to be sent. It may wait a little for what is said next: servers
// count it against the bot's pace, and have other things to do than answer it.
bool irc_delivery_wants_ping(const struct irc_delivery *delivery);

// Appends a PING whose PONG acknowledges.
void irc_delivery_add_ping(struct irc_delivery *delivery, struct buf *out);

// The server's answers. They tell what was delivered or refused.
void irc_delivery_echo(struct irc_delivery *delivery, struct slice target,
                       struct slice text);
void irc_delivery_pong(struct irc_delivery *delivery, struct slice token);
void irc_delivery_refuse(struct irc_delivery *delivery, struct slice target,
                         struct slice reason);

// The same by label; one that no message has means nothing.
void irc_delivery_acknowledge_label(struct irc_delivery *delivery, struct slice label);
void irc_delivery_refuse_label(struct irc_delivery *delivery, struct slice label,
                               struct slice reason);
// What was said to the target did not get there, for now: the first message to it
// is said again from its start, some times; then it is refused.
void irc_delivery_repeat(struct irc_delivery *delivery, struct slice target,
                         struct slice reason);
void irc_delivery_repeat_label(struct irc_delivery *delivery, struct slice label,
                               struct slice reason);

#endif
