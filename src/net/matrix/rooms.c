// SPDX-License-Identifier: MIT
#include "net/matrix/rooms.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/retry.h"

enum {
    PARALLEL_MAX = 8,         // configured rooms worked on at one time
    RESOLVE_MS = 20 * 1000,   // synchronisation waits for it
    JOIN_MS = 3 * 60 * 1000,  // joins over federation are slow
    REJOIN_MS = 60 * 1000,    // after a kick
    MEMBERS_BYTES = 16 << 20, // of one list of members
};

// A configured room and where it stands.
struct wanted {
    struct matrix_rooms *rooms;
    char *name;
    char **via;
    size_t via_count;
    struct matrix_room_state *room; // NULL until its id is known
    bool resolved;                  // nothing to be asked before joining
    bool resolve_tried, tried;      // the first time is over
    bool due;                       // to be worked on
    bool said;                      // this failure is logged
    struct http_call *call;
    struct matrix_retry retry;
};

struct matrix_rooms {
    struct matrix *matrix;
    struct table by_id; // struct matrix_room_state *
    struct table names; // struct wanted *
    struct wanted *wanted;
    size_t wanted_count;
    size_t active; // wanted ones with a call
    bool known;    // told
    bool stopped;
    struct http_call *list_call;
    struct matrix_retry list_retry;
};

static void go_on(struct matrix_rooms *rooms);

struct matrix_room_state *matrix_rooms_find(const struct matrix_rooms *rooms,
                                            const char *id) {
    return table_get(&rooms->by_id, id);
}

bool matrix_rooms_is_configured(const struct matrix_rooms *rooms, const char *name) {
    return table_get(&rooms->names, name) != NULL;
}

struct matrix_room_state *matrix_rooms_by_name(const struct matrix_rooms *rooms,
                                               const char *name) {
    const struct wanted *wanted = table_get(&rooms->names, name);
    return wanted != NULL ? wanted->room : matrix_rooms_find(rooms, name);
}

static struct matrix_room_state *room_of(struct matrix_rooms *rooms, const char *id) {
    struct matrix_room_state *room = matrix_rooms_find(rooms, id);
    if (room == NULL) {
        room = mem_alloc(1, sizeof *room);
        room->id = mem_copy(id);
        table_set(&rooms->by_id, id, room);
    }
    return room;
}

struct matrix_room_state *matrix_rooms_joined(struct matrix_rooms *rooms,
                                              const char *id) {
    if (matrix_rooms_find(rooms, id) == NULL &&
        rooms->by_id.used >= LIMIT_MATRIX_ROOMS) {
        LOG(LOG_WARN, "room_left_out", LOG_S("room", id));
        return NULL;
    }
    struct matrix_room_state *room = room_of(rooms, id);
    room->joined = true;
    return room;
}

// Aliases that were resolved once are kept, so that a directory that can't be
// reached at the next start does not make the bot deaf in a room it is in.
static char *memory_key(const struct wanted *wanted) {
    return str_printf("room:%s", wanted->name);
}

static void set_id(struct wanted *wanted, const char *id) {
    struct matrix_room_state *room = room_of(wanted->rooms, id);
    if (room->name != NULL && strcmp(room->name, wanted->name) != 0) {
        LOG(LOG_WARN, "room_configured_twice", LOG_S("room", wanted->name),
            LOG_S("also", room->name));
    }
    if (wanted->room != NULL && wanted->room != room) {
        wanted->room->name = NULL;
    }
    room->name = wanted->name;
    wanted->room = room;
}

static void remember_id(const struct wanted *wanted) {
    const struct matrix *matrix = wanted->rooms->matrix;
    char *key = memory_key(wanted);
    matrix->network.events->remember(matrix->network.context, &matrix->network, key,
                                     wanted->room->id);
    free(key);
}

static void recall_id(struct wanted *wanted) {
    const struct matrix *matrix = wanted->rooms->matrix;
    char *key = memory_key(wanted);
    char *id =
        matrix->network.events->recall(matrix->network.context, &matrix->network, key);
    if (matrix_id_valid(id, '!')) {
        set_id(wanted, id);
    }
    free(id);
    free(key);
}

// The step is over: makes room for others.
static void rest(struct wanted *wanted) {
    wanted->call = NULL;
    wanted->rooms->active--;
}

