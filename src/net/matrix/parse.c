// SPDX-License-Identifier: MIT
#include "net/matrix/parse.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "net/matrix/api.h"

enum {
    NAME_BYTES_MAX = 256,
    KEY_BYTES_MAX = 64,  // of a reaction: a longer one means nothing here
    MENTIONED_MAX = 100, // of one message: later ones are not looked at
};

static void event_finish(struct matrix_event *event) {
    free(event->id);
    free(event->sender);
    free(event->text);
    free(event->of);
    free(event->thread);
    free(event->mentioned);
    free(event->member);
    free(event->member_name);
    free(event->type);
    cJSON_Delete(event->content);
}

void matrix_event_list_finish(struct matrix_event_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        event_finish(&list->items[i]);
    }
    free(list->items);
    *list = (struct matrix_event_list){0};
}

void matrix_news_finish(struct matrix_news *news) {
    for (size_t i = 0; i < news->update_count; i++) {
        free(news->updates[i].room);
        free(news->updates[i].prev_batch);
        matrix_event_list_finish(&news->updates[i].state);
        matrix_event_list_finish(&news->updates[i].timeline);
    }
    for (size_t i = 0; i < news->invite_count; i++) {
        free(news->invites[i].room);
        free(news->invites[i].inviter);
    }
    for (size_t i = 0; i < news->left_count; i++) {
        free(news->left[i].room);
        matrix_event_list_finish(&news->left[i].timeline);
    }
    free(news->updates);
    free(news->invites);
    free(news->left);
    free(news->next_batch);
    free(news->direct);
    *news = (struct matrix_news){0};
}

static void add_update(struct matrix_news *news, const struct matrix_update *update) {
    news->updates = mem_grow(news->updates, news->update_count, &news->update_cap,
                             sizeof *news->updates);
    news->updates[news->update_count++] = *update;
}

void matrix_news_add(struct matrix_news *news, const char *room) {
    struct matrix_update update = {.room = mem_copy(room)};
    add_update(news, &update);
}

struct slice matrix_strip_reply(struct slice body) {
    struct slice rest = body;
    struct slice line;
    while (rest.len > 0 && rest.data[0] == '>') {
        slice_take_until(&rest, '\n', &line);
    }
    if (rest.len == body.len) {
        return body;
    }
    struct slice after = rest;
    if (slice_take_until(&after, '\n', &line) && slice_trim(line).len == 0) {
        return after;
    }
    return rest;
}

// Clean, and at most `max` bytes: cleaning can make a text longer.
static char *clean_text(struct slice text, size_t max) {
    text.len = utf8_prefix(text, max);
    char *clean = utf8_clean(text);
    clean[utf8_prefix(slice_of(clean), max)] = '\0';
    return clean;
}

char *matrix_clean_name(const char *name) {
    if (name == NULL) {
        return NULL;
    }
    char *clean = clean_text(slice_of(name), NAME_BYTES_MAX);
    struct slice trimmed = slice_trim(slice_of(clean));
    char *result = trimmed.len > 0 ? slice_copy(trimmed) : NULL;
    free(clean);
    return result;
}

// The event under the key if it can be one, NULL else.
static char *event_id(const cJSON *object, const char *key) {
    const char *id = matrix_json_text(object, key);
    return matrix_id_valid(id, '$') ? mem_copy(id) : NULL;
}

static bool is_related(const cJSON *content, const char *type) {
    const cJSON *relation = matrix_json_object(content, "m.relates_to");
    const char *found = matrix_json_text(relation, "rel_type");
    return found != NULL && strcmp(found, type) == 0;
}

static const char *body_of(const cJSON *content) {
    const char *type = matrix_json_text(content, "msgtype");
    return type != NULL && strcmp(type, "m.text") == 0
               ? matrix_json_text(content, "body")
               : NULL;
}

// v1.11, "Event replacements": what stands beside m.new_content is for clients that
// do not know them.
static bool parse_edit(const cJSON *content, struct matrix_event *event) {
    const char *body = body_of(matrix_json_object(content, "m.new_content"));
    event->of = event_id(matrix_json_object(content, "m.relates_to"), "event_id");
    if (body == NULL || event->of == NULL) {
        return false;
    }
    event->kind = MATRIX_EVENT_EDIT;
    event->text = clean_text(slice_of(body), LIMIT_MESSAGE_BYTES);
    return true;
}

// v1.11, "User and room mentions".
static char *parse_mentions(const cJSON *content) {
    const cJSON *mentions = matrix_json_object(content, "m.mentions");
    struct buf list = {0};
    size_t count = 0;
    const cJSON *user = NULL;
    cJSON_ArrayForEach(user, matrix_json_array(mentions, "user_ids")) {
        const char *id = cJSON_GetStringValue(user);
        if (count < MENTIONED_MAX && matrix_id_valid(id, '@')) {
            buf_printf(&list, "%s%s ", count == 0 ? " " : "", id);
            count++;
        }
    }
    return count > 0 ? buf_take(&list) : NULL;
}

