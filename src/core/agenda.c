// SPDX-License-Identifier: MIT
#include "core/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static void strings_finish(char **strings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(strings[i]);
    }
    free(strings);
}

static void speaker_finish(struct speaker *speaker) {
    free(speaker->name);
    free(speaker->affiliation);
    free(speaker->bio);
}

static void session_finish(struct session *session) {
    free(session->id);
    free(session->title);
    free(session->room);
    free(session->join);
    free(session->description);
    strings_finish(session->questions, session->question_count);
    for (size_t i = 0; i < session->speaker_count; i++) {
        speaker_finish(&session->speakers[i]);
    }
    free(session->speakers);
    strings_finish(session->documents, session->document_count);
}

static void document_finish(struct document *document) {
    free(document->id);
    free(document->title);
    free(document->url);
    free(document->file);
    free(document->session);
    free(document->language);
    free(document->kind);
    free(document->symbol);
    free(document->published);
}

void agenda_finish(struct agenda *agenda) {
    for (size_t i = 0; i < agenda->session_count; i++) {
        session_finish(&agenda->sessions[i]);
    }
    for (size_t i = 0; i < agenda->document_count; i++) {
        document_finish(&agenda->documents[i]);
    }
    for (size_t i = 0; i < agenda->link_count; i++) {
        free(agenda->links[i].title);
        free(agenda->links[i].url);
    }
    free(agenda->sessions);
    free(agenda->documents);
    free(agenda->links);
    free(agenda->title);
    free(agenda->organizer);
    free(agenda->venue);
    free(agenda->url);
    *agenda = (struct agenda){0};
}

static int compare(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int compare_sessions(const void *left, const void *right) {
    const struct session *a = left;
    const struct session *b = right;
    int order = compare(a->start_ms, b->start_ms);
    if (order == 0) {
        order = compare(a->end_ms, b->end_ms);
    }
    return order != 0 ? order : compare(a->number, b->number);
}

void agenda_sort(struct agenda *agenda) {
    if (agenda->session_count > 1) {
        qsort(agenda->sessions, agenda->session_count, sizeof *agenda->sessions,
              compare_sessions);
    }
}

const struct session *agenda_session(const struct agenda *agenda, int64_t number) {
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (agenda->sessions[i].number == number) {
            return &agenda->sessions[i];
        }
    }
    return NULL;
}

const struct session *agenda_session_by_id(const struct agenda *agenda,
                                           const char *id) {
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (strcmp(agenda->sessions[i].id, id) == 0) {
            return &agenda->sessions[i];
        }
    }
    return NULL;
}

bool session_is_running(const struct session *session, int64_t now_ms) {
    return !session->cancelled && session->start_ms <= now_ms &&
           now_ms < session->end_ms;
}

const struct session *agenda_current(const struct agenda *agenda, int64_t now_ms) {
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (session_is_running(&agenda->sessions[i], now_ms)) {
            return &agenda->sessions[i];
        }
    }
    return NULL;
}

const struct session *agenda_next(const struct agenda *agenda, int64_t now_ms) {
    for (size_t i = 0; i < agenda->session_count; i++) {
        const struct session *session = &agenda->sessions[i];
        if (!session->cancelled && session->start_ms > now_ms) {
            return session;
        }
    }
    return NULL;
}

static const struct session *last_session(const struct agenda *agenda) {
    for (size_t i = agenda->session_count; i > 0; i--) {
        if (!agenda->sessions[i - 1].cancelled) {
            return &agenda->sessions[i - 1];
        }
    }
    return NULL;
}

const struct session *agenda_session_for_question(const struct agenda *agenda,
                                                  int64_t now_ms) {
    const struct session *session = agenda_current(agenda, now_ms);
    if (session == NULL) {
        session = agenda_next(agenda, now_ms);
    }
    return session != NULL ? session : last_session(agenda);
}

static void add_folded(struct buf *text, const char *more) {
    if (more == NULL) {
        return;
    }
    char *folded = utf8_fold(slice_of(more));
    buf_add_char(text, ' ');
    buf_add_str(text, folded);
    free(folded);
}

static bool begins_a_word(const char *text, struct slice word) {
    for (const char *space = text; space != NULL; space = strchr(space + 1, ' ')) {
        if (strncmp(space + 1, word.data, word.len) == 0) {
            return true;
        }
        if (space[0] == '\0' || space[1] == '\0') {
            break;
        }
    }
    return false;
}

// `text` is folded words, each with a blank before it.
static bool all_words_begin(const struct buf *text, struct slice words) {
    char *folded = utf8_fold(words);
    struct slice rest = slice_of(folded);
    struct slice word;
    bool found = text->len > 0 && rest.len > 0;
    while (found && slice_take_until(&rest, ' ', &word)) {
        found = begins_a_word(buf_str(text), word);
    }
    free(folded);
    return found;
}

bool session_matches(const struct session *session, struct slice words) {
    struct buf text = {0};
    add_folded(&text, session->title);
    add_folded(&text, session->description);
    for (size_t i = 0; i < session->question_count; i++) {
        add_folded(&text, session->questions[i]);
    }
    for (size_t i = 0; i < session->speaker_count; i++) {
        add_folded(&text, session->speakers[i].name);
        add_folded(&text, session->speakers[i].affiliation);
    }
    bool matches = all_words_begin(&text, words);
    buf_finish(&text);
    return matches;
}

bool speaker_matches(const struct speaker *speaker, struct slice words) {
    struct buf text = {0};
    add_folded(&text, speaker->name);
    add_folded(&text, speaker->affiliation);
    bool matches = all_words_begin(&text, words);
    buf_finish(&text);
    return matches;
}

bool document_matches(const struct document *document, struct slice words) {
    struct buf text = {0};
    add_folded(&text, document->id);
    add_folded(&text, document->title);
    add_folded(&text, document->symbol);
    add_folded(&text, document->kind);
    bool matches = all_words_begin(&text, words);
    buf_finish(&text);
    return matches;
}