static void fail(struct wanted *wanted, const struct matrix_answer *answer) {
    if (!wanted->said) {
        LOG(LOG_WARN, "room_not_joined",
            LOG_S("network", wanted->rooms->matrix->network.name),
            LOG_S("room", wanted->name),
            LOG_S("reason", answer->reason != NULL ? answer->reason
                                                   : "the answer lacks a field"));
    }
    wanted->said = true;
    wanted->tried = true;
    matrix_retry_after(&wanted->retry, answer->wait_ms);
    if (answer->kind == ANSWER_TOKEN) {
        matrix_token_refused(wanted->rooms->matrix);
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
    if (!wanted->tried || wanted->said) {
        LOG(LOG_INFO, "room_joined",
            LOG_S("network", wanted->rooms->matrix->network.name),
            LOG_S("room", wanted->name), LOG_S("id", wanted->room->id));
    }
    wanted->tried = true;
    wanted->said = false;
    matrix_retry_reset(&wanted->retry);
    go_on(wanted->rooms);
}

static void ask(struct wanted *wanted, const struct matrix_request *request,
                http_done_fn *done) {
    wanted->call = matrix_call(wanted->rooms->matrix, request, done, wanted);
    wanted->rooms->active++;
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

static void on_joined(void *context, const struct http_answer *http) {
    struct wanted *wanted = context;
    rest(wanted);
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *id = matrix_json_text(answer.json, "room_id");
    if (answer.kind == ANSWER_OK && matrix_id_valid(id, '!')) {
        set_id(wanted, id);
        wanted->room->joined = true;
        ask_members(wanted);
    } else {
        fail(wanted, &answer);
    }
    matrix_answer_finish(&answer);
    go_on(wanted->rooms);
}

// v1.11, POST /join/{roomIdOrAlias}; `via` is what v1.12 calls `server_name`.
static void ask_join(struct wanted *wanted) {
    struct buf path = {0};
    buf_add_str(&path, "/join/");
    matrix_uri_add(&path, wanted->name);
    for (size_t i = 0; i < wanted->via_count; i++) {
        buf_add_str(&path, i == 0 ? "?server_name=" : "&server_name=");
        matrix_uri_add(&path, wanted->via[i]);
        buf_add_str(&path, "&via=");
        matrix_uri_add(&path, wanted->via[i]);
    }
    struct matrix_request request = {
        .method = "POST", .path = buf_str(&path), .body = "{}", .timeout_ms = JOIN_MS};
    ask(wanted, &request, on_joined);
    buf_finish(&path);
}

static void on_resolved(void *context, const struct http_answer *http) {
    struct wanted *wanted = context;
    rest(wanted);
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *id = matrix_json_text(answer.json, "room_id");
    wanted->resolve_tried = true;
    if (answer.kind == ANSWER_OK && matrix_id_valid(id, '!')) {
        set_id(wanted, id);
        remember_id(wanted);
        wanted->resolved = true;
        wanted->due = true;
    } else {
        recall_id(wanted);
        fail(wanted, &answer);
        // Where it is a member already there is nothing else to wait for.
        wanted->due = wanted->room != NULL && wanted->room->joined;
        wanted->resolved = wanted->due;
    }
    matrix_answer_finish(&answer);
    go_on(wanted->rooms);
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

static void work_on(struct wanted *wanted) {
    wanted->due = false;
    if (!wanted->resolved) {
        ask_id(wanted);
    } else if (wanted->room != NULL && wanted->room->joined) {
        ask_members(wanted);
    } else {
        ask_join(wanted);
    }
}

static void work_on_due(struct matrix_rooms *rooms, bool resolved) {
    for (size_t i = 0; i < rooms->wanted_count && rooms->active < PARALLEL_MAX; i++) {
        struct wanted *wanted = &rooms->wanted[i];
        if (wanted->due && wanted->call == NULL && wanted->resolved == resolved) {
            work_on(wanted);
        }
    }
}

static bool all_resolve_tried(const struct matrix_rooms *rooms) {
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        if (!rooms->wanted[i].resolve_tried) {
            return false;
        }
    }
    return true;
}

// Ids before joins, since synchronisation waits for the ids alone.
static void go_on(struct matrix_rooms *rooms) {
    if (rooms->stopped) {
        return;
    }
    work_on_due(rooms, false);
    if (!rooms->known && all_resolve_tried(rooms)) {
        rooms->known = true;
        matrix_rooms_known(rooms->matrix);
    }
    work_on_due(rooms, true);
    matrix_rooms_changed(rooms->matrix);
}

bool matrix_rooms_settled(const struct matrix_rooms *rooms) {
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        if (!rooms->wanted[i].tried) {
            return false;
        }
    }
    return true;
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct wanted *wanted = context;
    wanted->due = true;
    go_on(wanted->rooms);
}

static void try_again_after(struct matrix_rooms *rooms, const char *id,
                            int64_t wait_ms) {
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        struct wanted *wanted = &rooms->wanted[i];
        if (wanted->room != NULL && strcmp(wanted->room->id, id) == 0 &&
            wanted->call == NULL) {
            matrix_retry_after(&wanted->retry, wait_ms);
        }
    }
}

