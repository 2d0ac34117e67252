// SPDX-License-Identifier: MIT
#include "net/matrix/api.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "net/matrix/account.h"

enum {
    REASON_BYTES_MAX = 300,
    ID_BYTES_MAX = 255,
    TOKEN_BYTES_MAX = 4096,
    SMALL_BODY_BYTES = 1024 * 1024,
    RETRY_MIN_MS = 100, // whatever the server says
    RETRY_MAX_MS = 60 * 60 * 1000,
};

void matrix_uri_add(struct buf *uri, const char *text) {
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz0123456789-._~";
    static const char hex[] = "0123456789ABCDEF";
    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(unreserved, *c) != NULL) {
            buf_add_char(uri, *c);
        } else {
            unsigned char byte = (unsigned char)*c;
            buf_add(uri, (char[]){'%', hex[byte >> 4], hex[byte & 15]}, 3);
        }
    }
}

struct http_call *matrix_call(struct matrix *matrix,
                              const struct matrix_request *request, http_done_fn *done,
                              void *context) {
    char *url = str_printf("%s/_matrix/client/%s%s", matrix->homeserver, matrix->api,
                           request->path);
    struct http_request http = {
        .method = request->method,
        .url = url,
        .bearer = request->without_token ? NULL : matrix->token,
        .body = request->body,
        .timeout_ms = request->timeout_ms,
        .body_max = request->body_max > 0 ? request->body_max : SMALL_BODY_BYTES,
    };
    struct http_call *call = http_send(matrix->http, &http, done, context);
    free(url);
    return call;
}

static const cJSON *field(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *matrix_json_text(const struct cJSON *object, const char *key) {
    return cJSON_GetStringValue(field(object, key));
}

const struct cJSON *matrix_json_object(const struct cJSON *object, const char *key) {
    const cJSON *item = field(object, key);
    return cJSON_IsObject(item) ? item : NULL;
}

const struct cJSON *matrix_json_array(const struct cJSON *object, const char *key) {
    const cJSON *item = field(object, key);
    return cJSON_IsArray(item) ? item : NULL;
}

bool matrix_json_is_true(const struct cJSON *object, const char *key) {
    return cJSON_IsTrue(field(object, key)) != 0;
}

int64_t matrix_json_number(const struct cJSON *object, const char *key) {
    const cJSON *item = field(object, key);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
        item->valuedouble > 9007199254740992.0) {
        return -1;
    }
    return (int64_t)item->valuedouble;
}

char *matrix_json_print(const struct cJSON *json) {
    char *text = cJSON_PrintUnformatted(json);
    if (text == NULL) {
        abort(); // only for want of memory
    }
    return text;
}

static bool is_clean(const char *text, size_t max) {
    if (strlen(text) > max || strchr(text, ' ') != NULL) {
        return false;
    }
    char *clean = utf8_clean(slice_of(text));
    bool same = strcmp(clean, text) == 0;
    free(clean);
    return same;
}

bool matrix_id_valid(const char *id, char sigil) {
    if (id == NULL || id[0] != sigil || id[1] == '\0') {
        return false;
    }
    return is_clean(id, ID_BYTES_MAX) && (sigil != '@' || strchr(id, ':') != NULL);
}

const char *matrix_json_token(const struct cJSON *object, const char *key) {
    const char *token = matrix_json_text(object, key);
    bool valid = token != NULL && token[0] != '\0' && is_clean(token, TOKEN_BYTES_MAX);
    return valid ? token : NULL;
}

static char *reason_of(const struct matrix_answer *answer,
                       const struct http_answer *http) {
    if (http->status == 0) {
        return mem_copy(http->error);
    }
    const char *words = matrix_json_text(answer->json, "error");
    if (words == NULL) {
        return str_printf("the server answered %ld %s", http->status, answer->code);
    }
    struct slice cut = {words, utf8_prefix(slice_of(words), REASON_BYTES_MAX)};
    char *clean = utf8_clean(cut);
    char *reason = str_printf("%s: %s", answer->code, clean);
    free(clean);
    return reason;
}

// A 4xx without an errcode comes from something in front of the homeserver.
static enum answer_kind kind_of(const struct matrix_answer *answer, long status) {
    if (status == 200) {
        return cJSON_IsObject(answer->json) ? ANSWER_OK : ANSWER_AGAIN;
    }
    if (status < 400 || status >= 500 || status == 429 || answer->code[0] == '\0') {
        return ANSWER_AGAIN;
    }
    bool token = status == 401 && (strcmp(answer->code, "M_UNKNOWN_TOKEN") == 0 ||
                                   strcmp(answer->code, "M_MISSING_TOKEN") == 0);
    return token ? ANSWER_TOKEN : ANSWER_REFUSED;
}

// Retry-After, or the older retry_after_ms of M_LIMIT_EXCEEDED; the longer one.
static int64_t wait_of(const struct matrix_answer *answer,
                       const struct http_answer *http) {
    int64_t in_body_ms = matrix_json_number(answer->json, "retry_after_ms");
    int64_t wait_ms =
        in_body_ms > http->retry_after_ms ? in_body_ms : http->retry_after_ms;
    if (wait_ms <= 0) {
        return -1;
    }
    wait_ms = wait_ms > RETRY_MIN_MS ? wait_ms : RETRY_MIN_MS;
    return wait_ms < RETRY_MAX_MS ? wait_ms : RETRY_MAX_MS;
}

void matrix_answer_read(struct matrix_answer *answer, const struct http_answer *http) {
    *answer = (struct matrix_answer){.wait_ms = -1, .code = ""};
    answer->certificate_refused = http->certificate_refused;
    answer->too_long = http->too_long;
    if (http->status != 0) {
        answer->json = cJSON_ParseWithLength(http->body, http->body_len);
        const char *code = matrix_json_text(answer->json, "errcode");
        answer->code = code != NULL ? code : "";
    }
    answer->kind = kind_of(answer, http->status);
    answer->rate_limited = http->status == 429;
    answer->soft_logout = matrix_json_is_true(answer->json, "soft_logout");
    if (answer->kind != ANSWER_OK) {
        answer->wait_ms = wait_of(answer, http);
        answer->reason = reason_of(answer, http);
    }
}

void matrix_answer_finish(struct matrix_answer *answer) {
    cJSON_Delete(answer->json);
    free(answer->reason);
    *answer = (struct matrix_answer){0};
}
