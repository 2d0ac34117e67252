// SPDX-License-Identifier: MIT
#include "formats/agenda_json.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/table.h"
#include "formats/fields.h"
#include "formats/file_text.h"
#include "formats/values.h"

struct reading {
    const struct zone *zone; // of the local times read next
    bool zone_is_named;
    bool zone_is_fallback;
};

static bool convert_zone(void *context, const char *text, void *value) {
    struct reading *reading = context;
    reading->zone_is_named = true;
    if (!value_zone(NULL, text, value)) {
        return false;
    }
    reading->zone = *(const struct zone **)value;
    return true;
}

static bool convert_time(void *context, const char *text, void *value) {
    const struct reading *reading = context;
    struct civil local;
    if (civil_parse_local(slice_of(text), &local) == OK) {
        *(int64_t *)value = zone_to_instant(reading->zone, local);
        return true;
    }
    return civil_parse_rfc3339(slice_of(text), value) == OK;
}

static bool convert_session_status(void *context, const char *text, void *value) {
    (void)context;
    *(bool *)value = strcmp(text, "cancelled") == 0;
    return *(bool *)value || strcmp(text, "confirmed") == 0;
}

static bool convert_document_status(void *context, const char *text, void *value) {
    (void)context;
    *(bool *)value = strcmp(text, "withdrawn") == 0;
    return *(bool *)value || strcmp(text, "current") == 0;
}

static bool is_id(const char *text) {
    enum { ID_BYTES_MAX = 100 };
    return strlen(text) <= ID_BYTES_MAX && strchr(text, ' ') == NULL;
}

#define EXPECTED_ID "an id of up to 100 bytes without blanks"
#define EXPECTED_HTTP "an http or https address"
#define EXPECTED_TIME "a time such as \"2015-09-08T14:30\""

static const struct field speaker_items[] = {
    {.name = "name", .flags = FIELD_REQUIRED, .offset = offsetof(struct speaker, name)},
    {.name = "affiliation", .offset = offsetof(struct speaker, affiliation)},
    {.name = "bio", .offset = offsetof(struct speaker, bio)},
};

static const struct fields speaker_table = {FIELDS(struct speaker, speaker_items)};

static void session_done(struct fields_reader *reader, void *value) {
    const struct session *session = value;
    bool both = session->start_ms != 0 && session->end_ms != 0;
    if (both && session->end_ms <= session->start_ms) {
        fields_mistake(reader, "/end", "a time at or before the start",
                       "a time after the start");
    }
}

static const struct field session_items[] = {
    {.name = "id",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct session, id),
     .is_good = is_id,
     .expected = EXPECTED_ID},
    {.name = "title",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct session, title)},
    {.name = "start",
     .kind = FIELD_CONVERTED,
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct session, start_ms),
     .size = sizeof(int64_t),
     .convert = convert_time,
     .expected = EXPECTED_TIME},
    {.name = "end",
     .kind = FIELD_CONVERTED,
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct session, end_ms),
     .size = sizeof(int64_t),
     .convert = convert_time,
     .expected = EXPECTED_TIME},
    {.name = "room", .offset = offsetof(struct session, room)},
    {.name = "join",
     .offset = offsetof(struct session, join),
     .is_good = value_is_http,
     .expected = EXPECTED_HTTP},
    {.name = "description", .offset = offsetof(struct session, description)},
    {.name = "questions",
     .flags = FIELD_MANY,
     .offset = offsetof(struct session, questions),
     .count = offsetof(struct session, question_count)},
    {.name = "speakers",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY,
     .offset = offsetof(struct session, speakers),
     .count = offsetof(struct session, speaker_count),
     .table = &speaker_table},
    {.name = "documents",
     .flags = FIELD_MANY,
     .offset = offsetof(struct session, documents),
     .count = offsetof(struct session, document_count),
     .expected = "the id of a document"},
    {.name = "status",
     .kind = FIELD_CONVERTED,
     .offset = offsetof(struct session, cancelled),
     .size = sizeof(bool),
     .convert = convert_session_status,
     .expected = "\"confirmed\" or \"cancelled\""},
};

static const struct fields session_table = {FIELDS(struct session, session_items),
                                            .done = session_done};

