// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_MESSAGE_H
#define USHER_CORE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "core/person.h"

// What goes in from a network and what goes out to one, in words that every
// network shares.

enum target_kind {
    TARGET_ROOM,   // id: the room as configured, or a direct room's own id
    TARGET_PERSON, // id: a person's identity; the network finds the way
};

// The last four are for networks whose messages have ids that others refer to; NULL:
// none, and elsewhere without effect.
struct target {
    enum target_kind kind;
    const char *network;
    const char *id;
    const char *reply_to; // the event that is answered
    const char *thread;   // root of the thread in which that was said
    const char *mention;  // identity of whom it answers: it pings nobody else
    const char *replaces; // an earlier message of the bot, of which it is the new text
};

// Makes the target point into a copy of all its texts; returns the copy, which the
// caller frees when the target is done with.
char *target_keep(struct target *target);

// What an event of a network is to a question.
enum event_role {
    EVENT_NONE,
    EVENT_ASKED, // the message that asked it
    EVENT_SHOWN, // a message of the bot about it
    EVENT_QUEUE, // likewise, in a moderators' room: kept up to date
    EVENT_VOTE,  // a reaction that votes for it
};

// Which question a message is about; zeroed: none.
struct about {
    const char *workshop; // its id
    int64_t question;
    enum event_role role;
};

// Lower is sent first.
enum priority { PRIORITY_NOTICE, PRIORITY_ANSWER, PRIORITY_LIST };

enum incoming_kind {
    INCOMING_TEXT,
    INCOMING_EDIT,      // `text` is what the message `of` says from now on
    INCOMING_REDACTION, // `of` is taken back: a message, or a reaction
    INCOMING_REACTION,  // `text`, mostly an emoji, stuck to the message `of`
};

// One message of a person, or what they did to one; valid until the call that hands it
// over returns.
struct incoming {
    enum incoming_kind kind;
    struct person person;
    const char *room;   // the room as configured; NULL when said directly
    struct target back; // where an answer goes
    const char *text;   // passed utf8_clean, at most LIMIT_MESSAGE_BYTES
    const char *of;     // an earlier event; of a text: the one it replies to, or NULL
    const char *event;  // the network's id of the message, unique in the network;
                        // the same when the network delivers it again
    int64_t sent_ms;    // real time at which it was said
    const char *const *own_names; // nick or display name, user id; ends with NULL
    size_t lines_max;   // a longer answer goes directly to the person; 0: no limit
    bool may_be_old;    // said while the bot was away
    bool accounts_only; // this network answers only persons with an account
    bool mentions_bot;  // names it as somebody to be pinged
};

// A text in the making, plain and as HTML, equal in content. Every piece of text
// is escaped for HTML on its way in; addresses (http, https) become links there.
// Zeroed is empty.
struct message {
    struct about about; // workshop borrowed
    struct buf text;
    struct buf html;
    bool in_list;
    size_t lines;
};

void message_finish(struct message *message);

// A line of its own.
void message_line(struct message *message, const char *line);

// A line that is an entry of a list.
void message_item(struct message *message, const char *item);

// Continues the last line; behind a list it is a line of its own.
void message_append(struct message *message, const char *text);

// The HTML, its list closed. Borrowed until the message changes.
const char *message_html(struct message *message);

// Appends text with the characters that mean something in HTML escaped.
void html_add_escaped(struct buf *html, struct slice text);

#endif
