// SPDX-License-Identifier: MIT
#include "net/matrix/login.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/discovery.h"
#include "net/matrix/retry.h"
#include "net/matrix/tokens.h"

enum {
    // A token that is refused so soon is not replaced at once: what takes it back may
    // take back the next one too.
    BRIEF_MS = 10 * 1000,
    REFRESH_AGAIN_MS = 5 * 1000, // after a refresh ahead of time that failed
};

struct matrix_login {
    struct matrix *matrix;
    char *password;
    struct matrix_tokens tokens;
    struct matrix_discovery *discovery;
    struct http_call *call;
    struct matrix_retry retry;
    struct matrix_retry refresh; // ahead of the token's end
    int64_t signed_on_mono_ms;   // 0: not since the last start
    char *said;                  // the failure that was logged last
    bool is_brief;               // the session ends with the looking
    struct http_call *leave;
};

// --- failing ---

static void tell(const struct matrix_login *login, const char *before,
                 const char *reason) {
    struct network *network = &login->matrix->network;
    char *text = str_printf("%s: %s", before, reason);
    network->events->trouble(network->context, network, NULL, text);
    free(text);
}

// Each reason once; the same one again only after a success. False when it was said.
static bool say(struct matrix_login *login, enum log_level level, const char *reason) {
    if (login->said != NULL && strcmp(login->said, reason) == 0) {
        return false;
    }
    free(login->said);
    login->said = mem_copy(reason);
    LOG(level, "sign_on_failed", LOG_S("network", login->matrix->network.name),
        LOG_S("reason", reason));
    return true;
}

// An error for the operator, tried again at the longest wait.
static void fail_for_long(struct matrix_login *login, const char *reason) {
    if (say(login, LOG_ERROR, reason)) {
        tell(login, "I can't sign on", reason);
    }
    matrix_retry_longest(&login->retry);
    matrix_unreached(login->matrix, reason);
}

static void fail_for_now(struct matrix_login *login, const char *reason,
                         int64_t wait_ms) {
    say(login, LOG_WARN, reason);
    matrix_retry_after(&login->retry, wait_ms);
    matrix_unreached(login->matrix, reason);
}

static void fail(struct matrix_login *login, const struct matrix_answer *answer) {
    bool again = answer->kind == ANSWER_AGAIN || answer->kind == ANSWER_OK;
    const char *reason =
        answer->kind == ANSWER_OK ? "the answer lacks a field" : answer->reason;
    if (again && !answer->certificate_refused) {
        fail_for_now(login, reason, answer->wait_ms);
    } else {
        fail_for_long(login, reason);
    }
}

static void plan_refresh(struct matrix_login *login) {
    int64_t wait_ms = matrix_tokens_refresh_in_ms(&login->tokens);
    if (wait_ms >= 0) {
        matrix_retry_after(&login->refresh, wait_ms);
    }
}

static void succeed(struct matrix_login *login, const char *user) {
    struct matrix *matrix = login->matrix;
    if (matrix->own_id == NULL) {
        matrix->own_id = mem_copy(user);
    }
    free(login->said);
    login->said = NULL;
    login->signed_on_mono_ms = clock_mono_ms();
    plan_refresh(login);
    matrix_signed_on(matrix);
}

// --- by password ---

static void on_login(void *context, const struct http_answer *http) {
    struct matrix_login *login = context;
    login->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *device = matrix_json_text(answer.json, "device_id");
    const char *user = matrix_json_text(answer.json, "user_id");
    if (answer.kind == ANSWER_OK && device != NULL && matrix_id_valid(user, '@') &&
        matrix_tokens_set_device(&login->tokens, device) &&
        matrix_tokens_take(&login->tokens, answer.json)) {
        LOG(LOG_INFO, "signed_on", LOG_S("network", login->matrix->network.name),
            LOG_S("user", user), LOG_S("device", device));
        login->is_brief = matrix_only_looks(login->matrix);
        succeed(login, user);
    } else {
        fail(login, &answer);
    }
    matrix_answer_finish(&answer);
}

