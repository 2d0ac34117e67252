// SPDX-License-Identifier: MIT
#include "net/matrix/room.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/slice.h"
#include "base/utf8.h"
#include "net/matrix/api.h"

void matrix_room_finish(struct matrix_room_state *room) {
    matrix_room_forget(room);
    free(room->id);
    *room = (struct matrix_room_state){0};
}

void matrix_room_forget(struct matrix_room_state *room) {
    matrix_room_forget_members(room);
    matrix_power_finish(&room->power);
    room->joined = room->encrypted = false;
}

void matrix_room_forget_members(struct matrix_room_state *room) {
    size_t at = 0;
    const char *key = NULL;
    void *name = NULL;
    while (table_next(&room->members, &at, &key, &name)) {
        free(name);
    }
    table_finish(&room->members);
    room->members_known = false;
}

// Takes over the name. False where there is no place for another member.
static bool take_member(struct matrix_room_state *room, const char *user, char *name) {
    bool known = table_get(&room->members, user) != NULL;
    if (!known && room->members.used >= LIMIT_MATRIX_MEMBERS) {
        free(name);
        return false;
    }
    free(table_set(&room->members, user, name != NULL ? name : mem_copy("")));
    return true;
}

void matrix_room_follow(struct matrix_room_state *room,
                        const struct matrix_event *event) {
    if (!room->members_known) {
        return;
    }
    if (event->joined) {
        take_member(room, event->member, mem_copy(event->member_name));
    } else {
        free(table_remove(&room->members, event->member));
    }
}

void matrix_room_set_members(struct matrix_room_state *room, const struct cJSON *json) {
    matrix_room_forget_members(room);
    int64_t left_out = 0;
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, matrix_json_object(json, "joined")) {
        if (matrix_id_valid(member->string, '@')) {
            const char *name = matrix_json_text(member, "display_name");
            left_out += !take_member(room, member->string, matrix_clean_name(name));
        }
    }
    room->members_known = true;
    room->members_again_ms = 0;
    if (left_out > 0) {
        LOG(LOG_WARN, "members_left_out", LOG_S("room", room->id),
            LOG_N("count", left_out));
    }
}

bool matrix_room_is_direct(const struct matrix_room_state *room) {
    return room->name == NULL && room->members_known && room->members.used == 2;
}

bool matrix_room_is_heard(const struct matrix_room_state *room) {
    return room->name != NULL || matrix_room_is_direct(room);
}

bool matrix_room_is_operator(const struct matrix_room_state *room, const char *user) {
    return room->joined && table_get(&room->members, user) != NULL &&
           matrix_power_is_operator(&room->power, user);
}

char *matrix_localpart(const char *user) {
    struct slice rest = slice_from(slice_of(user), 1);
    struct slice localpart = {0};
    slice_take_until(&rest, ':', &localpart);
    return utf8_clean(localpart);
}

char *matrix_room_name_of(const struct matrix_room_state *room, const char *user) {
    const char *name = table_get(&room->members, user);
    return name != NULL && name[0] != '\0' ? mem_copy(name) : matrix_localpart(user);
}
