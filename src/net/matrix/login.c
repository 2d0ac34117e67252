// SPDX-License-Identifier: MIT
#include "net/matrix/login.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/retry.h"

// Keys of what is kept.
static const char KEY_TOKEN[] = "access_token";
static const char KEY_DEVICE[] = "device_id";

enum { TOKEN_BYTES_MAX = 4096, DEVICE_BYTES_MAX = 255 };

struct matrix_login {
    struct matrix *matrix;
    char *password;   // NULL: the token is from the configuration
    bool token_fixed; // likewise
    struct http_call *call;
    struct matrix_retry retry;
    char *said; // the failure that was logged last
};

static char *load(const struct matrix_login *login, const char *key) {
    const struct network *network = &login->matrix->network;
    return network->events->recall(network->context, network, key);
}

static void save(const struct matrix_login *login, const char *key, const char *value) {
    const struct network *network = &login->matrix->network;
    network->events->remember(network->context, network, key, value);
}

// Tokens and device ids go into headers and JSON: printable ASCII only.
static bool is_plain(const char *text, size_t max) {
    if (text == NULL || text[0] == '\0' || strlen(text) > max) {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return false;
        }
    }
    return true;
}

static void forget_token(struct matrix_login *login) {
    free(login->matrix->token);
    login->matrix->token = NULL;
    if (!login->token_fixed) {
        save(login, KEY_TOKEN, NULL);
    }
}

// Each reason once; the same one again only after a success.
static void say(struct matrix_login *login, enum log_level level, const char *reason) {
    if (login->said != NULL && strcmp(login->said, reason) == 0) {
        return;
    }
    free(login->said);
    login->said = mem_copy(reason);
    LOG(level, "sign_on_failed", LOG_S("network", login->matrix->network.name),
        LOG_S("reason", reason));
}

// An error for the operator, tried again at the longest wait.
static void fail_for_long(struct matrix_login *login, const char *reason) {
    say(login, LOG_ERROR, reason);
    matrix_retry_longest(&login->retry);
    matrix_unreached(login->matrix);
}

static void fail(struct matrix_login *login, const struct matrix_answer *answer) {
    bool again = answer->kind == ANSWER_AGAIN;
    const char *reason =
        answer->kind == ANSWER_OK ? "the answer lacks a field" : answer->reason;
    if (answer->certificate_refused || (!again && answer->kind != ANSWER_OK)) {
        fail_for_long(login, reason);
        return;
    }
    say(login, LOG_WARN, reason);
    matrix_retry_after(&login->retry, answer->wait_ms);
    matrix_unreached(login->matrix);
}

static void succeed(struct matrix_login *login, const char *user) {
    struct matrix *matrix = login->matrix;
    if (matrix->own_id == NULL) {
        matrix->own_id = mem_copy(user);
    }
    free(login->said);
    login->said = NULL;
    matrix_retry_reset(&login->retry);
    matrix_signed_on(matrix);
}

static void on_login(void *context, const struct http_answer *http) {
    struct matrix_login *login = context;
    login->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *token = matrix_json_text(answer.json, "access_token");
    const char *device = matrix_json_text(answer.json, "device_id");
    const char *user = matrix_json_text(answer.json, "user_id");
    if (answer.kind == ANSWER_OK && is_plain(token, TOKEN_BYTES_MAX) &&
        is_plain(device, DEVICE_BYTES_MAX) && matrix_id_valid(user, '@')) {
        login->matrix->token = mem_copy(token);
        save(login, KEY_DEVICE, device);
        save(login, KEY_TOKEN, token);
        LOG(LOG_INFO, "signed_on", LOG_S("network", login->matrix->network.name),
            LOG_S("user", user), LOG_S("device", device));
        succeed(login, user);
    } else {
        fail(login, &answer);
    }
    matrix_answer_finish(&answer);
}

// The device's id; a new one is kept before the server sees it, so that a crash
// on the way does not leave a second device behind.
static char *device_id(struct matrix_login *login) {
    char *kept = load(login, KEY_DEVICE);
    if (is_plain(kept, DEVICE_BYTES_MAX)) {
        return kept;
    }
    free(kept);
    unsigned char random[8] = {0};
    if (getrandom(random, sizeof random, 0) != sizeof random) {
        abort(); // never on Linux for so few bytes
    }
    struct buf id = {0};
    buf_add_str(&id, "USHER");
    for (size_t i = 0; i < sizeof random; i++) {
        buf_printf(&id, "%02X", (unsigned)random[i]);
    }
    save(login, KEY_DEVICE, buf_str(&id));
    return buf_take(&id);
}