// In a thread "m.in_reply_to" may be there for clients that know no threads (v1.11,
// "Fallback for unthreaded clients").
static void parse_place(const cJSON *content, struct matrix_event *event) {
    const cJSON *relation = matrix_json_object(content, "m.relates_to");
    bool falls_back = false;
    if (is_related(content, "m.thread")) {
        event->thread = event_id(relation, "event_id");
        falls_back = matrix_json_is_true(relation, "is_falling_back");
    }
    if (!falls_back) {
        event->of = event_id(matrix_json_object(relation, "m.in_reply_to"), "event_id");
    }
}

// False where the message is none to act on: of another type.
static bool parse_message(const cJSON *content, struct matrix_event *event) {
    const char *body = body_of(content);
    if (is_related(content, "m.replace")) {
        return parse_edit(content, event);
    }
    if (body == NULL) {
        return false;
    }
    struct slice text = slice_of(body);
    const cJSON *relation = matrix_json_object(content, "m.relates_to");
    if (matrix_json_object(relation, "m.in_reply_to") != NULL) {
        text = matrix_strip_reply(text);
    }
    parse_place(content, event);
    event->kind = MATRIX_EVENT_MESSAGE;
    event->text = clean_text(text, LIMIT_MESSAGE_BYTES);
    event->mentioned = parse_mentions(content);
    return true;
}

// Since version 11 of rooms the redacted event stands in the content.
static bool parse_redaction(const cJSON *json, const cJSON *content,
                            struct matrix_event *event) {
    event->of = event_id(content, "redacts");
    if (event->of == NULL) {
        event->of = event_id(json, "redacts");
    }
    event->kind = MATRIX_EVENT_REDACTION;
    event->text = mem_copy("");
    return event->of != NULL;
}

// v1.11, "Event annotations and reactions".
static bool parse_reaction(const cJSON *content, struct matrix_event *event) {
    const cJSON *relation = matrix_json_object(content, "m.relates_to");
    const char *key = matrix_json_text(relation, "key");
    if (key == NULL || strlen(key) > KEY_BYTES_MAX ||
        !is_related(content, "m.annotation")) {
        return false;
    }
    event->of = event_id(relation, "event_id");
    event->kind = MATRIX_EVENT_REACTION;
    event->text = clean_text(slice_of(key), KEY_BYTES_MAX);
    return event->of != NULL;
}

static bool membership_is(const cJSON *content, const char *wanted) {
    const char *membership = matrix_json_text(content, "membership");
    return membership != NULL && strcmp(membership, wanted) == 0;
}

static bool parse_member(const cJSON *json, const cJSON *content,
                         struct matrix_event *event) {
    const char *member = matrix_json_text(json, "state_key");
    if (!matrix_id_valid(member, '@')) {
        return false;
    }
    const cJSON *extra = matrix_json_object(json, "unsigned");
    event->kind = MATRIX_EVENT_MEMBER;
    event->member = mem_copy(member);
    event->member_name = matrix_clean_name(matrix_json_text(content, "displayname"));
    event->joined = membership_is(content, "join");
    event->banned = membership_is(content, "ban");
    event->gone = event->banned || membership_is(content, "leave");
    event->newly = event->joined &&
                   !membership_is(matrix_json_object(extra, "prev_content"), "join");
    return true;
}

// What the room itself is: who makes something of it asks for its type by name.
static bool parse_state(const cJSON *json, const char *type, const cJSON *content,
                        struct matrix_event *event) {
    const char *key = matrix_json_text(json, "state_key");
    if (key == NULL || key[0] != '\0') {
        return false;
    }
    event->kind = MATRIX_EVENT_STATE;
    event->type = mem_copy(type);
    event->content = cJSON_Duplicate(content, true);
    return true;
}

static bool parse_kind(const cJSON *json, const char *type, const cJSON *content,
                       struct matrix_event *event) {
    if (strcmp(type, "m.room.message") == 0) {
        return parse_message(content, event);
    }
    if (strcmp(type, "m.room.redaction") == 0) {
        return parse_redaction(json, content, event);
    }
    if (strcmp(type, "m.reaction") == 0) {
        return parse_reaction(content, event);
    }
    if (strcmp(type, "m.room.member") == 0) {
        return parse_member(json, content, event);
    }
    if (strcmp(type, "m.room.encrypted") == 0) {
        event->kind = MATRIX_EVENT_ENCRYPTED;
        return true;
    }
    return parse_state(json, type, content, event);
}

