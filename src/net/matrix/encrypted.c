// SPDX-License-Identifier: MIT
#include "net/matrix/encrypted.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/table.h"
#include "net/matrix/api.h"
#include "net/matrix/content.h"
#include "net/matrix/kept.h"
#include "net/matrix/retry.h"

static const char SENTENCE[] =
    "I can't read encrypted messages. Say !dm in the workshop's room, and I open a "
    "room for us that is not encrypted.";

enum {
    NOTES_MAX = 64, // under way at one time; at it nobody else is told for now
    TRIES_MAX = 8,
};

// The sentence on its way to a direct room.
struct note {
    struct matrix_encrypted *encrypted;
    char *room;
    char *transaction;
    struct http_call *call;
    struct matrix_retry retry;
};

struct matrix_encrypted {
    struct matrix *matrix;
    struct matrix_kept told; // rooms
    struct table notes;      // by room
};

void matrix_encrypted_found(struct matrix_encrypted *encrypted,
                            const struct matrix_room_state *room) {
    struct network *network = &encrypted->matrix->network;
    if (matrix_kept_at(&encrypted->told, room->id) >= 0) {
        return;
    }
    LOG(LOG_ERROR, "room_encrypted", LOG_S("network", network->name),
        LOG_S("room", room->name));
    char *text = str_printf("%s is encrypted: I can't read what is said there. The "
                            "workshop needs a room without encryption.",
                            room->name);
    network->events->trouble(network->context, network, room->name, text);
    free(text);
    matrix_kept_set(&encrypted->told, room->id, clock_real_ms());
}

static void note_destroy(struct note *note) {
    http_cancel(note->call);
    matrix_retry_finish(&note->retry);
    free(note->room);
    free(note->transaction);
    free(note);
}

static void end(struct note *note) {
    table_remove(&note->encrypted->notes, note->room);
    note_destroy(note);
}

static void on_sent(void *context, const struct http_answer *http) {
    struct note *note = context;
    note->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind == ANSWER_TOKEN) {
        matrix_token_refused(note->encrypted->matrix);
    }
    bool over = answer.kind == ANSWER_OK || answer.kind == ANSWER_REFUSED;
    if (over) {
        matrix_kept_set(&note->encrypted->told, note->room, clock_real_ms());
    }
    if (over || note->retry.tries >= TRIES_MAX) {
        end(note);
    } else {
        matrix_retry_after(&note->retry, answer.wait_ms);
    }
    matrix_answer_finish(&answer);
}

// v1.11, PUT /rooms/{roomId}/send/{eventType}/{txnId}. The transaction is the event
// that was heard, so that a crash before it was kept says nothing twice.
static void say(struct note *note) {
    const struct target nobody = {.kind = TARGET_ROOM};
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, note->room);
    buf_add_str(&path, "/send/m.room.message/");
    matrix_uri_add(&path, note->transaction);
    char *body = matrix_content(&nobody, SENTENCE, NULL);
    struct matrix_request request = {.method = "PUT",
                                     .path = buf_str(&path),
                                     .body = body,
                                     .timeout_ms = MATRIX_REQUEST_MS};
    note->call = matrix_call(note->encrypted->matrix, &request, on_sent, note);
    free(body);
    buf_finish(&path);
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    say(context);
}

void matrix_encrypted_heard(struct matrix_encrypted *encrypted,
                            const struct matrix_room_state *room,
                            const struct matrix_event *event) {
    if (matrix_kept_at(&encrypted->told, room->id) >= 0 ||
        table_get(&encrypted->notes, room->id) != NULL ||
        encrypted->notes.used >= NOTES_MAX) {
        return;
    }
    struct note *note = mem_alloc(1, sizeof *note);
    note->encrypted = encrypted;
    note->room = mem_copy(room->id);
    note->transaction = str_printf("e%s", event->id);
    matrix_retry_init(&note->retry, encrypted->matrix->base, on_retry, note);
    table_set(&encrypted->notes, note->room, note);
    say(note);
}

struct matrix_encrypted *matrix_encrypted_create(struct matrix *matrix) {
    struct matrix_encrypted *encrypted = mem_alloc(1, sizeof *encrypted);
    encrypted->matrix = matrix;
    return encrypted;
}

void matrix_encrypted_start(struct matrix_encrypted *encrypted) {
    matrix_kept_load(&encrypted->told, encrypted->matrix, "encrypted",
                     LIMIT_MATRIX_KEPT);
}

void matrix_encrypted_stop(struct matrix_encrypted *encrypted) {
    size_t at = 0;
    const char *room = NULL;
    void *note = NULL;
    while (table_next(&encrypted->notes, &at, &room, &note)) {
        note_destroy(note);
    }
    table_finish(&encrypted->notes);
}

void matrix_encrypted_destroy(struct matrix_encrypted *encrypted) {
    if (encrypted == NULL) {
        return;
    }
    matrix_encrypted_stop(encrypted);
    matrix_kept_finish(&encrypted->told);
    free(encrypted);
}
