// SPDX-License-Identifier: MIT
#include "formats/questions_json.h"

#include <cjson/cJSON.h>

#include "base/civil.h"
#include "formats/json_text.h"
#include "store/questions.h"

struct writer {
    struct store *store;
    const char *workshop;
    cJSON *questions;
    enum err err;
};

static void add_time(cJSON *object, const char *key, int64_t at_ms) {
    struct buf text = {0};
    civil_add_rfc3339(&text, at_ms);
    cJSON_AddStringToObject(object, key, buf_str(&text));
    buf_finish(&text);
}

static void add_optional(cJSON *object, const char *key, const char *text) {
    if (text != NULL) {
        cJSON_AddStringToObject(object, key, text);
    } else {
        cJSON_AddNullToObject(object, key);
    }
}

static void add_history(void *context, const struct history_entry *entry) {
    cJSON *history = context;
    cJSON *item = cJSON_CreateObject();
    add_time(item, "at", entry->at_ms);
    cJSON_AddStringToObject(item, "by", entry->actor);
    cJSON_AddStringToObject(item, "action", entry->action);
    add_optional(item, "from", entry->from);
    cJSON_AddStringToObject(item, "to", entry->to);
    cJSON_AddItemToArray(history, item);
}

static void add_question(void *context, const struct question *question) {
    struct writer *writer = context;
    cJSON *item = cJSON_CreateObject();
    cJSON_AddNumberToObject(item, "number", (double)question->number);
    cJSON_AddNumberToObject(item, "session", (double)question->session);
    cJSON_AddStringToObject(item, "state", question_state_name(question->state));
    cJSON_AddStringToObject(item, "text", question->text);
    cJSON_AddStringToObject(item, "original_text", question->original_text);
    cJSON *asker = cJSON_AddObjectToObject(item, "asker");
    cJSON_AddStringToObject(asker, "name", question->asker_name);
    cJSON_AddStringToObject(asker, "network", question->asker_network);
    cJSON_AddBoolToObject(item, "anonymous", false);
    cJSON_AddNumberToObject(item, "votes", (double)question->votes);
    cJSON_AddArrayToObject(item, "labels");
    cJSON_AddNullToObject(item, "merged_into");
    add_optional(item, "reason", question->reason);
    add_optional(item, "answer", question->answer);
    add_time(item, "asked", question->asked_ms);
    cJSON *history = cJSON_AddArrayToObject(item, "history");
    enum err err = questions_history(writer->store, writer->workshop, question->number,
                                     add_history, history);
    writer->err = writer->err == OK ? err : writer->err;
    cJSON_AddItemToArray(writer->questions, item);
}

enum err questions_json_write(struct store *store, const char *workshop,
                              int64_t exported_ms, struct buf *out) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "version", 1);
    cJSON_AddStringToObject(root, "workshop", workshop);
    add_time(root, "exported", exported_ms);
    struct writer writer = {store, workshop, cJSON_AddArrayToObject(root, "questions"),
                            OK};
    enum err err = questions_all(store, workshop, add_question, &writer);
    enum err printed = json_text_take(root, out);
    if (err == OK) {
        err = writer.err;
    }
    return err != OK ? err : printed;
}
