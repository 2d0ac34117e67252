// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_EVENTS_H
#define USHER_STORE_EVENTS_H

#include "core/message.h"
#include "store/store.h"

// Events of networks that later ones refer to, by their ids: who edits, takes back or
// reacts to one of these means a question. One row an event; those of closed questions
// stay, and a reaction's goes with it.

// Whether a message in a moderators' room says what is so.
enum event_edit {
    EVENT_IS_FRESH,
    EVENT_IS_EDITED, // its new text is in the outbox
    EVENT_IS_STALE,  // likewise, and things have changed again since
};

// Open record.
struct event {
    const char *network;
    const char *id;
    const char *workshop; // its id
    int64_t question;
    enum event_role role;
    int64_t person;     // whose it is, an id of the store; 0: the bot's
    const char *room;   // of EVENT_QUEUE: as the outbox names it
    const char *thread; // of EVENT_ASKED: root of the thread it was said in; NULL
    enum event_edit edit;
    char *texts; // holds those above of an event that is kept; NULL
};

// Makes the event own its texts, until it is finished.
void event_keep(struct event *event);
void event_finish(struct event *event);

// Adds what is not there yet.
enum err events_add(struct store *store, const struct event *event) ATTR_MUST_USE;

// ERR_NOT_FOUND when there is none. The caller finishes the event.
enum err events_find(struct store *store, const char *network, const char *id,
                     struct event *event) ATTR_MUST_USE;

enum err events_remove(struct store *store, const char *network,
                       const char *id) ATTR_MUST_USE;

enum err events_set_edit(struct store *store, const struct event *event,
                         enum event_edit edit) ATTR_MUST_USE;

// The messages about the question in moderators' rooms: calls `each`, which may not
// write; the event is borrowed for the call.
enum err events_of_queue(struct store *store, const char *workshop, int64_t question,
                         void (*each)(void *context, const struct event *event),
                         void *context) ATTR_MUST_USE;

// How many reactions of the person vote for the question.
int64_t events_count_votes(struct store *store, const char *workshop, int64_t question,
                           int64_t person);

#endif
