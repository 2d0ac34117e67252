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
#include "net/matrix/wanted.h"

enum {
    PARALLEL_MAX = 8,      // configured rooms worked on at one time
    REJOIN_MS = 60 * 1000, // after a kick
    LIST_BYTES = 16 << 20, // of the rooms the bot is in
};

// --- by id and name ---

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

// NULL for a room that is not configured, or was before the one there is now.
static struct wanted *wanted_of(const struct matrix_rooms *rooms,
                                const struct matrix_room_state *room) {
    struct wanted *wanted =
        room->name != NULL ? table_get(&rooms->names, room->name) : NULL;
    return wanted != NULL && wanted->room == room ? wanted : NULL;
}

size_t matrix_rooms_ids(const struct matrix_rooms *rooms, size_t *at, const char **ids,
                        size_t max) {
    size_t count = 0;
    for (; *at < rooms->wanted_count && count < max; ++*at) {
        const struct wanted *wanted = &rooms->wanted[*at];
        if (wanted->room != NULL) {
            ids[count++] = wanted->room->id;
        }
    }
    return count;
}

struct matrix_room_state *matrix_rooms_know(struct matrix_rooms *rooms,
                                            const char *id) {
    struct matrix_room_state *room = matrix_rooms_find(rooms, id);
    if (room == NULL) {
        room = mem_alloc(1, sizeof *room);
        room->id = mem_copy(id);
        table_set(&rooms->by_id, id, room);
    }
    return room;
}

// --- joining the configured ones ---

