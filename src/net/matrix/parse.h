// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_PARSE_H
#define USHER_NET_MATRIX_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct cJSON;

// The homeserver's JSON as records: what a synchronisation, a page of history or
// a list of members says, as far as the bot uses it. Texts are clean and bounded,
// ids valid; what is missing or mistyped is left out and counted. No input or
// output here.

enum matrix_event_kind {
    MATRIX_EVENT_MESSAGE,   // m.room.message of type m.text
    MATRIX_EVENT_EDIT,      // likewise, that replaces another
    MATRIX_EVENT_REDACTION, // m.room.redaction
    MATRIX_EVENT_REACTION,  // m.reaction
    MATRIX_EVENT_MEMBER,    // m.room.member
    MATRIX_EVENT_STATE,     // other state of the room itself: an empty state key
    MATRIX_EVENT_ENCRYPTED, // m.room.encrypted: something that can't be read
};

struct matrix_event {
    enum matrix_event_kind kind;
    char *id;
    char *sender;
    int64_t sent_ms;
    char *text;        // of a message: without reply fallback; of an edit: the new
                       // text; of a reaction: its key
    char *of;          // the event replaced, redacted, reacted to, replied to; NULL
    char *thread;      // of a message: root of the thread it is in; NULL
    char *mentioned;   // of a message: user ids, a blank before and after each; NULL
    char *member;      // whose membership
    char *member_name; // their display name; NULL: none
    bool joined;       // is a member from here on
    bool newly;        // joined, and was not before
    bool gone;         // left, or was banned
    bool banned;
    char *type;            // of state
    struct cJSON *content; // likewise
};

struct matrix_event_list {
    struct matrix_event *items;
    size_t count, cap;
};

void matrix_event_list_finish(struct matrix_event_list *list);

// What happened in one joined room.
struct matrix_update {
    char *room;
    bool limited;     // older events are missing before the timeline
    char *prev_batch; // where they are; NULL: not said
    struct matrix_event_list state;
    struct matrix_event_list timeline; // oldest first
};

struct matrix_invite {
    char *room;
    char *inviter;
    bool direct;
    bool encrypted;
};

// A room that the bot is in no longer, and what happened in it until then.
struct matrix_departure {
    char *room;
    struct matrix_event_list timeline;
};

// Zeroed is empty.
struct matrix_news {
    char *next_batch;
    struct matrix_update *updates;
    size_t update_count, update_cap;
    struct matrix_invite *invites;
    size_t invite_count, invite_cap;
    struct matrix_departure *left;
    size_t left_count, left_cap;
    char *direct;   // content of m.direct as JSON; NULL: not changed
    size_t skipped; // pieces that were malformed
};

void matrix_news_finish(struct matrix_news *news);

// Adds an update of that room in which nothing happened.
void matrix_news_add(struct matrix_news *news, const char *room);

// The answer of GET /sync. False when it has no valid next_batch.
bool matrix_news_parse(const struct cJSON *json, struct matrix_news *news);

// Appends the events of a chunk of GET /rooms/{id}/messages, in its order.
// Returns how many were malformed.
size_t matrix_chunk_parse(const struct cJSON *chunk, struct matrix_event_list *list);

// The text behind the fallback of a reply: leading lines that begin with ">", and
// the blank line after them (v1.11, "Fallbacks for rich replies").
struct slice matrix_strip_reply(struct slice body);

// A display name as it may be shown; NULL when nothing of it is left. The caller
// frees.
char *matrix_clean_name(const char *name);

#endif
