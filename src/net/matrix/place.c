// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/rooms.h"
#include "net/matrix/wanted.h"

// Kept under "room:" and the alias is the id it had, under "moved:" and an id the room
// in its place and, behind a blank, a server that knows it.

enum { MOVES_MAX = 32 };

static char *recall(const struct wanted *wanted, const char *kind, const char *name) {
    const struct network *network = &wanted->rooms->matrix->network;
    char *key = str_printf("%s:%s", kind, name);
    char *value = network->events->recall(network->context, network, key);
    free(key);
    return value;
}

static void remember(const struct wanted *wanted, const char *kind, const char *name,
                     const char *value) {
    const struct network *network = &wanted->rooms->matrix->network;
    char *key = str_printf("%s:%s", kind, name);
    network->events->remember(network->context, network, key, value);
    free(key);
}

static void set_room(struct wanted *wanted, const char *id) {
    struct matrix_room_state *room = matrix_rooms_know(wanted->rooms, id);
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

// The id in the place of that one, which it frees; the same where there is none.
static char *take_moved(struct wanted *wanted, char *id) {
    char *value = recall(wanted, "moved", id);
    struct slice rest = slice_of(value);
    char *moved = slice_copy(slice_take_word(&rest));
    if (matrix_id_valid(moved, '!')) {
        free(id);
        free(wanted->moved_via);
        id = mem_copy(moved);
        wanted->moved_via = slice_copy(rest);
    }
    free(moved);
    free(value);
    return id;
}

void wanted_place(struct wanted *wanted, const char *id) {
    char *place = mem_copy(id);
    for (int i = 0; i < MOVES_MAX; i++) {
        place = take_moved(wanted, place);
    }
    set_room(wanted, place);
    free(place);
}

void wanted_keep_place(const struct wanted *wanted) {
    remember(wanted, "room", wanted->name, wanted->room->id);
}

void wanted_recall_place(struct wanted *wanted) {
    char *id = recall(wanted, "room", wanted->name);
    if (matrix_id_valid(id, '!')) {
        wanted_place(wanted, id);
    }
    free(id);
}

void wanted_hear_former(struct wanted *wanted, const char *id) {
    char *former = recall(wanted, "room", wanted->name);
    if (matrix_id_valid(former, '!') && strcmp(former, id) != 0) {
        struct matrix_room_state *room = matrix_rooms_find(wanted->rooms, former);
        if (room != NULL && room->joined && room->name == NULL) {
            room->name = wanted->name;
        }
    }
    free(former);
}

// A room that comes back to one it was before goes in no circle: what was in the place
// of that is forgotten.
void wanted_move(struct wanted *wanted, const char *id, const char *server) {
    char *value = str_printf("%s %s", id, server);
    remember(wanted, "moved", wanted->room->id, value);
    remember(wanted, "moved", id, NULL);
    free(value);
    wanted_place(wanted, wanted->room->id);
}
