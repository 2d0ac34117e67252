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

struct target {
    enum target_kind kind;
    const char *network;
    const char *id;
};

// Lower is sent first.
enum priority { PRIORITY_NOTICE, PRIORITY_ANSWER, PRIORITY_LIST };

// One message of a person, valid until the call that hands it over returns.
struct incoming {
    struct person person;
    const char *room;   // the room as configured; NULL when said directly
    struct target back; // where an answer goes
    const char *text;   // passed utf8_clean, at most LIMIT_MESSAGE_BYTES
    const char *event;  // the network's id of the message, unique in the network;
                        // the same when the network delivers it again
    int64_t sent_ms;    // real time at which it was said
    const char *const *own_names; // nick or display name, user id; ends with NULL
    size_t lines_max;   // a longer answer goes directly to the person; 0: no limit
    bool may_be_old;    // said while the bot was away
    bool accounts_only; // this network answers only persons with an account
};

// A text in the making, plain and as HTML, equal in content. Every piece of text
// is escaped for HTML on its way in; addresses (http, https) become links there.
// Zeroed is empty.
struct message {
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