static void document_done(struct fields_reader *reader, void *value) {
    const struct document *document = value;
    bool has_url = fields_has(reader, "url");
    bool has_file = fields_has(reader, "file");
    if (has_url && has_file) {
        fields_mistake(reader, "", "both \"url\" and \"file\"", "one of them");
    } else if (!has_url && !has_file) {
        fields_mistake(reader, "", "neither \"url\" nor \"file\"", "one of them");
    } else if (document->file != NULL) {
        char *path = file_text_beside(reader->file->name, document->file);
        if (access(path, R_OK) != 0) {
            fields_warn(reader, "/file", "no such file, or not readable");
        }
        free(path);
    }
}

static const char *const document_kinds[] = {"agenda", "presentation", "contribution",
                                             "report", "reference",    NULL};

static const struct field document_items[] = {
    {.name = "id",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct document, id),
     .is_good = is_id,
     .expected = EXPECTED_ID},
    {.name = "title",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct document, title)},
    {.name = "url",
     .offset = offsetof(struct document, url),
     .is_good = value_is_http,
     .expected = EXPECTED_HTTP},
    {.name = "file", .offset = offsetof(struct document, file)},
    {.name = "session",
     .offset = offsetof(struct document, session),
     .expected = "the id of a session"},
    {.name = "language", .offset = offsetof(struct document, language)},
    {.name = "revision",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct document, revision),
     .min = 0,
     .max = 1000000,
     .fallback = 1},
    {.name = "published",
     .offset = offsetof(struct document, published),
     .is_good = value_is_date,
     .expected = "a date such as \"2015-09-08\", or a time"},
    {.name = "kind",
     .offset = offsetof(struct document, kind),
     .choices = document_kinds},
    {.name = "symbol", .offset = offsetof(struct document, symbol)},
    {.name = "status",
     .kind = FIELD_CONVERTED,
     .offset = offsetof(struct document, withdrawn),
     .size = sizeof(bool),
     .convert = convert_document_status,
     .expected = "\"current\" or \"withdrawn\""},
};

static const struct fields document_table = {FIELDS(struct document, document_items),
                                             .done = document_done};

static const struct field link_items[] = {
    {.name = "title", .flags = FIELD_REQUIRED, .offset = offsetof(struct link, title)},
    {.name = "url",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct link, url),
     .is_good = value_is_http,
     .expected = EXPECTED_HTTP},
};

static const struct fields link_table = {FIELDS(struct link, link_items)};

// Adds the mistake where the key is there already.
static void note_once(struct fields_reader *reader, struct table *seen, const char *key,
                      size_t index, const char *list) {
    static char present;
    if (table_set(seen, key, &present) != NULL) {
        char *below = str_printf("/%s/%zu/id", list, index);
        fields_mistake(reader, below, "an id that is there already", "a unique id");
        free(below);
    }
}

// A session's id that is a number becomes its number: "01" and "1" are the same.
static char *session_key(const char *id) {
    int64_t number = 0;
    return slice_to_number(slice_of(id), &number)
               ? str_printf("%lld", (long long)number)
               : mem_copy(id);
}

static void check_session_ids(struct fields_reader *reader,
                              const struct agenda *agenda) {
    struct table seen = {0};
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (agenda->sessions[i].id != NULL) {
            char *key = session_key(agenda->sessions[i].id);
            note_once(reader, &seen, key, i, "sessions");
            free(key);
        }
    }
    table_finish(&seen);
}

static void check_document_ids(struct fields_reader *reader,
                               const struct agenda *agenda) {
    struct table seen = {0};
    for (size_t i = 0; i < agenda->document_count; i++) {
        const struct document *document = &agenda->documents[i];
        if (document->id != NULL) {
            // A blank parts them: there is none in an id.
            char *key =
                str_printf("%s %lld %s", document->id, (long long)document->revision,
                           document->language != NULL ? document->language : "");
            note_once(reader, &seen, key, i, "documents");
            free(key);
        }
    }
    table_finish(&seen);
}

// Adds the mistake where what is named (NULL: nothing) is not among the ids.
static void check_named(struct fields_reader *reader, const struct table *ids,
                        const char *id, const char *below, const char *expected) {
    if (id != NULL && table_get(ids, id) == NULL) {
        char *found = fields_quoted(id);
        fields_mistake(reader, below, found, expected);
        free(found);
    }
}