static void work_on_due(struct matrix_rooms *rooms, bool resolved) {
    for (size_t i = 0; i < rooms->wanted_count && rooms->active < PARALLEL_MAX; i++) {
        struct wanted *wanted = &rooms->wanted[i];
        if (wanted->due && wanted->call == NULL && wanted->resolved == resolved) {
            wanted_step(wanted);
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
void matrix_rooms_go_on(struct matrix_rooms *rooms) {
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

bool matrix_rooms_state_known(const struct matrix_rooms *rooms) {
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        const struct matrix_room_state *room = rooms->wanted[i].room;
        if (room != NULL && room->joined && !room->power.is_known) {
            return false;
        }
    }
    return true;
}

// --- coming and going ---

struct matrix_room_state *matrix_rooms_joined(struct matrix_rooms *rooms,
                                              const char *id) {
    if (matrix_rooms_find(rooms, id) == NULL &&
        rooms->by_id.used >= LIMIT_MATRIX_ROOMS) {
        LOG(LOG_WARN, "room_left_out", LOG_S("room", id));
        return NULL;
    }
    struct matrix_room_state *room = matrix_rooms_know(rooms, id);
    struct wanted *wanted = wanted_of(rooms, room);
    if (wanted != NULL && !room->joined && wanted->tried) {
        wanted_try_now(wanted); // brought back from elsewhere
    }
    room->joined = true;
    return room;
}

// The last word about the bot itself; NULL when nothing is said.
static const struct matrix_event *last_word(const struct matrix_rooms *rooms,
                                            const struct matrix_departure *departure) {
    for (size_t i = departure->timeline.count; i > 0; i--) {
        const struct matrix_event *event = &departure->timeline.items[i - 1];
        if (event->kind == MATRIX_EVENT_MEMBER &&
            strcmp(event->member, rooms->matrix->own_id) == 0) {
            return event;
        }
    }
    return NULL;
}

static void tell_removed(struct wanted *wanted, const struct matrix_event *word) {
    char *text = str_printf(
        "I was %s %s%s%s. %s", wanted->banned ? "banned from" : "removed from",
        wanted->name, word != NULL ? " by " : "", word != NULL ? word->sender : "",
        wanted->banned ? "I stay away until I am invited." : "I try to come back.");
    wanted_tell(wanted, text);
    free(text);
    wanted->tried = wanted->said = wanted->told = true;
}

void matrix_rooms_left(struct matrix_rooms *rooms,
                       const struct matrix_departure *departure) {
    struct matrix_room_state *room = matrix_rooms_find(rooms, departure->room);
    if (room == NULL || !room->joined) {
        return;
    }
    matrix_room_forget(room);
    struct wanted *wanted = wanted_of(rooms, room);
    if (wanted == NULL) {
        table_remove(&rooms->by_id, departure->room);
        matrix_room_finish(room);
        free(room);
        return;
    }
    const struct matrix_event *word = last_word(rooms, departure);
    wanted->banned = word != NULL && word->banned;
    LOG(LOG_WARN, "room_left", LOG_S("network", rooms->matrix->network.name),
        LOG_S("room", room->name), LOG_S("by", word != NULL ? word->sender : ""),
        LOG_S("how", wanted->banned ? "banned" : "removed"));
    tell_removed(wanted, word);
    wanted_stop(wanted);
    if (!wanted->banned) {
        matrix_retry_after(&wanted->retry, REJOIN_MS);
    }
}

bool matrix_rooms_invited(struct matrix_rooms *rooms, const char *id) {
    const struct matrix_room_state *room = matrix_rooms_find(rooms, id);
    struct wanted *wanted = room != NULL ? wanted_of(rooms, room) : NULL;
    if (wanted == NULL) {
        return false;
    }
    wanted_try_now(wanted);
    return true;
}

void matrix_rooms_replaced(struct matrix_rooms *rooms, struct matrix_room_state *room,
                           const char *id, const char *server) {
    struct wanted *wanted = wanted_of(rooms, room);
    if (wanted == NULL) {
        room->name = NULL;
    }
    if (wanted == NULL || strcmp(room->id, id) == 0) {
        return;
    }
    LOG(LOG_WARN, "room_replaced", LOG_S("network", rooms->matrix->network.name),
        LOG_S("room", wanted->name), LOG_S("old", room->id), LOG_S("id", id));
    wanted_stop(wanted);
    wanted_move(wanted, id, server);
    char *text = str_printf("%s was replaced by a new room. I go there.", wanted->name);
    wanted_tell(wanted, text);
    free(text);
    wanted->resolved = wanted->due = wanted->said = true;
    wanted->told = wanted->knocked = wanted->banned = false;
    matrix_rooms_go_on(rooms);
}

void matrix_rooms_answered(const struct matrix_rooms *rooms, const char *name,
                           const char *reason) {
    const struct wanted *wanted = table_get(&rooms->names, name);
    if (wanted == NULL || wanted->room == NULL) {
        return;
    }
    bool refuses = wanted->room->refuses;
    wanted->room->refuses = reason != NULL;
    if (reason != NULL && !refuses) {
        char *text =
            str_printf("I could not say something in %s: %s", wanted->name, reason);
        wanted_tell(wanted, text);
        free(text);
    }
}

void matrix_rooms_retry(struct matrix_rooms *rooms) {
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        struct wanted *wanted = &rooms->wanted[i];
        if (wanted->room == NULL || !wanted->room->joined) {
            wanted->knocked = false;
            wanted_try_now(wanted);
        }
    }
}

// --- starting and stopping ---

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
            matrix_unreached(rooms->matrix, answer.reason);
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
    matrix_rooms_go_on(rooms);
}

// v1.11, GET /joined_rooms.
static void ask_list(struct matrix_rooms *rooms) {
    struct matrix_request request = {.method = "GET",
                                     .path = "/joined_rooms",
                                     .timeout_ms = MATRIX_REQUEST_MS,
                                     .body_max = LIST_BYTES};
    rooms->list_call = matrix_call(rooms->matrix, &request, on_list, rooms);
}

static void on_list_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    ask_list(context);
}

void matrix_rooms_start(struct matrix_rooms *rooms) {
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        if (rooms->wanted[i].resolved) {
            wanted_place(&rooms->wanted[i], rooms->wanted[i].name);
        }
    }
    ask_list(rooms);
}

struct matrix_rooms *matrix_rooms_create(struct matrix *matrix,
                                         const struct matrix_options *options) {
    struct matrix_rooms *rooms = mem_alloc(1, sizeof *rooms);
    rooms->matrix = matrix;
    matrix_retry_init(&rooms->list_retry, matrix->base, on_list_retry, rooms);
    rooms->wanted = mem_alloc(options->room_count, sizeof *rooms->wanted);
    rooms->wanted_count = options->room_count;
    for (size_t i = 0; i < options->room_count; i++) {
        struct wanted *wanted = &rooms->wanted[i];
        wanted_init(wanted, rooms, &options->rooms[i]);
        table_set(&rooms->names, wanted->name, wanted);
    }
    return rooms;
}

void matrix_rooms_stop(struct matrix_rooms *rooms) {
    rooms->stopped = true;
    http_cancel(rooms->list_call);
    rooms->list_call = NULL;
    matrix_retry_reset(&rooms->list_retry);
    for (size_t i = 0; i < rooms->wanted_count; i++) {
        wanted_stop(&rooms->wanted[i]);
    }
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
