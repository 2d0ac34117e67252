// SPDX-License-Identifier: MIT
#include "net/matrix/power.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/slice.h"
#include "net/matrix/api.h"

enum {
    OPERATOR_LEVEL = 50,
    VERSION_INTEGERS = 10, // from here on levels are integers only
    VERSION_SENDER = 11,   // the creator is who sent m.room.create
    VERSION_CREATORS = 12, // creators have an infinite level
    VERSION_LAST = 12,
};

// Values of the tables.
static char by_number[] = "number";
static char by_string[] = "string";
static char may_speak[] = "speaks";
static char is_mute[] = "mute";

void matrix_power_finish(struct matrix_power *power) {
    table_finish(&power->creators);
    table_finish(&power->named);
    table_finish(&power->voices);
    *power = (struct matrix_power){0};
}

static int version_of(const cJSON *content) {
    const char *text = matrix_json_text(content, "room_version");
    int64_t version = 0;
    if (text == NULL) {
        return 1; // as it was before there were others
    }
    bool known = slice_to_number(slice_of(text), &version) && version >= 1 &&
                 version <= VERSION_LAST;
    return known ? (int)version : 0;
}

static void add_creator(struct matrix_power *power, const char *user) {
    if (matrix_id_valid(user, '@')) {
        table_set(&power->creators, user, by_number);
    }
}

void matrix_power_set_create(struct matrix_power *power, const char *sender,
                             const struct cJSON *content) {
    table_finish(&power->creators);
    power->is_known = true;
    power->version = version_of(content);
    if (power->version == 0) {
        return;
    }
    add_creator(power, power->version < VERSION_SENDER
                           ? matrix_json_text(content, "creator")
                           : sender);
    if (power->version >= VERSION_CREATORS) {
        const cJSON *user = NULL;
        cJSON_ArrayForEach(user, matrix_json_array(content, "additional_creators")) {
            add_creator(power, cJSON_GetStringValue(user));
        }
    }
}

// One integer in base 10, with a sign, leading zeros and blanks around it if need be
// (room version 1, "Historical string power levels"); anything else is no level.
static bool string_to_level(const char *text, int64_t *level) {
    struct slice digits = slice_trim(slice_of(text));
    if (digits.len > 0 && digits.data[0] == '+') {
        digits = slice_from(digits, 1);
    }
    while (digits.len > 1 && digits.data[0] == '0') {
        digits = slice_from(digits, 1);
    }
    return slice_to_number(digits, level);
}

static bool string_is_operator(const char *text) {
    int64_t level = 0;
    return string_to_level(text, &level) && level >= OPERATOR_LEVEL;
}

// However it is written: of what is not valid in a room the server does not tell.
static double level_of(const cJSON *object, const char *key, double fallback) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    const char *text = cJSON_GetStringValue(value);
    int64_t level = 0;
    if (cJSON_IsNumber(value)) {
        return value->valuedouble;
    }
    return text != NULL && string_to_level(text, &level) ? (double)level : fallback;
}

static void set_voices(struct matrix_power *power, const struct cJSON *content) {
    double needed = level_of(matrix_json_object(content, "events"), "m.room.message",
                             level_of(content, "events_default", 0));
    double level_of_others = level_of(content, "users_default", 0);
    const cJSON *users = matrix_json_object(content, "users");
    table_finish(&power->voices);
    power->mutes = level_of_others < needed;
    const cJSON *user = NULL;
    cJSON_ArrayForEach(user, users) {
        double level = level_of(users, user->string, level_of_others);
        table_set(&power->voices, user->string, level < needed ? is_mute : may_speak);
    }
}

void matrix_power_set_levels(struct matrix_power *power, const struct cJSON *content) {
    table_finish(&power->named);
    power->has_levels = true;
    set_voices(power, content);
    const cJSON *level = NULL;
    cJSON_ArrayForEach(level, matrix_json_object(content, "users")) {
        const char *text = cJSON_GetStringValue(level);
        if (cJSON_IsNumber(level) && level->valuedouble >= OPERATOR_LEVEL) {
            table_set(&power->named, level->string, by_number);
        } else if (text != NULL && string_is_operator(text)) {
            table_set(&power->named, level->string, by_string);
        }
    }
}

static bool is_creator(const struct matrix_power *power, const char *user) {
    return table_get(&power->creators, user) != NULL;
}

bool matrix_power_is_operator(const struct matrix_power *power, const char *user) {
    if (!power->is_known) {
        return false;
    }
    if (power->version >= VERSION_CREATORS && is_creator(power, user)) {
        return true;
    }
    if (!power->has_levels) {
        return is_creator(power, user);
    }
    const char *how = table_get(&power->named, user);
    bool strings = power->version >= 1 && power->version < VERSION_INTEGERS;
    return how == by_number || (how == by_string && strings);
}

bool matrix_power_may_speak(const struct matrix_power *power, const char *user) {
    if (!power->has_levels ||
        (power->version >= VERSION_CREATORS && is_creator(power, user))) {
        return true;
    }
    const char *voice = table_get(&power->voices, user);
    return voice != NULL ? voice == may_speak : !power->mutes;
}
