// SPDX-License-Identifier: MIT
#include "net/matrix/filter.h"

#include <cjson/cJSON.h>
#include <stddef.h>

#include "net/matrix/api.h"

// A replacement is followed where it was said, behind what was said before it; so at
// the start it is none of what a room is.
enum use { IN_TIMELINE = 1, IN_STATE = 2, IN_HISTORY = 4, IN_ROOM = 8, IN_PLACE = 16 };

static const struct used_type {
    const char *type;
    unsigned use;
} used_types[] = {
    {"m.room.message", IN_TIMELINE | IN_HISTORY},
    {"m.reaction", IN_TIMELINE | IN_HISTORY},
    {"m.room.redaction", IN_TIMELINE | IN_HISTORY},
    {"m.room.encrypted", IN_TIMELINE},
    {"m.room.member", IN_TIMELINE | IN_STATE | IN_HISTORY},
    {"m.room.create", IN_TIMELINE | IN_STATE | IN_ROOM},
    {"m.room.power_levels", IN_TIMELINE | IN_STATE | IN_ROOM},
    {"m.room.encryption", IN_TIMELINE | IN_STATE | IN_ROOM},
    {"m.room.tombstone", IN_TIMELINE | IN_STATE | IN_PLACE},
};

static void add_types(cJSON *filter, unsigned use) {
    cJSON *types = cJSON_AddArrayToObject(filter, "types");
    for (size_t i = 0; i < sizeof used_types / sizeof *used_types; i++) {
        if ((used_types[i].use & use) != 0) {
            cJSON_AddItemToArray(types, cJSON_CreateString(used_types[i].type));
        }
    }
    cJSON_AddBoolToObject(filter, "lazy_load_members", true);
}

static void add_nothing_of(cJSON *filter, const char *part) {
    cJSON *types =
        cJSON_AddArrayToObject(cJSON_AddObjectToObject(filter, part), "not_types");
    cJSON_AddItemToArray(types, cJSON_CreateString("*"));
}

static char *print(cJSON *filter) {
    char *text = matrix_json_print(filter);
    cJSON_Delete(filter);
    return text;
}

char *matrix_filter_sync(int timeline_limit, const char *without) {
    cJSON *filter = cJSON_CreateObject();
    add_nothing_of(filter, "presence");
    cJSON *data = cJSON_AddArrayToObject(
        cJSON_AddObjectToObject(filter, "account_data"), "types");
    cJSON_AddItemToArray(data, cJSON_CreateString("m.direct"));
    cJSON *room = cJSON_AddObjectToObject(filter, "room");
    add_nothing_of(room, "account_data");
    add_nothing_of(room, "ephemeral");
    add_types(cJSON_AddObjectToObject(room, "state"), IN_STATE);
    cJSON *timeline = cJSON_AddObjectToObject(room, "timeline");
    add_types(timeline, IN_TIMELINE);
    cJSON_AddNumberToObject(timeline, "limit", timeline_limit);
    if (without != NULL) {
        cJSON_AddItemToArray(cJSON_AddArrayToObject(timeline, "not_senders"),
                             cJSON_CreateString(without));
    }
    return print(filter);
}

char *matrix_filter_state(const char *const *rooms, size_t count, bool replaced) {
    cJSON *filter = cJSON_CreateObject();
    add_nothing_of(filter, "presence");
    add_nothing_of(filter, "account_data");
    cJSON *room = cJSON_AddObjectToObject(filter, "room");
    cJSON *named = cJSON_AddArrayToObject(room, "rooms");
    for (size_t i = 0; i < count; i++) {
        cJSON_AddItemToArray(named, cJSON_CreateString(rooms[i]));
    }
    add_nothing_of(room, "account_data");
    add_nothing_of(room, "ephemeral");
    add_nothing_of(room, "timeline");
    add_types(cJSON_AddObjectToObject(room, "state"),
              IN_ROOM | (replaced ? IN_PLACE : 0));
    return print(filter);
}

char *matrix_filter_history(void) {
    cJSON *filter = cJSON_CreateObject();
    add_types(filter, IN_HISTORY);
    return print(filter);
}
