// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_HISTORY_H
#define USHER_NET_IRC_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/message.h"
#include "net/irc/batch.h"
#include "net/irc/channels.h"
#include "net/irc/heard.h"
#include "net/irc/isupport.h"
#include "net/irc/position.h"

// What was said while the bot was away (IRCv3 draft/chathistory): asked for from the
// last position on, once the bot is in the channel again, for one room at a time and
// page by page. All direct messages together count as one room.
//
// What is said in a room until its history has been told is held, so that everything
// is told once and in order. The history asked for last came back empty, so all that
// it lacks was delivered to us after it, and is held; what is in both is told in its
// place in the history.
//
// The position moves with each message told and each page of a channel's history. Of
// direct messages one position serves all persons, so their history is collected and
// told at once. Positions are known over the loss of a connection, and kept over
// restarts by who is told them. Without the capability nothing is held or kept.

struct irc_history_events {
    // A line to be sent; after a while that it is not answered, irc_history_time_out
    // is to be called.
    void (*ask)(void *context, const char *line);
    void (*tell)(void *context, const struct incoming *incoming);
    void (*position)(void *context, const char *key, const char *position);
    char *(*recall)(void *context, const char *key); // the caller frees
};

enum irc_history_state {
    IRC_HISTORY_LIVE,
    IRC_HISTORY_WAITING, // for other rooms
    IRC_HISTORY_FETCHING,
};

struct irc_history_room {
    char *key; // of its position
    struct irc_position position;
    bool recalled;
    enum irc_history_state state;
    struct irc_heard_list held;
};

// The one request under way, and where it belongs.
struct irc_history_request {
    size_t room;
    bool is_open;       // not answered to the end
    bool for_targets;   // who has direct messages
    bool by_time;       // not by id
    bool by_label;      // its answer is known by its label
    const char *target; // channel or nick; borrowed
    uint64_t number;    // its label, where there are labels
    uint64_t group;     // of the batch that answers; 0: not begun
    size_t pages;       // of this target that brought something
    size_t lines;       // of this room
    struct irc_position cursor;
    struct irc_heard_list page;
};

struct irc_history {
    const struct irc_history_events *events;
    void *context;
    const struct irc_channels *channels; // borrowed
    const struct irc_isupport *isupport; // borrowed
    bool enabled;                        // the server has all that is needed
    bool labels;                         // it answers labels
    bool started;                        // requests may be sent
    int64_t welcome_ms;                  // signed on at
    struct irc_history_room *rooms;      // a channel's by its number; last: direct
    size_t room_count;
    struct irc_history_request request;
    char **persons; // with direct messages
    size_t person_count, persons_cap, persons_done;
    struct irc_heard_list direct; // their messages
    struct buf text;              // scratch
};

void irc_history_init(struct irc_history *history,
                      const struct irc_history_events *events, void *context,
                      const struct irc_channels *channels,
                      const struct irc_isupport *isupport);
void irc_history_finish(struct irc_history *history);

// The connection is over: what is held comes again as history.
void irc_history_clear(struct irc_history *history);

// Signed on at that time by the server's clock; direct messages are held from now on.
void irc_history_welcome(struct irc_history *history, int64_t now_ms);

// The server's introduction is over: requests may be sent.
void irc_history_start(struct irc_history *history);

// The bot is in the channel since then, or not any more.
void irc_history_joined(struct irc_history *history, size_t number, int64_t now_ms);
void irc_history_left(struct irc_history *history, size_t number);

// Somebody says something now, in the channel or directly (IRC_NO_CHANNEL). Tells it,
// or holds it.
void irc_history_hear(struct irc_history *history, int64_t number,
                      const struct incoming *incoming, struct slice msgid);

// What answers a request.

void irc_history_begun(struct irc_history *history, const struct irc_batch *batch);
void irc_history_ended(struct irc_history *history, const struct irc_batch *batch);

// Whether the batch is what was asked for; then its lines are to be added. Of what is
// not to be told (NULL) only the place counts.
bool irc_history_is_asked(const struct irc_history *history,
                          const struct irc_batch *batch);
void irc_history_add(struct irc_history *history, const struct incoming *incoming,
                     int64_t time_ms, struct slice msgid);
const char *irc_history_channel(const struct irc_history *history); // NULL: direct
// Whether it is the one with that person.
bool irc_history_is_with(const struct irc_history *history, struct slice nick);

// "CHATHISTORY TARGETS nick timestamp" in such a batch.
void irc_history_add_person(struct irc_history *history, struct slice nick);

// A FAIL, or an error numeric without label and code. False when it answers nothing.
bool irc_history_refused(struct irc_history *history, struct slice label,
                         struct slice code);
void irc_history_time_out(struct irc_history *history);

#endif
