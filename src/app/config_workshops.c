// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "app/config_parts.h"
#include "base/limits.h"
#include "base/memory.h"
#include "formats/agenda_json.h"
#include "formats/file_text.h"
#include "formats/values.h"

enum {
    COUNT_MAX = 1000000,
    QUESTION_LENGTH_MAX = 10000,
    DURATIONS_MAX = 20,
    MINUTE_MS = 60000
};

static bool is_no_address(const char *text) {
    return !value_is_http(text);
}

#define ROOM_ITEMS                                                                    \
    {.name = "network",                                                               \
     .flags = FIELD_REQUIRED,                                                         \
     .offset = offsetof(struct raw_room, network)},                                   \
        {.name = "room",                                                              \
         .flags = FIELD_REQUIRED,                                                     \
         .offset = offsetof(struct raw_room, room)},                                  \
        {.name = "key_file",                                                          \
         .flags = FIELD_HIDDEN,                                                       \
         .offset = offsetof(struct raw_room, key_file)},                              \
    {                                                                                 \
        .name = "via", .flags = FIELD_MANY, .offset = offsetof(struct raw_room, via), \
        .count = offsetof(struct raw_room, via_count)                                 \
    }

static const struct field room_items[] = {ROOM_ITEMS};
static const struct field moderator_room_items[] = {
    ROOM_ITEMS,
    {.name = "trust_operators",
     .kind = FIELD_BOOL,
     .offset = offsetof(struct raw_room, trust_operators)},
};

static const struct fields room_table = {FIELDS(struct raw_room, room_items)};
static const struct fields moderator_room_table = {
    FIELDS(struct raw_room, moderator_room_items)};

static const struct field moderator_items[] = {
    {.name = "network",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_moderator, network)},
    {.name = "user", .offset = offsetof(struct raw_moderator, user)},
    {.name = "account", .offset = offsetof(struct raw_moderator, account)},
};

static const struct fields moderator_table = {
    FIELDS(struct raw_moderator, moderator_items)};

#define EXPECTED_DURATION "a duration such as \"15m\" or \"1h30m\""

static const struct field notice_items[] = {
    {.name = "before",
     .kind = FIELD_CONVERTED,
     .flags = FIELD_MANY,
     .offset = offsetof(struct notice_rules, before_ms),
     .count = offsetof(struct notice_rules, before_count),
     .size = sizeof(int64_t),
     .convert = value_duration,
     .expected = EXPECTED_DURATION},
    {.name = "at_start",
     .kind = FIELD_BOOL,
     .offset = offsetof(struct notice_rules, at_start),
     .fallback = true},
    {.name = "before_end",
     .kind = FIELD_CONVERTED,
     .flags = FIELD_MANY,
     .offset = offsetof(struct notice_rules, before_end_ms),
     .count = offsetof(struct notice_rules, before_end_count),
     .size = sizeof(int64_t),
     .convert = value_duration,
     .expected = EXPECTED_DURATION},
    {.name = "daily", .flags = FIELD_LATER},
    {.name = "when_empty", .kind = FIELD_BOOL, .flags = FIELD_LATER, .fallback = true},
};

static const struct fields notice_table = {FIELDS(struct notice_rules, notice_items)};

static const struct field question_items[] = {
    {.name = "max_length",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct question_rules, max_length),
     .min = 1,
     .max = QUESTION_LENGTH_MAX,
     .fallback = 500},
    {.name = "open_per_person",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct question_rules, open_per_person),
     .min = 1,
     .max = COUNT_MAX,
     .fallback = 5},
    // None can be asked anonymously yet, whatever it says.
    {.name = "anonymous", .kind = FIELD_BOOL, .flags = FIELD_UNKEPT},
    {.name = "hands", .kind = FIELD_BOOL, .flags = FIELD_LATER},
    {.name = "first_time_votes",
     .kind = FIELD_NUMBER,
     .flags = FIELD_LATER,
     .max = COUNT_MAX},
    {.name = "digest_after",
     .kind = FIELD_NUMBER,
     .flags = FIELD_LATER,
     .max = COUNT_MAX,
     .fallback = 10},
    {.name = "hold_words_file", .flags = FIELD_LATER},
    {.name = "retention",
     .kind = FIELD_CONVERTED,
     .flags = FIELD_LATER,
     .size = sizeof(int64_t),
     .standard = "90d",
     .convert = value_duration,
     .expected = EXPECTED_DURATION},
};

static const struct fields question_table = {
    FIELDS(struct question_rules, question_items)};

static const struct field limit_items[] = {
    {.name = "commands_per_person_per_minute",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct rate_rules, commands_per_person_per_minute),
     .min = 1,
     .max = COUNT_MAX,
     .fallback = 20},
    {.name = "answers_per_room_per_minute",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct rate_rules, answers_per_room_per_minute),
     .min = 1,
     .max = COUNT_MAX,
     .fallback = 120},
    {.name = "persons_per_host",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct rate_rules, persons_per_host),
     .min = 1,
     .max = COUNT_MAX,
     .fallback = 50},
};

static const struct fields limit_table = {FIELDS(struct rate_rules, limit_items)};

static const struct field webhook_items[] = {
    {.name = "url",
     .flags = FIELD_REQUIRED | FIELD_HIDDEN,
     .is_good = value_is_http,
     .expected = "an http or https address"},
    {.name = "secret_file", .flags = FIELD_HIDDEN},
};

