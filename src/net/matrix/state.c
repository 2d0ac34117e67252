// SPDX-License-Identifier: MIT
#include "net/matrix/state.h"

#include <string.h>

#include "net/matrix/api.h"
#include "net/matrix/direct.h"
#include "net/matrix/encrypted.h"
#include "net/matrix/rooms.h"

typedef void follow_fn(struct matrix *matrix, struct matrix_room_state *room,
                       const struct matrix_event *event);

static void follow_create(struct matrix *matrix, struct matrix_room_state *room,
                          const struct matrix_event *event) {
    (void)matrix;
    matrix_power_set_create(&room->power, event->sender, event->content);
}

static void follow_levels(struct matrix *matrix, struct matrix_room_state *room,
                          const struct matrix_event *event) {
    (void)matrix;
    matrix_power_set_levels(&room->power, event->content);
}

// For ever: a room does not become plain again. Nobody is reached in one.
static void follow_encryption(struct matrix *matrix, struct matrix_room_state *room,
                              const struct matrix_event *event) {
    (void)event;
    room->encrypted = true;
    if (room->name != NULL) {
        matrix_encrypted_found(matrix->encrypted, room);
    } else {
        matrix_direct_drop(matrix->direct, room->id);
    }
}

// v1.11, "m.room.tombstone".
static void follow_tombstone(struct matrix *matrix, struct matrix_room_state *room,
                             const struct matrix_event *event) {
    const char *replacement = matrix_json_text(event->content, "replacement_room");
    if (matrix_id_valid(replacement, '!')) {
        matrix_rooms_replaced(matrix->rooms, room, replacement,
                              strchr(event->sender, ':') + 1);
    }
}

static const struct {
    const char *type;
    follow_fn *follow;
} followed[] = {
    {"m.room.create", follow_create},
    {"m.room.power_levels", follow_levels},
    {"m.room.encryption", follow_encryption},
    {"m.room.tombstone", follow_tombstone},
};

void matrix_state_follow(struct matrix *matrix, struct matrix_room_state *room,
                         const struct matrix_event *event) {
    for (size_t i = 0; i < sizeof followed / sizeof *followed; i++) {
        if (strcmp(event->type, followed[i].type) == 0) {
            followed[i].follow(matrix, room, event);
        }
    }
}
