// SPDX-License-Identifier: MIT
#include "net/matrix/direct_data.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/retry.h"

enum { DATA_BYTES = 16 << 20 };

struct matrix_direct_data {
    struct matrix *matrix;
    void (*known)(void *context);
    void *context;
    cJSON *content; // NULL until it is known
    struct http_call *load_call, *save_call;
    struct matrix_retry load_retry, save_retry;
    bool dirty; // has to be put
};

static char *data_path(const struct matrix_direct_data *data) {
    struct buf path = {0};
    buf_add_str(&path, "/user/");
    matrix_uri_add(&path, data->matrix->own_id);
    buf_add_str(&path, "/account_data/m.direct");
    return buf_take(&path);
}

// --- keeping ---

static void put(struct matrix_direct_data *data);

static void on_saved(void *context, const struct http_answer *http) {
    struct matrix_direct_data *data = context;
    data->save_call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind == ANSWER_OK) {
        matrix_retry_reset(&data->save_retry);
        put(data);
    } else if (answer.kind == ANSWER_REFUSED) {
        LOG(LOG_WARN, "direct_rooms_not_kept", LOG_S("reason", answer.reason));
    } else {
        data->dirty = true;
        matrix_retry_after(&data->save_retry, answer.wait_ms);
    }
    matrix_answer_finish(&answer);
}

// v1.11, PUT /user/{userId}/account_data/{type}.
static void put(struct matrix_direct_data *data) {
    if (!data->dirty || data->save_call != NULL) {
        return;
    }
    data->dirty = false;
    char *path = data_path(data);
    char *body = matrix_json_print(data->content);
    struct matrix_request request = {
        .method = "PUT", .path = path, .body = body, .timeout_ms = MATRIX_REQUEST_MS};
    data->save_call = matrix_call(data->matrix, &request, on_saved, data);
    free(body);
    free(path);
}

static void on_save_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    put(context);
}

// --- reading and changing ---

bool matrix_direct_data_is_known(const struct matrix_direct_data *data) {
    return data->content != NULL;
}

static const cJSON *rooms_of(const struct matrix_direct_data *data, const char *user) {
    return matrix_json_array(data->content, user);
}

const char *matrix_direct_data_room(const struct matrix_direct_data *data,
                                    const char *user, int n) {
    const cJSON *rooms = rooms_of(data, user);
    int count = rooms != NULL ? cJSON_GetArraySize(rooms) : 0;
    return n < count ? cJSON_GetStringValue(cJSON_GetArrayItem(rooms, count - 1 - n))
                     : NULL;
}

static int index_of(const cJSON *rooms, const char *room) {
    int index = 0;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, rooms) {
        const char *text = cJSON_GetStringValue(item);
        if (text != NULL && strcmp(text, room) == 0) {
            return index;
        }
        index++;
    }
    return -1;
}

bool matrix_direct_data_has(const struct matrix_direct_data *data, const char *user,
                            const char *room) {
    return index_of(rooms_of(data, user), room) >= 0;
}

void matrix_direct_data_remove(struct matrix_direct_data *data, const char *room) {
    cJSON *rooms = NULL;
    cJSON_ArrayForEach(rooms, data->content) {
        int index = index_of(rooms, room);
        if (index >= 0) {
            cJSON_DeleteItemFromArray(rooms, index);
            data->dirty = true;
        }
    }
    put(data);
}

void matrix_direct_data_add(struct matrix_direct_data *data, const char *user,
                            const char *room) {
    if (data->content == NULL || matrix_direct_data_has(data, user, room)) {
        return;
    }
    cJSON *rooms = cJSON_GetObjectItemCaseSensitive(data->content, user);
    if (!cJSON_IsArray(rooms)) {
        cJSON_DeleteItemFromObjectCaseSensitive(data->content, user);
        rooms = cJSON_AddArrayToObject(data->content, user);
    }
    cJSON_AddItemToArray(rooms, cJSON_CreateString(room));
    data->dirty = true;
    put(data);
}

// --- loading ---

static void take(struct matrix_direct_data *data, cJSON *content) {
    bool first = data->content == NULL;
    cJSON_Delete(data->content);
    data->content = content;
    if (first) {
        data->known(data->context);
    }
}

void matrix_direct_data_set(struct matrix_direct_data *data, const char *json) {
    cJSON *content = cJSON_Parse(json);
    bool own_change = data->dirty || data->save_call != NULL;
    if (!cJSON_IsObject(content) || own_change) {
        cJSON_Delete(content);
        return;
    }
    take(data, content);
}

// Without them nobody is written to, rather than everybody in a new room.
static void not_loaded(struct matrix_direct_data *data,
                       const struct matrix_answer *answer) {
    if (answer->too_long) {
        LOG(LOG_ERROR, "direct_rooms_unknown",
            LOG_S("network", data->matrix->network.name),
            LOG_S("reason", "the account data m.direct is longer than 16 MiB"));
        matrix_retry_longest(&data->load_retry);
    } else {
        matrix_retry_after(&data->load_retry, answer->wait_ms);
    }
}

static void on_loaded(void *context, const struct http_answer *http) {
    struct matrix_direct_data *data = context;
    data->load_call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (data->content != NULL) {
        matrix_retry_reset(&data->load_retry); // a synchronisation was faster
    } else if (answer.kind == ANSWER_OK) {
        take(data, cJSON_Duplicate(answer.json, true));
    } else if (answer.kind == ANSWER_REFUSED) {
        take(data, cJSON_CreateObject());
    } else {
        not_loaded(data, &answer);
    }
    matrix_answer_finish(&answer);
}

// v1.11, GET /user/{userId}/account_data/{type}; 404 where there is none.
void matrix_direct_data_start(struct matrix_direct_data *data) {
    char *path = data_path(data);
    struct matrix_request request = {.method = "GET",
                                     .path = path,
                                     .timeout_ms = MATRIX_REQUEST_MS,
                                     .body_max = DATA_BYTES};
    data->load_call = matrix_call(data->matrix, &request, on_loaded, data);
    free(path);
}

static void on_load_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    matrix_direct_data_start(context);
}

struct matrix_direct_data *matrix_direct_data_create(struct matrix *matrix,
                                                     void (*known)(void *context),
                                                     void *context) {
    struct matrix_direct_data *data = mem_alloc(1, sizeof *data);
    data->matrix = matrix;
    data->known = known;
    data->context = context;
    matrix_retry_init(&data->load_retry, matrix->base, on_load_retry, data);
    matrix_retry_init(&data->save_retry, matrix->base, on_save_retry, data);
    return data;
}

void matrix_direct_data_stop(struct matrix_direct_data *data) {
    http_cancel(data->load_call);
    http_cancel(data->save_call);
    data->load_call = data->save_call = NULL;
    matrix_retry_reset(&data->load_retry);
    matrix_retry_reset(&data->save_retry);
}

void matrix_direct_data_destroy(struct matrix_direct_data *data) {
    if (data == NULL) {
        return;
    }
    matrix_direct_data_stop(data);
    matrix_retry_finish(&data->load_retry);
    matrix_retry_finish(&data->save_retry);
    cJSON_Delete(data->content);
    free(data);
}
