// SPDX-License-Identifier: MIT
#include "net/matrix/direct.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/table.h"
#include "net/matrix/api.h"
#include "net/matrix/direct_data.h"
#include "net/matrix/kept.h"
#include "net/matrix/retry.h"
#include "net/matrix/send.h"

enum {
    CONTACTS_MAX = 10000,          // at it those with nothing pending are forgotten
    CANDIDATES_MAX = 10,           // rooms looked at for one person
    CREATED_EVERY_MS = 600 * 1000, // for one person, whatever becomes of the room
    LEFT_ALONE_MS = 24 * 60 * 60 * 1000,
    MEMBERS_BYTES = 4 << 20,
};

// A person the bot has had something to say to.
struct contact {
    struct matrix_direct *direct;
    char *user;
    char *room;         // NULL while not found
    char *candidate;    // the room that is looked at
    int looked_at;      // how many were, newest first
    int64_t created_ms; // monotonic; 0: never
    struct http_call *call;
    struct matrix_retry retry;
};

struct matrix_direct {
    struct matrix *matrix;
    struct matrix_direct_data *data;
    struct matrix_kept left; // users who left the direct room, and when
    struct table contacts;
};

static void look_at_next(struct contact *contact);

static void contact_destroy(struct contact *contact) {
    http_cancel(contact->call);
    matrix_retry_finish(&contact->retry);
    free(contact->user);
    free(contact->room);
    free(contact->candidate);
    free(contact);
}

static bool is_idle(const struct contact *contact) {
    return contact->call == NULL && !matrix_retry_is_waiting(&contact->retry);
}

static void forget_contacts(struct matrix_direct *direct, bool all) {
    size_t at = 0;
    const char *user = NULL;
    void *value = NULL;
    while (table_next(&direct->contacts, &at, &user, &value)) {
        struct contact *contact = value;
        if (all || is_idle(contact)) {
            table_remove(&direct->contacts, user);
            contact_destroy(contact);
        }
    }
}

const char *matrix_direct_room(const struct matrix_direct *direct, const char *user) {
    const struct contact *contact = table_get(&direct->contacts, user);
    return contact != NULL ? contact->room : NULL;
}

void matrix_direct_add(struct matrix_direct *direct, const char *user,
                       const char *room) {
    matrix_direct_data_add(direct->data, user, room);
}

// --- who left ---

// Is not asked again for a day, not by a restart either.
static bool has_left(const struct contact *contact) {
    int64_t left_ms = matrix_kept_at(&contact->direct->left, contact->user);
    return left_ms >= 0 && clock_real_ms() - left_ms < LEFT_ALONE_MS;
}

void matrix_direct_welcome(struct matrix_direct *direct, const char *user) {
    struct contact *contact = table_get(&direct->contacts, user);
    if (contact != NULL) {
        contact->created_ms = 0;
    }
    matrix_kept_remove(&direct->left, user);
}

// The time is the server's, but none to come.
static void note_left(struct matrix_direct *direct, const struct matrix_event *event) {
    int64_t now_ms = clock_real_ms();
    matrix_kept_set(&direct->left, event->member,
                    event->sent_ms < now_ms ? event->sent_ms : now_ms);
}

// --- finding a room ---

static void found(struct contact *contact, const char *room) {
    free(contact->room);
    contact->room = mem_copy(room);
    matrix_retry_reset(&contact->retry);
    matrix_sender_found(contact->direct->matrix->sender, contact->user, room);
}

static void not_found(struct contact *contact, const char *reason) {
    matrix_sender_not_found(contact->direct->matrix->sender, contact->user, reason);
}

static void try_again(struct contact *contact, const struct matrix_answer *answer) {
    if (answer->kind == ANSWER_TOKEN) {
        matrix_token_refused(contact->direct->matrix);
    }
    contact->looked_at = 0;
    matrix_retry_after(&contact->retry, answer->wait_ms);
}

static void on_created(void *context, const struct http_answer *http) {
    struct contact *contact = context;
    contact->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *room = matrix_json_text(answer.json, "room_id");
    if (answer.kind == ANSWER_OK && matrix_id_valid(room, '!')) {
        contact->created_ms = clock_mono_ms();
        matrix_direct_add(contact->direct, contact->user, room);
        found(contact, room);
    } else if (answer.kind == ANSWER_REFUSED) {
        not_found(contact, answer.reason);
    } else {
        try_again(contact, &answer);
    }
    matrix_answer_finish(&answer);
}

// v1.11, POST /createRoom.
static void create_room(struct contact *contact) {
    if (has_left(contact)) {
        not_found(contact, "the person left the direct room within the last day");
        return;
    }
    if (contact->created_ms != 0 &&
        clock_mono_ms() - contact->created_ms < CREATED_EVERY_MS) {
        not_found(contact, "the direct room with the person can't be used");
        return;
    }
    cJSON *body = cJSON_CreateObject();
    cJSON_AddBoolToObject(body, "is_direct", true);
    cJSON_AddStringToObject(body, "preset", "trusted_private_chat");
    cJSON *invited = cJSON_AddArrayToObject(body, "invite");
    cJSON_AddItemToArray(invited, cJSON_CreateString(contact->user));
    char *text = matrix_json_print(body);
    struct matrix_request request = {.method = "POST",
                                     .path = "/createRoom",
                                     .body = text,
                                     .timeout_ms = MATRIX_REQUEST_MS};
    contact->call = matrix_call(contact->direct->matrix, &request, on_created, contact);
    free(text);
    cJSON_Delete(body);
}