static char *login_body(const struct matrix_login *login) {
    char *device = matrix_tokens_device(&login->tokens);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "type", "m.login.password");
    cJSON *identifier = cJSON_AddObjectToObject(body, "identifier");
    cJSON_AddStringToObject(identifier, "type", "m.id.user");
    cJSON_AddStringToObject(identifier, "user", login->matrix->user);
    cJSON_AddStringToObject(body, "password", login->password);
    cJSON_AddStringToObject(body, "device_id", device);
    cJSON_AddStringToObject(body, "initial_device_display_name", "usher");
    cJSON_AddBoolToObject(body, "refresh_token", true);
    char *text = matrix_json_print(body);
    cJSON_Delete(body);
    free(device);
    return text;
}

static void post(struct matrix_login *login, const char *path, char *body,
                 http_done_fn *done) {
    struct matrix_request request = {
        .method = "POST", .path = path, .body = body, .timeout_ms = MATRIX_REQUEST_MS};
    login->call = matrix_call(login->matrix, &request, done, login);
    free(body);
}

// v1.11, POST /login. What is left of an earlier sign-on is of no use any more.
static void ask_login(struct matrix_login *login) {
    matrix_tokens_forget(&login->tokens);
    post(login, "/login", login_body(login), on_login);
}

// --- by the token there is ---

// v1.11, "Soft logout": without it the session was ended on purpose, by somebody who
// signed it out or by the server's operator.
static void signed_out(struct matrix_login *login, const struct matrix_answer *answer) {
    if (login->tokens.is_fixed) {
        fail_for_long(login, "the access token is not valid (any more)");
        return;
    }
    bool on_purpose = answer->kind == ANSWER_TOKEN && !answer->soft_logout;
    LOG(on_purpose ? LOG_ERROR : LOG_INFO, "signed_out",
        LOG_S("network", login->matrix->network.name), LOG_S("reason", answer->reason));
    if (on_purpose) {
        tell(login, "My session was ended from outside; I sign on again",
             answer->reason);
    }
    ask_login(login);
}

// A token that belongs to somebody else than the configured user is not used.
static void take_whoami(struct matrix_login *login,
                        const struct matrix_answer *answer) {
    const char *user = matrix_json_text(answer->json, "user_id");
    if (!matrix_id_valid(user, '@')) {
        fail(login, answer);
    } else if (strcmp(user, login->matrix->user) == 0) {
        LOG(LOG_INFO, "token_reused", LOG_S("network", login->matrix->network.name),
            LOG_S("user", user));
        succeed(login, user);
    } else if (login->tokens.is_fixed) {
        fail_for_long(login, "the access token belongs to another user");
    } else {
        matrix_tokens_set_device(&login->tokens, NULL);
        ask_login(login);
    }
}

static void ask_refresh(struct matrix_login *login, http_done_fn *done);
static void on_late_refresh(void *context, const struct http_answer *http);

static void on_whoami(void *context, const struct http_answer *http) {
    struct matrix_login *login = context;
    login->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind == ANSWER_OK) {
        take_whoami(login, &answer);
    } else if (answer.kind != ANSWER_TOKEN) {
        fail(login, &answer);
    } else if (answer.soft_logout && login->tokens.refresh != NULL) {
        ask_refresh(login, on_late_refresh);
    } else {
        signed_out(login, &answer);
    }
    matrix_answer_finish(&answer);
}

// v1.11, GET /account/whoami.
static void ask_whoami(struct matrix_login *login) {
    struct matrix_request request = {
        .method = "GET", .path = "/account/whoami", .timeout_ms = MATRIX_REQUEST_MS};
    login->call = matrix_call(login->matrix, &request, on_whoami, login);
}

// --- refreshing it ---

// v1.11, POST /refresh.
static void ask_refresh(struct matrix_login *login, http_done_fn *done) {
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "refresh_token", login->tokens.refresh);
    char *text = matrix_json_print(body);
    cJSON_Delete(body);
    post(login, "/refresh", text, done);
}

// False where nothing came of it but may later. A refresh token that is refused is the
// end of the session.
static bool take_refresh(struct matrix_login *login,
                         const struct matrix_answer *answer) {
    if (answer->kind == ANSWER_TOKEN || answer->kind == ANSWER_REFUSED) {
        signed_out(login, answer);
        return true;
    }
    if (answer->kind != ANSWER_OK ||
        !matrix_tokens_take(&login->tokens, answer->json)) {
        return false;
    }
    LOG(LOG_INFO, "token_refreshed", LOG_S("network", login->matrix->network.name));
    ask_whoami(login);
    return true;
}