void matrix_rooms_left(struct matrix_rooms *rooms, const char *id) {
    struct matrix_room_state *room = matrix_rooms_find(rooms, id);
    if (room == NULL || !room->joined) {
        return;
    }
    room->joined = false;
    matrix_room_forget_members(room);
    if (room->name == NULL) {
        table_remove(&rooms->by_id, id);
        matrix_room_finish(room);
        free(room);
        return;
    }
    LOG(LOG_WARN, "room_left", LOG_S("network", rooms->matrix->network.name),
        LOG_S("room", room->name));
    try_again_after(rooms, id, REJOIN_MS);
}

bool matrix_rooms_invited(struct matrix_rooms *rooms, const char *id) {
    const struct matrix_room_state *room = matrix_rooms_find(rooms, id);
    if (room == NULL || room->name == NULL) {
        return false;
    }
    try_again_after(rooms, id, 0);
    return true;
}

static void on_list(void *context, const struct http_answer *http) {
    struct matrix_rooms *rooms = context;
    rooms->list_call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind != ANSWER_OK) {
        matrix_retry_after(&rooms->list_retry, answer.wait_ms);
        if (answer.kind == ANSWER_TOKEN) {
            matrix_token_refused(rooms->matrix);
        } else {
            matrix_unreached(rooms->matrix);
        }
        matrix_answer_finish(&answer);
        return;
    }
    const cJSON *id = NULL;
    cJSON_ArrayForEach(id, matrix_json_array(answer.json, "joined_rooms")) {
        const char *text = cJSON_GetStringValue(id);
        if (matrix_id_valid(text, '!')) {
            matrix_rooms_joined(rooms, text);
        }
    }
    matrix_answer_finish(&answer);
    go_on(rooms);
}

// v1.11, GET /joined_rooms.
void matrix_rooms_start(struct matrix_rooms *rooms) {
    struct matrix_request request = {.method = "GET",
                                     .path = "/joined_rooms",
                                     .timeout_ms = MATRIX_REQUEST_MS,
                                     .body_max = MEMBERS_BYTES};
    rooms->list_call = matrix_call(rooms->matrix, &request, on_list, rooms);
}

static void on_list_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    matrix_rooms_start(context);
}

static void wanted_init(struct matrix_rooms *rooms, struct wanted *wanted,
                        const struct matrix_room *option) {
    wanted->rooms = rooms;
    wanted->name = mem_copy(option->name);
    wanted->via_count = option->via_count;
    wanted->via = mem_alloc(option->via_count, sizeof *wanted->via);
    for (size_t i = 0; i < option->via_count; i++) {
        wanted->via[i] = mem_copy(option->via[i]);
    }
    wanted->due = true;
    matrix_retry_init(&wanted->retry, rooms->matrix->base, on_retry, wanted);
    table_set(&rooms->names, wanted->name, wanted);
    if (wanted->name[0] == '!') {
        set_id(wanted, wanted->name);
        wanted->resolved = wanted->resolve_tried = true;
    }
}

struct matrix_rooms *matrix_rooms_create(struct matrix *matrix,
                                         const struct matrix_options *options) {
    struct matrix_rooms *rooms = mem_alloc(1, sizeof *rooms);
    rooms->matrix = matrix;
    matrix_retry_init(&rooms->list_retry, matrix->base, on_list_retry, rooms);
    rooms->wanted = mem_alloc(options->room_count, sizeof *rooms->wanted);
    rooms->wanted_count = options->room_count;
    for (size_t i = 0; i < options->room_count; i++) {
        wanted_init(rooms, &rooms->wanted[i], &options->rooms[i]);
    }
    return rooms;
}

void matrix_rooms_stop(struct matrix_rooms *rooms) {
    rooms->stopped = true;
    http_cancel(rooms->list_call);
    rooms->list_call = NULL;
    matrix_retry_reset(&rooms->list_retry);
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        http_cancel(rooms->wanted[i].call);
        rooms->wanted[i].call = NULL;
        matrix_retry_reset(&rooms->wanted[i].retry);
    }
}

static void wanted_finish(struct wanted *wanted) {
    matrix_retry_finish(&wanted->retry);
    for (size_t i = 0; i < wanted->via_count; i++) {
        free(wanted->via[i]);
    }
    free(wanted->via);
    free(wanted->name);
}

void matrix_rooms_destroy(struct matrix_rooms *rooms) {
    if (rooms == NULL) {
        return;
    }
    matrix_rooms_stop(rooms);
    matrix_retry_finish(&rooms->list_retry);
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        wanted_finish(&rooms->wanted[i]);
    }
    free(rooms->wanted);
    size_t at = 0;
    const char *id = NULL;
    void *room = NULL;
    while (table_next(&rooms->by_id, &at, &id, &room)) {
        matrix_room_finish(room);
        free(room);
    }
    table_finish(&rooms->by_id);
    table_finish(&rooms->names);
    free(rooms);
}
