// SPDX-License-Identifier: MIT
#include <cjson/cJSON.h>
#include <string.h>

#include "formats/agenda_json.h"
#include "formats/json_text.h"

static void add_text(cJSON *object, const char *name, const char *text) {
    if (text != NULL) {
        cJSON_AddStringToObject(object, name, text);
    }
}

// The local time, or UTC where the local time means another instant: the second of
// an hour that occurs twice, or milliseconds.
static void add_time(cJSON *object, const char *name, const struct zone *zone,
                     int64_t instant_ms) {
    struct civil local = zone_to_local(zone, instant_ms);
    struct buf text = {0};
    if (zone_to_instant(zone, local) == instant_ms) {
        buf_printf(&text, "%04d-%02d-%02dT%02d:%02d", local.year, local.month,
                   local.day, local.hour, local.minute);
        if (local.second != 0) {
            buf_printf(&text, ":%02d", local.second);
        }
    } else {
        civil_add_rfc3339(&text, instant_ms);
    }
    cJSON_AddStringToObject(object, name, buf_str(&text));
    buf_finish(&text);
}

// An array of texts, none where there are none.
static void add_texts(cJSON *object, const char *name, char *const *texts,
                      size_t count) {
    cJSON *list = count > 0 ? cJSON_AddArrayToObject(object, name) : NULL;
    for (size_t i = 0; i < count; i++) {
        cJSON_AddItemToArray(list, cJSON_CreateString(texts[i]));
    }
}

static cJSON *append_object(cJSON *list) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    return object;
}

static void add_speakers(cJSON *object, const struct session *session) {
    cJSON *list =
        session->speaker_count > 0 ? cJSON_AddArrayToObject(object, "speakers") : NULL;
    for (size_t i = 0; i < session->speaker_count; i++) {
        cJSON *speaker = append_object(list);
        add_text(speaker, "name", session->speakers[i].name);
        add_text(speaker, "affiliation", session->speakers[i].affiliation);
        add_text(speaker, "bio", session->speakers[i].bio);
    }
}

static void add_session(cJSON *object, const struct zone *zone,
                        const struct session *session) {
    add_text(object, "id", session->id);
    add_text(object, "title", session->title);
    add_time(object, "start", zone, session->start_ms);
    add_time(object, "end", zone, session->end_ms);
    add_text(object, "room", session->room);
    add_text(object, "join", session->join);
    add_text(object, "description", session->description);
    add_texts(object, "questions", session->questions, session->question_count);
    add_speakers(object, session);
    add_texts(object, "documents", session->documents, session->document_count);
    add_text(object, "status", session->cancelled ? "cancelled" : NULL);
}

static void add_document(cJSON *object, const struct document *document) {
    add_text(object, "id", document->id);
    add_text(object, "title", document->title);
    add_text(object, "url", document->url);
    add_text(object, "file", document->file);
    add_text(object, "session", document->session);
    add_text(object, "language", document->language);
    cJSON_AddNumberToObject(object, "revision", (double)document->revision);
    add_text(object, "published", document->published);
    add_text(object, "kind", document->kind);
    add_text(object, "symbol", document->symbol);
    add_text(object, "status", document->withdrawn ? "withdrawn" : NULL);
}

enum err agenda_json_write(const struct agenda *agenda, struct buf *out) {
    cJSON *root = cJSON_CreateObject();
    add_text(root, "title", agenda->title);
    add_text(root, "organizer", agenda->organizer);
    add_text(root, "timezone", zone_name(agenda->zone));
    add_text(root, "venue", agenda->venue);
    add_text(root, "url", agenda->url);
    cJSON *sessions = cJSON_AddArrayToObject(root, "sessions");
    for (size_t i = 0; i < agenda->session_count; i++) {
        add_session(append_object(sessions), agenda->zone, &agenda->sessions[i]);
    }
    cJSON *documents = cJSON_AddArrayToObject(root, "documents");
    for (size_t i = 0; i < agenda->document_count; i++) {
        add_document(append_object(documents), &agenda->documents[i]);
    }
    cJSON *links = cJSON_AddArrayToObject(root, "links");
    for (size_t i = 0; i < agenda->link_count; i++) {
        cJSON *link = append_object(links);
        add_text(link, "title", agenda->links[i].title);
        add_text(link, "url", agenda->links[i].url);
    }
    return json_text_take(root, out);
}