// Whether what is named can be looked for: not where the list, or an id in it, is a
// mistake already.
static bool documents_are_known(const struct fields_reader *reader,
                                const struct agenda *agenda) {
    if (agenda->documents == NULL) {
        return !fields_has(reader, "documents");
    }
    bool known = true;
    for (size_t i = 0; i < agenda->document_count; i++) {
        known = known && agenda->documents[i].id != NULL;
    }
    return known;
}

static bool sessions_are_known(const struct agenda *agenda) {
    bool known = agenda->sessions != NULL;
    for (size_t i = 0; i < agenda->session_count; i++) {
        known = known && agenda->sessions[i].id != NULL;
    }
    return known;
}

static void check_documents_named(struct fields_reader *reader,
                                  const struct agenda *agenda) {
    struct table ids = {0};
    for (size_t i = 0; i < agenda->document_count; i++) {
        table_set(&ids, agenda->documents[i].id, &agenda->documents[i]);
    }
    for (size_t i = 0; i < agenda->session_count; i++) {
        const struct session *session = &agenda->sessions[i];
        for (size_t j = 0; j < session->document_count; j++) {
            char *below = str_printf("/sessions/%zu/documents/%zu", i, j);
            check_named(reader, &ids, session->documents[j], below,
                        "the id of a document of this agenda");
            free(below);
        }
    }
    table_finish(&ids);
}

static void check_sessions_named(struct fields_reader *reader,
                                 const struct agenda *agenda) {
    struct table ids = {0};
    for (size_t i = 0; i < agenda->session_count; i++) {
        table_set(&ids, agenda->sessions[i].id, &agenda->sessions[i]);
    }
    for (size_t i = 0; i < agenda->document_count; i++) {
        char *below = str_printf("/documents/%zu/session", i);
        check_named(reader, &ids, agenda->documents[i].session, below,
                    "the id of a session of this agenda");
        free(below);
    }
    table_finish(&ids);
}

static void agenda_done(struct fields_reader *reader, void *value) {
    const struct agenda *agenda = value;
    const struct reading *reading = reader->context;
    if (!reading->zone_is_named && !reading->zone_is_fallback) {
        fields_warn(reader, "/timezone", "no time zone: times are taken as UTC");
    }
    check_session_ids(reader, agenda);
    check_document_ids(reader, agenda);
    if (documents_are_known(reader, agenda)) {
        check_documents_named(reader, agenda);
    }
    if (sessions_are_known(agenda)) {
        check_sessions_named(reader, agenda);
    }
}

// The zone comes first: the local times behind it need it.
static const struct field agenda_items[] = {
    {.name = "timezone",
     .kind = FIELD_CONVERTED,
     .offset = offsetof(struct agenda, zone),
     .size = sizeof(const struct zone *),
     .convert = convert_zone,
     .expected = "an IANA time zone such as \"Europe/Zurich\""},
    {.name = "title", .offset = offsetof(struct agenda, title)},
    {.name = "organizer", .offset = offsetof(struct agenda, organizer)},
    {.name = "venue", .offset = offsetof(struct agenda, venue)},
    {.name = "url",
     .offset = offsetof(struct agenda, url),
     .is_good = value_is_http,
     .expected = EXPECTED_HTTP},
    {.name = "sessions",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY | FIELD_REQUIRED,
     .offset = offsetof(struct agenda, sessions),
     .count = offsetof(struct agenda, session_count),
     .table = &session_table},
    {.name = "documents",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY,
     .offset = offsetof(struct agenda, documents),
     .count = offsetof(struct agenda, document_count),
     .table = &document_table},
    {.name = "links",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY,
     .offset = offsetof(struct agenda, links),
     .count = offsetof(struct agenda, link_count),
     .table = &link_table},
};

static const struct fields agenda_table = {FIELDS(struct agenda, agenda_items),
                                           .done = agenda_done};

void agenda_json_parse(struct agenda *agenda, const char *name, struct slice text,
                       const struct zone *fallback, struct mistakes *mistakes) {
    struct reading reading = {.zone = fallback != NULL ? fallback : zone_utc(),
                              .zone_is_fallback = fallback != NULL};
    struct json_file file = {0};
    *agenda = (struct agenda){.zone = reading.zone};
    if (json_file_parse(&file, name, text, mistakes) == OK) {
        fields_read(&file, &agenda_table, agenda, &reading, mistakes);
        agenda_sort(agenda);
    }
    json_file_finish(&file);
}
