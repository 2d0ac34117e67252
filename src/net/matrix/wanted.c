// SPDX-License-Identifier: MIT
#include "net/matrix/wanted.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/encrypted.h"

enum {
    RESOLVE_MS = 20 * 1000,   // synchronisation waits for it
    JOIN_MS = 3 * 60 * 1000,  // joins over federation are slow
    MEMBERS_BYTES = 16 << 20, // of one list of members
    TELL_AFTER = 3, // tries the server could not carry out; a refusal is told at once
};

void wanted_tell(const struct wanted *wanted, const char *text) {
    struct network *network = &wanted->rooms->matrix->network;
    network->events->trouble(network->context, network, wanted->name, text);
}

static void ask(struct wanted *wanted, const struct matrix_request *request,
                http_done_fn *done) {
    wanted->call = matrix_call(wanted->rooms->matrix, request, done, wanted);
    wanted->rooms->active++;
}

// The step is over: makes room for others.
static void rest(struct wanted *wanted) {
    wanted->call = NULL;
    wanted->rooms->active--;
}

// --- failing ---

static void tell_failure(struct wanted *wanted, const char *reason) {
    char *text = str_printf("I can't join %s: %s", wanted->name, reason);
    wanted_tell(wanted, text);
    free(text);
    wanted->told = true;
}

static bool is_to_be_told(const struct wanted *wanted,
                          const struct matrix_answer *answer) {
    return answer->kind == ANSWER_REFUSED || wanted->retry.tries >= TELL_AFTER ||
           matrix_only_looks(wanted->rooms->matrix);
}

static void fail(struct wanted *wanted, const struct matrix_answer *answer) {
    const char *reason =
        answer->reason != NULL ? answer->reason : "the answer lacks a field";
    if (!wanted->said) {
        LOG(LOG_WARN, "room_not_joined",
            LOG_S("network", wanted->rooms->matrix->network.name),
            LOG_S("room", wanted->name), LOG_S("reason", reason));
    }
    wanted->said = true;
    wanted->tried = true;
    matrix_retry_after(&wanted->retry, answer->wait_ms);
    if (answer->kind == ANSWER_TOKEN) {
        matrix_token_refused(wanted->rooms->matrix);
    } else if (!wanted->told && is_to_be_told(wanted, answer)) {
        tell_failure(wanted, reason);
    }
}

// --- being in ---

static void succeed(struct wanted *wanted) {
    struct matrix *matrix = wanted->rooms->matrix;
    if (!wanted->tried || wanted->said) {
        LOG(LOG_INFO, "room_joined", LOG_S("network", matrix->network.name),
            LOG_S("room", wanted->name), LOG_S("id", wanted->room->id));
    }
    wanted->tried = true;
    wanted->said = wanted->told = wanted->knocked = wanted->banned = false;
    matrix_retry_reset(&wanted->retry);
    if (wanted->room->encrypted) {
        matrix_encrypted_found(matrix->encrypted, wanted->room);
    }
}

static void on_members(void *context, const struct http_answer *http) {
    struct wanted *wanted = context;
    rest(wanted);
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    // Without them the room works too: they are asked for again when needed.
    if (answer.kind == ANSWER_OK) {
        matrix_room_set_members(wanted->room, answer.json);
    }
    matrix_answer_finish(&answer);
    succeed(wanted);
    matrix_rooms_go_on(wanted->rooms);
}

// v1.11, GET /rooms/{roomId}/joined_members.
static void ask_members(struct wanted *wanted) {
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, wanted->room->id);
    buf_add_str(&path, "/joined_members");
    struct matrix_request request = {.method = "GET",
                                     .path = buf_str(&path),
                                     .timeout_ms = MATRIX_REQUEST_MS,
                                     .body_max = MEMBERS_BYTES};
    ask(wanted, &request, on_members);
    buf_finish(&path);
}

// --- joining ---

static void add_server(struct buf *path, const char *server, bool first) {
    buf_add_str(path, first ? "?server_name=" : "&server_name=");
    matrix_uri_add(path, server);
    buf_add_str(path, "&via=");
    matrix_uri_add(path, server);
}

// The room and the servers to reach it through; `via` is what v1.12 calls
// `server_name`.
static void ask_to_enter(struct wanted *wanted, const char *way, http_done_fn *done) {
    bool moved = wanted->moved_via != NULL && wanted->room != NULL;
    struct buf path = {0};
    buf_add_str(&path, way);
    matrix_uri_add(&path, moved ? wanted->room->id : wanted->name);
    for (size_t i = 0; i < wanted->via_count; i++) {
        add_server(&path, wanted->via[i], i == 0);
    }
    if (moved) {
        add_server(&path, wanted->moved_via, wanted->via_count == 0);
    }
    struct matrix_request request = {
        .method = "POST", .path = buf_str(&path), .body = "{}", .timeout_ms = JOIN_MS};
    ask(wanted, &request, done);
    buf_finish(&path);
}

