// SPDX-License-Identifier: MIT
#include "fake_server.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "expect.h"
#include "fetch/http.h"

enum { EVENT_BYTES_MAX = 65536, WAITING_MAX = 128 };

struct http {
    struct http_call *first; // the oldest
    struct http_call **end;
};

struct http_call {
    struct http *http;
    struct http_call *next;
    char *path; // behind the API's prefix, encoded
    size_t body_max;
    http_done_fn *done;
    void *context;
};

static struct http *server; // the one that is there
static size_t asked;

struct http *http_create(struct event_base *base, const struct http_options *options) {
    (void)base;
    (void)options;
    expect(server == NULL, "two networks of one account");
    server = mem_alloc(1, sizeof *server);
    server->end = &server->first;
    return server;
}

static void take_out(struct http_call *call) {
    struct http_call **at = &call->http->first;
    while (*at != call) {
        at = &(*at)->next;
    }
    *at = call->next;
    if (*at == NULL) {
        call->http->end = at;
    }
}

static void call_free(struct http_call *call) {
    free(call->path);
    free(call);
}

void http_cancel(struct http_call *call) {
    if (call != NULL) {
        take_out(call);
        call_free(call);
    }
}

void http_destroy(struct http *http) {
    if (http == NULL) {
        return;
    }
    expect(http->first == NULL, "a request outlives who asked");
    free(http);
    server = NULL;
}

// --- what a request must be ---

// RFC 3986: what may stand in a path and a query.
static bool is_uri(const char *text) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-._~!$&'()*+,;=:@/?%";
    return text[strspn(text, allowed)] == '\0';
}

static bool is_printable(const char *text) {
    while (*text > ' ' && *text <= '~') {
        text++;
    }
    return *text == '\0';
}

static bool is_send(const char *path) {
    return strncmp(path, "/rooms/", 7) == 0 && strstr(path, "/send/") != NULL;
}

static void expect_body(const char *path, const char *body) {
    // Account data is the server's own, with an entry more.
    bool own = strstr(path, "/account_data/") == NULL;
    expect(!own || utf8_valid(slice_of(body)), "a body that is no UTF-8");
    cJSON *json = cJSON_Parse(body);
    expect(cJSON_IsObject(json), "a body that is no JSON object");
    cJSON_Delete(json);
    expect(!is_send(path) || strlen(body) < EVENT_BYTES_MAX,
           "an event that is too long");
}

// What stands before the transaction.
static size_t room_len(const char *path) {
    const char *last = strrchr(path, '/');
    return (size_t)(last - path);
}

static void expect_alone_in_room(const char *path) {
    for (const struct http_call *call = server->first; call != NULL;
         call = call->next) {
        bool same = is_send(call->path) && room_len(call->path) == room_len(path) &&
                    strncmp(call->path, path, room_len(path)) == 0;
        expect(!same, "two messages on the way to one room");
    }
}

// What stands behind the server and, where it is a request of the API that has a
// version, behind that.
static const char *path_of(const char *url) {
    static const char api[] = "/_matrix/client/"; // then v3 or r0
    bool secure = strncmp(url, "https://", 8) == 0;
    expect(secure || strncmp(url, "http://", 7) == 0, "another protocol");
    const char *path = strchr(url + (secure ? 8 : 7), '/');
    expect(path != NULL, "an address without path");
    if (strncmp(path, api, sizeof api - 1) != 0) {
        return path;
    }
    const char *version = path + sizeof api - 1;
    const char *behind = version + strspn(version, "vr0123456789");
    return *behind == '/' ? behind : path;
}

// Before the bot has signed on.
static bool is_open(const char *path) {
    static const char *const open[] = {"/login", "/refresh", "/_matrix/client/versions",
                                       "/.well-known/matrix/client"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        if (strcmp(path, open[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void expect_good(const struct http_request *request, const char *path) {
    expect(is_uri(request->url), "an address that is not encoded");
    expect(is_open(path) || request->bearer != NULL, "a request without token");
    expect(request->bearer == NULL || is_printable(request->bearer),
           "a token that is no header");
    if (request->body != NULL) {
        expect_body(path, request->body);
    }
    if (is_send(path)) {
        expect_alone_in_room(path);
    }
    expect(request->timeout_ms > 0, "a request without end");
    expect(request->body_max > 0, "an answer without limit");
}

struct http_call *http_send(struct http *http, const struct http_request *request,
                            http_done_fn *done, void *context) {
    const char *path = path_of(request->url);
    expect_good(request, path);
    struct http_call *call = mem_alloc(1, sizeof *call);
    call->http = http;
    call->path = mem_copy(path);
    call->body_max = request->body_max;
    call->done = done;
    call->context = context;
    *http->end = call;
    http->end = &call->next;
    asked++;
    expect(fake_server_waiting_count() <= WAITING_MAX, "too many requests at one time");
    return call;
}

// --- the harness ---

struct http_call *fake_server_waiting(const char *part) {
    struct http_call *call = server->first;
    while (call != NULL && strstr(call->path, part) == NULL) {
        call = call->next;
    }
    return call;
}

size_t fake_server_waiting_count(void) {
    size_t count = 0;
    for (const struct http_call *call = server->first; call != NULL;
         call = call->next) {
        count++;
    }
    return count;
}

size_t fake_server_asked(void) {
    return asked;
}

const char *fake_server_path(const struct http_call *call) {
    return call->path;
}

bool fake_server_is_sync(const struct http_call *call) {
    return strncmp(call->path, "/sync?", 6) == 0;
}

void fake_server_answer(struct http_call *call, long status, struct slice body) {
    // Where the sanitizer sees what is read beyond it.
    char *copy = slice_copy(body);
    bool fits = body.len <= call->body_max;
    struct http_answer answer = {
        .status = fits ? status : 0,
        .error = status == 0 || !fits ? "no answer" : NULL,
        .body = copy,
        .body_len = fits ? body.len : 0,
        .retry_after_ms = -1,
    };
    struct http_call taken = *call;
    take_out(call);
    call_free(call);
    taken.done(taken.context, &answer);
    free(copy);
}
