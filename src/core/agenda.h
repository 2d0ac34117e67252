// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_AGENDA_H
#define USHER_CORE_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/zone.h"

// The programme of a workshop: sessions in order of their start, documents,
// links. Open records; the agenda owns all it points to. Texts are clean UTF-8,
// NULL where the source said nothing. Times are milliseconds since 1970 UTC.

struct speaker {
    char *name, *affiliation, *bio;
};

struct session {
    char *id;
    int64_t number; // from the store, see actions/agenda.h; 0 before
    char *title;
    int64_t start_ms, end_ms;
    char *room, *join, *description;
    char **questions; // the guiding questions
    size_t question_count;
    struct speaker *speakers;
    size_t speaker_count;
    char **documents; // ids
    size_t document_count;
    bool cancelled;
};

struct document {
    char *id, *title;
    char *url, *file; // where it is; one of the two
    char *session;    // id of the session it belongs to
    char *language, *kind, *symbol, *published;
    int64_t revision;
    bool withdrawn;
};

struct link {
    char *title, *url;
};

struct agenda {
    char *title, *organizer, *venue, *url;
    const struct zone *zone;
    struct session *sessions; // by start, then end, then number
    size_t session_count;
    struct document *documents;
    size_t document_count;
    struct link *links;
    size_t link_count;
};

void agenda_finish(struct agenda *agenda);
void agenda_sort(struct agenda *agenda);

// All below: NULL when there is none; borrowed from the agenda.
const struct session *agenda_session(const struct agenda *agenda, int64_t number);
const struct session *agenda_session_by_id(const struct agenda *agenda, const char *id);

// The first session running at the time / the next to start after it / the last;
// cancelled ones do not count.
const struct session *agenda_current(const struct agenda *agenda, int64_t now_ms);
const struct session *agenda_next(const struct agenda *agenda, int64_t now_ms);

// Where a question without a session belongs: the current one, else the next,
// else the last (DESIGN "Life of a question").
const struct session *agenda_session_for_question(const struct agenda *agenda,
                                                  int64_t now_ms);

bool session_is_running(const struct session *session, int64_t now_ms);

// Whether every word of `words` begins a word of one of the session's texts:
// title, description, speakers, guiding questions. Words are folded first.
bool session_matches(const struct session *session, struct slice words);
bool speaker_matches(const struct speaker *speaker, struct slice words);
bool document_matches(const struct document *document, struct slice words);

#endif