static void on_knocked(void *context, const struct http_answer *http) {
    struct wanted *wanted = context;
    rest(wanted);
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    wanted->knocked = answer.kind == ANSWER_OK || answer.kind == ANSWER_REFUSED;
    if (answer.kind == ANSWER_OK) {
        char *text = str_printf("I asked to be let into %s.", wanted->name);
        wanted_tell(wanted, text);
        free(text);
    }
    matrix_answer_finish(&answer);
    matrix_rooms_go_on(wanted->rooms);
}

// v1.11, POST /knock/{roomIdOrAlias}. The rule of a room the bot is not in can't be
// read: one that does not let people knock refuses.
static void ask_to_be_let_in(struct wanted *wanted) {
    ask_to_enter(wanted, "/knock/", on_knocked);
}

static void on_joined(void *context, const struct http_answer *http) {
    struct wanted *wanted = context;
    rest(wanted);
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *id = matrix_json_text(answer.json, "room_id");
    if (answer.kind == ANSWER_OK && matrix_id_valid(id, '!')) {
        wanted_place(wanted, id);
        wanted->room->joined = true;
        ask_members(wanted);
    } else {
        fail(wanted, &answer);
        if (!wanted->knocked && !matrix_only_looks(wanted->rooms->matrix) &&
            strcmp(answer.code, "M_FORBIDDEN") == 0) {
            ask_to_be_let_in(wanted);
        }
    }
    matrix_answer_finish(&answer);
    matrix_rooms_go_on(wanted->rooms);
}

// --- resolving ---

static void on_resolved(void *context, const struct http_answer *http) {
    struct wanted *wanted = context;
    rest(wanted);
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *id = matrix_json_text(answer.json, "room_id");
    wanted->resolve_tried = true;
    if (answer.kind == ANSWER_OK && matrix_id_valid(id, '!')) {
        wanted_hear_former(wanted, id);
        wanted_place(wanted, id);
        wanted_keep_place(wanted);
        wanted->resolved = true;
        wanted->due = true;
    } else {
        wanted_recall_place(wanted);
        fail(wanted, &answer);
        // Where it is a member already there is nothing else to wait for.
        wanted->due = wanted->room != NULL && wanted->room->joined;
        wanted->resolved = wanted->due;
    }
    matrix_answer_finish(&answer);
    matrix_rooms_go_on(wanted->rooms);
}

// v1.11, GET /directory/room/{roomAlias}.
static void ask_id(struct wanted *wanted) {
    struct buf path = {0};
    buf_add_str(&path, "/directory/room/");
    matrix_uri_add(&path, wanted->name);
    struct matrix_request request = {
        .method = "GET", .path = buf_str(&path), .timeout_ms = RESOLVE_MS};
    ask(wanted, &request, on_resolved);
    buf_finish(&path);
}

// --- the steps ---

void wanted_step(struct wanted *wanted) {
    wanted->due = false;
    if (!wanted->resolved) {
        ask_id(wanted);
    } else if (wanted->room != NULL && wanted->room->joined) {
        ask_members(wanted);
    } else {
        // v1.11, POST /join/{roomIdOrAlias}.
        ask_to_enter(wanted, "/join/", on_joined);
    }
}

void wanted_try_now(struct wanted *wanted) {
    wanted->banned = false;
    if (wanted->call == NULL) {
        matrix_retry_now(&wanted->retry);
    }
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct wanted *wanted = context;
    wanted->due = true;
    matrix_rooms_go_on(wanted->rooms);
}

void wanted_init(struct wanted *wanted, struct matrix_rooms *rooms,
                 const struct matrix_room *option) {
    wanted->rooms = rooms;
    wanted->name = mem_copy(option->name);
    wanted->via_count = option->via_count;
    wanted->via = mem_alloc(option->via_count, sizeof *wanted->via);
    for (size_t i = 0; i < option->via_count; i++) {
        wanted->via[i] = mem_copy(option->via[i]);
    }
    wanted->due = true;
    wanted->resolved = wanted->resolve_tried = wanted->name[0] == '!';
    matrix_retry_init(&wanted->retry, rooms->matrix->base, on_retry, wanted);
}

void wanted_stop(struct wanted *wanted) {
    if (wanted->call != NULL) {
        http_cancel(wanted->call);
        rest(wanted);
    }
    matrix_retry_reset(&wanted->retry);
}

void wanted_finish(struct wanted *wanted) {
    wanted_stop(wanted);
    matrix_retry_finish(&wanted->retry);
    for (size_t i = 0; i < wanted->via_count; i++) {
        free(wanted->via[i]);
    }
    free(wanted->via);
    free(wanted->moved_via);
    free(wanted->name);
}