// After the token's end.
static void on_late_refresh(void *context, const struct http_answer *http) {
    struct matrix_login *login = context;
    login->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (!take_refresh(login, &answer)) {
        fail(login, &answer);
    }
    matrix_answer_finish(&answer);
}

// Before it: the old token is still good.
static void on_early_refresh(void *context, const struct http_answer *http) {
    struct matrix_login *login = context;
    login->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (!take_refresh(login, &answer)) {
        matrix_retry_after(&login->refresh, answer.wait_ms > REFRESH_AGAIN_MS
                                                ? answer.wait_ms
                                                : REFRESH_AGAIN_MS);
    }
    matrix_answer_finish(&answer);
}

// A sign-on that is under way plans the next one itself.
static void on_refresh_due(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct matrix_login *login = context;
    if (login->call == NULL && !matrix_retry_is_waiting(&login->retry) &&
        login->tokens.refresh != NULL) {
        ask_refresh(login, on_early_refresh);
    }
}

// --- starting and stopping ---

// Whether it was signed on for a moment only; then it waits first.
static bool was_brief(struct matrix_login *login) {
    int64_t since_ms = login->signed_on_mono_ms;
    login->signed_on_mono_ms = 0;
    if (since_ms != 0 && clock_mono_ms() - since_ms < BRIEF_MS) {
        matrix_retry_after(&login->retry, -1);
        return true;
    }
    if (since_ms != 0) {
        matrix_retry_reset(&login->retry);
    }
    return false;
}

void matrix_login_start(struct matrix_login *login) {
    const struct matrix *matrix = login->matrix;
    if (login->call != NULL || matrix_retry_is_waiting(&login->retry) ||
        was_brief(login)) {
        return;
    }
    matrix_tokens_load(&login->tokens);
    if (matrix->api == NULL) {
        matrix_discovery_start(login->discovery);
    } else if (matrix->token != NULL) {
        ask_whoami(login);
    } else {
        ask_login(login);
    }
}

static void on_discovered(void *context, const char *reason, bool again,
                          int64_t wait_ms) {
    struct matrix_login *login = context;
    if (reason == NULL) {
        matrix_login_start(login);
    } else if (again) {
        fail_for_now(login, reason, wait_ms);
    } else {
        fail_for_long(login, reason);
    }
}

void matrix_login_begin(struct matrix_login *login) {
    matrix_retry_now(&login->retry);
}

void matrix_login_retry(struct matrix_login *login) {
    if (matrix_retry_is_waiting(&login->retry)) {
        matrix_retry_now(&login->retry);
    }
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
    login->tokens.matrix = matrix;
    login->tokens.is_fixed = options->access_token != NULL;
    login->password = mem_copy(options->password != NULL ? options->password : "");
    matrix->token = mem_copy(options->access_token);
    login->discovery = matrix_discovery_create(matrix, on_discovered, login);
    matrix_retry_init(&login->retry, matrix->base, on_retry, login);
    matrix_retry_init(&login->refresh, matrix->base, on_refresh_due, login);
    return login;
}

void matrix_login_stop(struct matrix_login *login) {
    http_cancel(login->call);
    login->call = NULL;
    matrix_discovery_stop(login->discovery);
    matrix_retry_reset(&login->retry);
    matrix_retry_reset(&login->refresh);
}

static void on_left(void *context, const struct http_answer *http) {
    (void)http; // where it failed the device stays, as after a crash
    struct matrix_login *login = context;
    login->leave = NULL;
}

// v1.11, POST /logout.
void matrix_login_leave(struct matrix_login *login) {
    if (!login->is_brief) {
        return;
    }
    login->is_brief = false;
    struct matrix_request request = {.method = "POST",
                                     .path = "/logout",
                                     .body = "{}",
                                     .timeout_ms = MATRIX_REQUEST_MS};
    login->leave = matrix_call(login->matrix, &request, on_left, login);
}

bool matrix_login_is_leaving(const struct matrix_login *login) {
    return login->leave != NULL;
}

void matrix_login_destroy(struct matrix_login *login) {
    if (login == NULL) {
        return;
    }
    matrix_login_stop(login);
    http_cancel(login->leave);
    matrix_discovery_destroy(login->discovery);
    matrix_retry_finish(&login->retry);
    matrix_retry_finish(&login->refresh);
    matrix_tokens_finish(&login->tokens);
    free(login->password);
    free(login->said);
    free(login);
}