static const struct fields webhook_table = {FIELDS(struct raw_workshop, webhook_items)};

static const struct field workshop_items[] = {
    {.name = "agenda",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_workshop, agenda),
     .is_good = is_no_address,
     .expected = "a file; URLs are not supported yet"},
    {.name = "timezone",
     .kind = FIELD_CONVERTED,
     .offset = offsetof(struct raw_workshop, zone),
     .size = sizeof(const struct zone *),
     .convert = value_zone,
     .expected = "an IANA time zone such as \"Europe/Zurich\""},
    {.name = "documents", .flags = FIELD_MANY | FIELD_LATER},
    {.name = "rooms",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY | FIELD_REQUIRED,
     .offset = offsetof(struct raw_workshop, rooms),
     .count = offsetof(struct raw_workshop, room_count),
     .table = &room_table},
    {.name = "moderator_rooms",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY,
     .offset = offsetof(struct raw_workshop, moderator_rooms),
     .count = offsetof(struct raw_workshop, moderator_room_count),
     .table = &moderator_room_table},
    {.name = "moderators",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY,
     .offset = offsetof(struct raw_workshop, moderators),
     .count = offsetof(struct raw_workshop, moderator_count),
     .table = &moderator_table},
    {.name = "notices",
     .kind = FIELD_OBJECT,
     .offset = offsetof(struct raw_workshop, notices),
     .table = &notice_table},
    {.name = "questions",
     .kind = FIELD_OBJECT,
     .offset = offsetof(struct raw_workshop, questions),
     .table = &question_table},
    {.name = "limits",
     .kind = FIELD_OBJECT,
     .offset = offsetof(struct raw_workshop, rates),
     .table = &limit_table},
    {.name = "webhooks",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY | FIELD_LATER,
     .table = &webhook_table},
    {.name = "language", .flags = FIELD_LATER, .standard = "en"},
};

static void check_id(struct fields_reader *reader, const char *id) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    if (id[0] == '\0' || strspn(id, letters) != strlen(id)) {
        char *found = fields_quoted(id);
        fields_mistake(reader, "", found, "an id of a-z, 0-9 and -");
        free(found);
    }
}

static void load_agenda(struct fields_reader *reader, const struct raw_workshop *raw,
                        struct agenda *agenda) {
    char *path = file_text_beside(reader->file->name, raw->agenda);
    struct buf text = {0};
    struct error error = {0};
    if (file_text_read(path, LIMIT_FILE_BYTES, &text, &error) == OK) {
        agenda_json_parse(agenda, path, buf_slice(&text), raw->zone, reader->mistakes);
    } else {
        char *found = str_printf("\"%s\": %s", raw->agenda, error_text(&error));
        fields_mistake(reader, "/agenda", found, "an agenda that can be read");
        free(found);
    }
    error_finish(&error);
    buf_finish(&text);
    free(path);
}

// An empty array means none; only one left out has the defaults.
static void set_default_notices(struct notice_rules *notices) {
    if (notices->before_ms == NULL) {
        notices->before_ms = mem_alloc(2, sizeof(int64_t));
        notices->before_ms[0] = (int64_t)15 * MINUTE_MS;
        notices->before_ms[1] = (int64_t)5 * MINUTE_MS;
        notices->before_count = 2;
    }
    if (notices->before_end_ms == NULL) {
        notices->before_end_ms = mem_alloc(1, sizeof(int64_t));
        notices->before_end_ms[0] = (int64_t)5 * MINUTE_MS;
        notices->before_end_count = 1;
    }
}

// The same notice twice would be said twice.
static void check_durations(struct fields_reader *reader, const char *name,
                            const int64_t *durations, size_t count) {
    if (count > DURATIONS_MAX) {
        fields_mistake(reader, name, "more durations", "at most 20");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        while (durations[first] != durations[i]) {
            first++;
        }
        if (first < i && durations[i] != 0) {
            char *below = str_printf("%s/%zu", name, i);
            fields_mistake(reader, below, "a duration that is there already",
                           "each duration once");
            free(below);
        }
    }
}

static void workshop_done(struct fields_reader *reader, void *value) {
    struct raw_workshop *raw = value;
    struct config_reading *reading = reader->context;
    struct config *config = reading->config;
    config->workshops = mem_grow(config->workshops, config->workshop_count,
                                 &reading->workshop_cap, sizeof *config->workshops);
    struct workshop *workshop = &config->workshops[config->workshop_count++];
    set_default_notices(&raw->notices);
    check_durations(reader, "/notices/before", raw->notices.before_ms,
                    raw->notices.before_count);
    check_durations(reader, "/notices/before_end", raw->notices.before_end_ms,
                    raw->notices.before_end_count);
    *workshop = (struct workshop){
        .id = mem_copy(raw->id),
        .notices = raw->notices,
        .questions = raw->questions,
        .rates = raw->rates,
    };
    raw->notices = (struct notice_rules){0};
    check_id(reader, raw->id);
    config_link_rooms(reader, raw, workshop);
    config_link_moderators(reader, raw, workshop);
    if (raw->agenda != NULL) {
        load_agenda(reader, raw, &workshop->agenda);
    }
}

const struct fields config_workshop_table = {
    FIELDS(struct raw_workshop, workshop_items), .done = workshop_done};
