// SPDX-License-Identifier: MIT
#include "net/matrix/content.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/matrix/api.h"

// An event may have 65,536 bytes (v1.11, "Size limits"); what the server adds to the
// content has its place in the rest.
enum { CONTENT_BYTES_MAX = 60000 };

static void add_text(cJSON *content, const char *before, const char *text,
                     const char *html) {
    char *body = str_printf("%s%s", before, text);
    cJSON_AddStringToObject(content, "msgtype", "m.notice");
    cJSON_AddStringToObject(content, "body", body);
    free(body);
    if (html != NULL) {
        char *formatted = str_printf("%s%s", before, html);
        cJSON_AddStringToObject(content, "format", "org.matrix.custom.html");
        cJSON_AddStringToObject(content, "formatted_body", formatted);
        free(formatted);
    }
}

static void add_mentions(cJSON *content, const char *user) {
    cJSON *mentions = cJSON_AddObjectToObject(content, "m.mentions");
    if (user != NULL) {
        cJSON *users = cJSON_AddArrayToObject(mentions, "user_ids");
        cJSON_AddItemToArray(users, cJSON_CreateString(user));
    }
}

static void relate(cJSON *relation, const char *type, const char *event) {
    cJSON_AddStringToObject(relation, "rel_type", type);
    cJSON_AddStringToObject(relation, "event_id", event);
}

static void add_relation(cJSON *content, const struct target *target) {
    bool is_reply = target->reply_to != NULL;
    if (!is_reply && target->thread == NULL && target->replaces == NULL) {
        return;
    }
    cJSON *relation = cJSON_AddObjectToObject(content, "m.relates_to");
    if (target->replaces != NULL) {
        relate(relation, "m.replace", target->replaces);
        return;
    }
    if (target->thread != NULL) {
        relate(relation, "m.thread", target->thread);
        cJSON_AddBoolToObject(relation, "is_falling_back", is_reply);
    }
    if (is_reply) {
        cJSON *reply = cJSON_AddObjectToObject(relation, "m.in_reply_to");
        cJSON_AddStringToObject(reply, "event_id", target->reply_to);
    }
}

static char *print(const struct target *target, const char *text, const char *html) {
    bool is_edit = target->replaces != NULL;
    cJSON *content = cJSON_CreateObject();
    add_text(content, is_edit ? "* " : "", text, html);
    add_mentions(content, target->mention);
    add_relation(content, target);
    if (is_edit) {
        cJSON *fresh = cJSON_AddObjectToObject(content, "m.new_content");
        add_text(fresh, "", text, html);
        add_mentions(fresh, target->mention);
    }
    char *printed = matrix_json_print(content);
    cJSON_Delete(content);
    return printed;
}

char *matrix_content(const struct target *target, const char *text, const char *html) {
    char *content = print(target, text, html);
    if (html != NULL && strlen(content) > CONTENT_BYTES_MAX) {
        free(content);
        content = print(target, text, NULL);
    }
    return content;
}
