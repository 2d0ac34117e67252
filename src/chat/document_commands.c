// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "chat/call.h"

// Which documents a list shows.
struct wanted {
    const struct session *session; // NULL: of any
    const char *since;             // published on this day or later; NULL: at any time
    struct slice words;            // empty: all
};

static const char *place_of(const struct document *document) {
    return document->url != NULL ? document->url : document->file;
}

static bool is_of_session(const struct document *document,
                          const struct session *session) {
    if (document->session != NULL && strcmp(document->session, session->id) == 0) {
        return true;
    }
    for (size_t i = 0; i < session->document_count; i++) {
        if (strcmp(session->documents[i], document->id) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_wanted(const struct document *document, const struct wanted *wanted) {
    if (wanted->session != NULL && !is_of_session(document, wanted->session)) {
        return false;
    }
    if (wanted->since != NULL && (document->published == NULL ||
                                  strcmp(document->published, wanted->since) < 0)) {
        return false;
    }
    return wanted->words.len == 0 || document_matches(document, wanted->words);
}

static char *document_line(const struct document *document) {
    struct buf line = {0};
    buf_printf(&line, "%s %s", document->id, document->title);
    if (document->language != NULL) {
        buf_printf(&line, " [%s]", document->language);
    }
    if (document->withdrawn) {
        buf_add_str(&line, " (withdrawn)");
    }
    if (place_of(document) != NULL) {
        buf_printf(&line, " %s", place_of(document));
    }
    return buf_take(&line);
}

static void list_documents(struct call *call, const struct wanted *wanted) {
    const struct agenda *agenda = &call->workshop->agenda;
    size_t more = 0;
    for (size_t i = 0; i < agenda->document_count; i++) {
        if (!is_wanted(&agenda->documents[i], wanted)) {
            continue;
        }
        if (call->reply.lines < LIMIT_LIST_LINES) {
            call_take_item(call, document_line(&agenda->documents[i]));
        } else {
            more++;
        }
    }
    if (call->reply.lines == 0) {
        call_say(call, "No documents.");
    } else if (more > 0) {
        call_say(call, "%zu more; say docs and words of the title.", more);
    }
}

// Yesterday's date in the agenda's zone, as documents are dated; the caller frees.
static char *yesterday(const struct call *call) {
    enum { DAY_MS = 86400000 };
    struct civil day =
        zone_to_local(call->workshop->agenda.zone, call->desk->now_ms - DAY_MS);
    return str_printf("%04d-%02d-%02d", day.year, day.month, day.day);
}

void docs_run(struct call *call) {
    struct wanted wanted = {0};
    int64_t number = 0;
    char *since = NULL;
    if (call_take_labelled(call, "session", &number)) {
        wanted.session = agenda_session(&call->workshop->agenda, number);
        if (wanted.session == NULL) {
            call_say(call, "No session %lld.", (long long)number);
            return;
        }
    } else if (slice_is_nocase(call->rest, "new")) {
        wanted.since = since = yesterday(call);
    } else {
        wanted.words = call->rest;
    }
    list_documents(call, &wanted);
    free(since);
}

static void say_document(struct call *call, const struct document *document) {
    struct buf line = {0};
    buf_printf(&line, "%s %s", document->id, document->title);
    if (document->symbol != NULL) {
        buf_printf(&line, ", %s", document->symbol);
    }
    if (document->kind != NULL) {
        buf_printf(&line, ", %s", document->kind);
    }
    if (document->language != NULL) {
        buf_printf(&line, ", language %s", document->language);
    }
    if (document->revision > 0) {
        buf_printf(&line, ", revision %lld", (long long)document->revision);
    }
    if (document->published != NULL) {
        buf_printf(&line, ", of %s", document->published);
    }
    if (document->withdrawn) {
        buf_add_str(&line, ", withdrawn");
    }
    if (place_of(document) != NULL) {
        buf_printf(&line, " %s", place_of(document));
    }
    call_take_item(call, buf_take(&line));
}

void doc_run(struct call *call) {
    const struct agenda *agenda = &call->workshop->agenda;
    if (call->rest.len == 0) {
        call_say_usage(call, "doc");
        return;
    }
    for (size_t i = 0; i < agenda->document_count; i++) {
        const struct document *document = &agenda->documents[i];
        bool meant =
            slice_is_nocase(call->rest, document->id) ||
            (document->symbol != NULL && slice_is_nocase(call->rest, document->symbol));
        if (meant) {
            say_document(call, document);
        }
    }
    if (call->reply.lines == 0) {
        call_say_of(call, "No document ", call->rest,
                    ". By words of the title: docs WORDS");
    }
}