// Whether the bot and the person alone are in the room or invited to it.
static bool is_for_two(const struct contact *contact, const cJSON *chunk) {
    const char *own_id = contact->direct->matrix->own_id;
    bool person = false;
    const cJSON *event = NULL;
    cJSON_ArrayForEach(event, chunk) {
        const cJSON *content = matrix_json_object(event, "content");
        const char *membership = matrix_json_text(content, "membership");
        const char *user = matrix_json_text(event, "state_key");
        bool counts =
            membership != NULL && user != NULL &&
            (strcmp(membership, "join") == 0 || strcmp(membership, "invite") == 0);
        if (!counts || strcmp(user, own_id) == 0) {
            continue;
        }
        if (strcmp(user, contact->user) != 0) {
            return false;
        }
        person = true;
    }
    return person;
}

static void on_looked(void *context, const struct http_answer *http) {
    struct contact *contact = context;
    contact->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind == ANSWER_OK &&
        is_for_two(contact, matrix_json_array(answer.json, "chunk"))) {
        found(contact, contact->candidate);
    } else if (answer.kind == ANSWER_OK || answer.kind == ANSWER_REFUSED) {
        look_at_next(contact);
    } else {
        try_again(contact, &answer);
    }
    matrix_answer_finish(&answer);
}

// v1.11, GET /rooms/{roomId}/members.
static void look_at(struct contact *contact, const char *room) {
    free(contact->candidate);
    contact->candidate = mem_copy(room);
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, room);
    buf_add_str(&path, "/members?not_membership=leave");
    struct matrix_request request = {.method = "GET",
                                     .path = buf_str(&path),
                                     .timeout_ms = MATRIX_REQUEST_MS,
                                     .body_max = MEMBERS_BYTES};
    contact->call = matrix_call(contact->direct->matrix, &request, on_looked, contact);
    buf_finish(&path);
}

static void look_at_next(struct contact *contact) {
    while (contact->looked_at < CANDIDATES_MAX) {
        const char *room = matrix_direct_data_room(contact->direct->data, contact->user,
                                                   contact->looked_at);
        contact->looked_at++;
        if (matrix_id_valid(room, '!')) {
            look_at(contact, room);
            return;
        }
    }
    create_room(contact);
}

static void on_contact_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct contact *contact = context;
    if (contact->call == NULL && matrix_direct_data_is_known(contact->direct->data)) {
        contact->looked_at = 0;
        look_at_next(contact);
    }
}

void matrix_direct_find(struct matrix_direct *direct, const char *user) {
    struct contact *contact = table_get(&direct->contacts, user);
    if (contact == NULL) {
        if (direct->contacts.used >= CONTACTS_MAX) {
            forget_contacts(direct, false);
        }
        contact = mem_alloc(1, sizeof *contact);
        contact->direct = direct;
        contact->user = mem_copy(user);
        matrix_retry_init(&contact->retry, direct->matrix->base, on_contact_retry,
                          contact);
        table_set(&direct->contacts, user, contact);
    }
    if (is_idle(contact)) {
        matrix_retry_now(&contact->retry);
    }
}

// Whether the person went, or somebody else came.
static bool spoils(const struct contact *contact, const struct matrix_event *event) {
    if (strcmp(event->member, contact->user) == 0) {
        return event->gone;
    }
    return event->joined && strcmp(event->member, contact->direct->matrix->own_id) != 0;
}

void matrix_direct_drop(struct matrix_direct *direct, const char *room) {
    matrix_direct_data_remove(direct->data, room);
    matrix_direct_follow(direct, room, NULL);
}

void matrix_direct_follow(struct matrix_direct *direct, const char *room,
                          const struct matrix_event *event) {
    if (event != NULL && event->gone &&
        matrix_direct_data_has(direct->data, event->member, room)) {
        note_left(direct, event);
    }
    size_t at = 0;
    const char *user = NULL;
    void *value = NULL;
    while (table_next(&direct->contacts, &at, &user, &value)) {
        struct contact *contact = value;
        if (contact->room == NULL || strcmp(contact->room, room) != 0) {
            continue;
        }
        if (event == NULL || spoils(contact, event)) {
            free(contact->room);
            contact->room = NULL;
        }
    }
}

void matrix_direct_set(struct matrix_direct *direct, const char *json) {
    matrix_direct_data_set(direct->data, json);
}

// --- starting and stopping ---

// For those that had to wait for the account data.
static void on_data_known(void *context) {
    struct matrix_direct *direct = context;
    size_t at = 0;
    const char *user = NULL;
    void *value = NULL;
    while (table_next(&direct->contacts, &at, &user, &value)) {
        struct contact *contact = value;
        matrix_retry_now(&contact->retry);
    }
}

void matrix_direct_start(struct matrix_direct *direct) {
    matrix_kept_load(&direct->left, direct->matrix, "left", LIMIT_MATRIX_KEPT);
    matrix_direct_data_start(direct->data);
}

struct matrix_direct *matrix_direct_create(struct matrix *matrix) {
    struct matrix_direct *direct = mem_alloc(1, sizeof *direct);
    direct->matrix = matrix;
    direct->data = matrix_direct_data_create(matrix, on_data_known, direct);
    return direct;
}

void matrix_direct_stop(struct matrix_direct *direct) {
    matrix_direct_data_stop(direct->data);
    forget_contacts(direct, true);
}

void matrix_direct_destroy(struct matrix_direct *direct) {
    if (direct == NULL) {
        return;
    }
    matrix_direct_stop(direct);
    table_finish(&direct->contacts);
    matrix_kept_finish(&direct->left);
    matrix_direct_data_destroy(direct->data);
    free(direct);
}
