// SPDX-License-Identifier: MIT
#include "net/matrix/update.h"

#include <string.h>

#include "base/memory.h"
#include "net/matrix/direct.h"
#include "net/matrix/encrypted.h"
#include "net/matrix/order.h"
#include "net/matrix/state.h"
#include "net/matrix/tell.h"

static void follow_member(struct matrix *matrix, struct matrix_room_state *room,
                          const struct matrix_event *event) {
    matrix_room_follow(room, event);
    if (room->name == NULL) {
        matrix_direct_follow(matrix->direct, room->id, event);
    }
    if (event->joined && !event->newly && strcmp(event->member, matrix->own_id) == 0) {
        matrix_take_own_name(matrix, mem_copy(event->member_name));
    }
}

void matrix_update_follow(struct matrix *matrix, struct matrix_room_state *room,
                          const struct matrix_event *event) {
    if (event->kind == MATRIX_EVENT_MEMBER) {
        follow_member(matrix, room, event);
    } else if (event->kind == MATRIX_EVENT_STATE) {
        matrix_state_follow(matrix, room, event);
    }
}

static void tell_encrypted(struct matrix *matrix, const struct matrix_room_state *room,
                           const struct matrix_event *event) {
    if (!matrix_only_looks(matrix) && matrix_room_is_direct(room) &&
        strcmp(event->sender, matrix->own_id) != 0) {
        matrix_encrypted_heard(matrix->encrypted, room, event);
    }
}

static void tell_event(struct matrix *matrix, const struct matrix_room_state *room,
                       const struct matrix_event *event, bool may_be_old) {
    if (event->kind == MATRIX_EVENT_MEMBER || event->kind == MATRIX_EVENT_STATE) {
        return;
    }
    if (event->kind == MATRIX_EVENT_ENCRYPTED) {
        tell_encrypted(matrix, room, event);
    } else {
        matrix_tell(matrix, room, event, may_be_old);
    }
}

void matrix_update_tell(struct matrix *matrix, struct matrix_room_state *room,
                        const struct matrix_update *update,
                        const struct matrix_update_way *way) {
    size_t own = matrix_events_after_join(&update->timeline, matrix->own_id);
    for (size_t i = 0; i < update->timeline.count; i++) {
        const struct matrix_event *event = &update->timeline.items[i];
        bool from_gap = i < way->gap_count;
        if (!from_gap && (i >= own || event->kind == MATRIX_EVENT_STATE)) {
            matrix_update_follow(matrix, room, event);
        }
        if (!way->first && i >= own) {
            tell_event(matrix, room, event, way->catch_up || from_gap);
        }
    }
}
