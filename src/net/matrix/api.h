// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_API_H
#define USHER_NET_MATRIX_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "fetch/http.h"

struct cJSON;
struct matrix;

// One request to the homeserver and what its answer means (client-server API
// v1.11, "API standards"), and fields of JSON that are only had when they have
// the right type. Nothing of an answer is trusted before it went through here.

// Appends the text with all but unreserved characters percent-encoded (RFC 3986
// 2.3), so that it is one segment of a path or one value of a query.
void matrix_uri_add(struct buf *uri, const char *text);

struct matrix_request {
    const char *method;
    const char *path; // after /_matrix/client/v3 (or r0), encoded
    const char *body; // JSON, or NULL
    int64_t timeout_ms;
    size_t body_max;
    bool without_token; // to sign on
};

// Sends it. `done` as in fetch/http.h.
struct http_call *matrix_call(struct matrix *matrix,
                              const struct matrix_request *request, http_done_fn *done,
                              void *context);

enum answer_kind {
    ANSWER_OK,      // 200 and a JSON object
    ANSWER_AGAIN,   // no answer, 5xx, 429, or not the words of a homeserver
    ANSWER_TOKEN,   // the access token is not valid (any more)
    ANSWER_REFUSED, // it will never do this
};

struct matrix_answer {
    enum answer_kind kind;
    struct cJSON *json; // owned; NULL when there is none
    const char *code;   // errcode, "" when there is none; borrowed from json
    char *reason;       // why it is not OK, one sentence
    int64_t wait_ms;    // how long the server asks to wait; -1: did not
    bool rate_limited;
    bool certificate_refused;
    bool too_long;
    bool soft_logout; // of ANSWER_TOKEN: the device is kept, a refresh may help
};

void matrix_answer_read(struct matrix_answer *answer, const struct http_answer *http);
void matrix_answer_finish(struct matrix_answer *answer);

// NULL where the object is NULL, or has no such field, or not of that type.
const char *matrix_json_text(const struct cJSON *object, const char *key);
const struct cJSON *matrix_json_object(const struct cJSON *object, const char *key);
const struct cJSON *matrix_json_array(const struct cJSON *object, const char *key);
bool matrix_json_is_true(const struct cJSON *object, const char *key);

// -1 where it is not a number from 0 to 2^53.
int64_t matrix_json_number(const struct cJSON *object, const char *key);

// A place in a stream of events: opaque, but to be kept and asked for again. NULL
// where it is empty, longer than 4,096 bytes, or has a blank or control character.
const char *matrix_json_token(const struct cJSON *object, const char *key);

// As one line; the caller frees.
char *matrix_json_print(const struct cJSON *json);

// Whether it can be an id of that kind: '@' user, '!' room, '$' event; at most 255
// bytes, no blank or control character (appendices, "Identifier grammar").
bool matrix_id_valid(const char *id, char sigil);

#endif