// Appends what is of use. False where it is malformed.
static bool parse_event(const cJSON *json, struct matrix_event_list *list) {
    const char *type = matrix_json_text(json, "type");
    const char *id = matrix_json_text(json, "event_id");
    const char *sender = matrix_json_text(json, "sender");
    const cJSON *content = matrix_json_object(json, "content");
    int64_t sent_ms = matrix_json_number(json, "origin_server_ts");
    if (type == NULL || content == NULL || sent_ms < 0 || !matrix_id_valid(id, '$') ||
        !matrix_id_valid(sender, '@')) {
        return false;
    }
    struct matrix_event event = {.sent_ms = sent_ms};
    if (!parse_kind(json, type, content, &event)) {
        event_finish(&event);
        return true;
    }
    event.id = mem_copy(id);
    event.sender = mem_copy(sender);
    list->items = mem_grow(list->items, list->count, &list->cap, sizeof *list->items);
    list->items[list->count++] = event;
    return true;
}

size_t matrix_chunk_parse(const struct cJSON *chunk, struct matrix_event_list *list) {
    size_t skipped = 0;
    const cJSON *json = NULL;
    cJSON_ArrayForEach(json, chunk) {
        skipped += !parse_event(json, list);
    }
    return skipped;
}

static void parse_joined(const cJSON *json, struct matrix_news *news) {
    if (!cJSON_IsObject(json) || !matrix_id_valid(json->string, '!')) {
        news->skipped++;
        return;
    }
    const cJSON *state = matrix_json_object(json, "state");
    const cJSON *timeline = matrix_json_object(json, "timeline");
    struct matrix_update update = {
        .room = mem_copy(json->string),
        .limited = matrix_json_is_true(timeline, "limited"),
        .prev_batch = mem_copy(matrix_json_token(timeline, "prev_batch")),
    };
    news->skipped +=
        matrix_chunk_parse(matrix_json_array(state, "events"), &update.state);
    news->skipped +=
        matrix_chunk_parse(matrix_json_array(timeline, "events"), &update.timeline);
    add_update(news, &update);
}

// Of the stripped state of an invitation (v1.11, "Stripped state") two things are
// used: the bot's own membership, which is the only one with "invite", and
// whether the room is encrypted.
static void read_invite_state(const cJSON *events, struct matrix_invite *invite) {
    const cJSON *json = NULL;
    cJSON_ArrayForEach(json, events) {
        const cJSON *content = matrix_json_object(json, "content");
        const char *type = matrix_json_text(json, "type");
        const char *sender = matrix_json_text(json, "sender");
        if (type == NULL || !matrix_id_valid(sender, '@')) {
            continue;
        }
        if (strcmp(type, "m.room.encryption") == 0) {
            invite->encrypted = true;
        } else if (strcmp(type, "m.room.member") == 0 &&
                   membership_is(content, "invite")) {
            free(invite->inviter);
            invite->inviter = mem_copy(sender);
            invite->direct = matrix_json_is_true(content, "is_direct");
        }
    }
}

static void parse_invite(const cJSON *json, struct matrix_news *news) {
    struct matrix_invite invite = {0};
    const cJSON *state = matrix_json_object(json, "invite_state");
    read_invite_state(matrix_json_array(state, "events"), &invite);
    if (invite.inviter == NULL || !matrix_id_valid(json->string, '!')) {
        free(invite.inviter);
        news->skipped++;
        return;
    }
    invite.room = mem_copy(json->string);
    news->invites = mem_grow(news->invites, news->invite_count, &news->invite_cap,
                             sizeof *news->invites);
    news->invites[news->invite_count++] = invite;
}

static void parse_left(const cJSON *json, struct matrix_news *news) {
    if (!matrix_id_valid(json->string, '!')) {
        news->skipped++;
        return;
    }
    news->left =
        mem_grow(news->left, news->left_count, &news->left_cap, sizeof *news->left);
    struct matrix_departure departure = {.room = mem_copy(json->string)};
    news->skipped += matrix_chunk_parse(
        matrix_json_array(matrix_json_object(json, "timeline"), "events"),
        &departure.timeline);
    news->left[news->left_count++] = departure;
}

static void parse_account_data(const cJSON *events, struct matrix_news *news) {
    const cJSON *json = NULL;
    cJSON_ArrayForEach(json, events) {
        const char *type = matrix_json_text(json, "type");
        const cJSON *content = matrix_json_object(json, "content");
        if (type != NULL && content != NULL && strcmp(type, "m.direct") == 0) {
            free(news->direct);
            news->direct = matrix_json_print(content);
        }
    }
}

bool matrix_news_parse(const struct cJSON *json, struct matrix_news *news) {
    const char *next_batch = matrix_json_token(json, "next_batch");
    if (next_batch == NULL) {
        return false;
    }
    news->next_batch = mem_copy(next_batch);
    const cJSON *rooms = matrix_json_object(json, "rooms");
    const cJSON *room = NULL;
    cJSON_ArrayForEach(room, matrix_json_object(rooms, "join")) {
        parse_joined(room, news);
    }
    cJSON_ArrayForEach(room, matrix_json_object(rooms, "invite")) {
        parse_invite(room, news);
    }
    cJSON_ArrayForEach(room, matrix_json_object(rooms, "leave")) {
        parse_left(room, news);
    }
    const cJSON *data = matrix_json_object(json, "account_data");
    parse_account_data(matrix_json_array(data, "events"), news);
    return true;
}