static char *login_body(struct matrix_login *login) {
    char *device = device_id(login);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "type", "m.login.password");
    cJSON *identifier = cJSON_AddObjectToObject(body, "identifier");
    cJSON_AddStringToObject(identifier, "type", "m.id.user");
    cJSON_AddStringToObject(identifier, "user", login->matrix->user);
    cJSON_AddStringToObject(body, "password", login->password);
    cJSON_AddStringToObject(body, "device_id", device);
    cJSON_AddStringToObject(body, "initial_device_display_name", "usher");
    char *text = matrix_json_print(body);
    cJSON_Delete(body);
    free(device);
    return text;
}

// v1.11, POST /login.
static void ask_login(struct matrix_login *login) {
    char *body = login_body(login);
    struct matrix_request request = {.method = "POST",
                                     .path = "/login",
                                     .body = body,
                                     .timeout_ms = MATRIX_REQUEST_MS};
    login->call = matrix_call(login->matrix, &request, on_login, login);
    free(body);
}

// A token that belongs to somebody else than the configured user is not used.
static void take_whoami(struct matrix_login *login,
                        const struct matrix_answer *answer) {
    const char *user = matrix_json_text(answer->json, "user_id");
    if (!matrix_id_valid(user, '@')) {
        fail(login, answer);
        return;
    }
    if (strcmp(user, login->matrix->user) == 0) {
        LOG(LOG_INFO, "token_reused", LOG_S("network", login->matrix->network.name),
            LOG_S("user", user));
        succeed(login, user);
        return;
    }
    if (login->token_fixed) {
        fail_for_long(login, "the access token belongs to another user");
        return;
    }
    forget_token(login);
    save(login, KEY_DEVICE, NULL);
    ask_login(login);
}

static void on_whoami(void *context, const struct http_answer *http) {
    struct matrix_login *login = context;
    login->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind == ANSWER_OK) {
        take_whoami(login, &answer);
    } else if (answer.kind == ANSWER_TOKEN && !login->token_fixed) {
        forget_token(login);
        ask_login(login);
    } else {
        fail(login, &answer);
    }
    matrix_answer_finish(&answer);
}

// v1.11, GET /account/whoami.
static void ask_whoami(struct matrix_login *login) {
    struct matrix_request request = {
        .method = "GET", .path = "/account/whoami", .timeout_ms = MATRIX_REQUEST_MS};
    login->call = matrix_call(login->matrix, &request, on_whoami, login);
}

void matrix_login_start(struct matrix_login *login) {
    if (login->call != NULL || matrix_retry_is_waiting(&login->retry)) {
        return;
    }
    struct matrix *matrix = login->matrix;
    if (matrix->token == NULL && !login->token_fixed) {
        matrix->token = load(login, KEY_TOKEN);
        if (!is_plain(matrix->token, TOKEN_BYTES_MAX)) {
            free(matrix->token);
            matrix->token = NULL;
        }
    }
    if (matrix->token != NULL) {
        ask_whoami(login);
    } else {
        ask_login(login);
    }
}

void matrix_login_begin(struct matrix_login *login) {
    matrix_retry_now(&login->retry);
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    matrix_login_start(context);
}

struct matrix_login *matrix_login_create(struct matrix *matrix,
                                         const struct matrix_options *options) {
    struct matrix_login *login = mem_alloc(1, sizeof *login);
    login->matrix = matrix;
    login->token_fixed = options->access_token != NULL;
    login->password = mem_copy(options->password != NULL ? options->password : "");
    matrix->token = mem_copy(options->access_token);
    matrix_retry_init(&login->retry, matrix->base, on_retry, login);
    return login;
}

void matrix_login_stop(struct matrix_login *login) {
    http_cancel(login->call);
    login->call = NULL;
    matrix_retry_reset(&login->retry);
}

void matrix_login_destroy(struct matrix_login *login) {
    if (login == NULL) {
        return;
    }
    matrix_login_stop(login);
    matrix_retry_finish(&login->retry);
    free(login->matrix->token);
    login->matrix->token = NULL;
    free(login->password);
    free(login->said);
    free(login);
}
