// SPDX-License-Identifier: MIT
#include "fetch/http.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/memory.h"
#include "fetch/multi.h"

enum {
    CONNECT_TIMEOUT_MS = 20000,
    RETRY_AFTER_MAX_S = 60 * 60,
    // A line is silent so long before it is tried, so long between tries: after nine of
    // them (Linux's default) it is dead.
    SILENT_S = 15,
    PROBE_S = 3,
    IDLE_MAX = 4,
};

struct http {
    struct multi *multi;
    char *ca_file;
    char *proxy;
    struct http_call *calls; // a list by next
    // Handles between two calls. All that differs from call to call is set for each;
    // the rest, which costs more than a short request, is set once.
    CURL *idle[IDLE_MAX];
    size_t idle_count;
};

struct http_call {
    struct http *http;
    struct http_call *next, *previous;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    size_t body_max;
    bool too_long;
    char error[CURL_ERROR_SIZE];
    http_done_fn *done;
    void *context;
};

struct http *http_create(struct event_base *base, const struct http_options *options) {
    struct http *http = mem_alloc(1, sizeof *http);
    http->multi = multi_create(base);
    http->ca_file = mem_copy(options->ca_file);
    http->proxy = mem_copy(options->proxy);
    return http;
}

static void link_call(struct http *http, struct http_call *call) {
    call->http = http;
    call->next = http->calls;
    if (call->next != NULL) {
        call->next->previous = call;
    }
    http->calls = call;
}

static void unlink_call(struct http_call *call) {
    if (call->next != NULL) {
        call->next->previous = call->previous;
    }
    if (call->previous != NULL) {
        call->previous->next = call->next;
    } else {
        call->http->calls = call->next;
    }
}

static void put_back(struct http *http, CURL *easy) {
    if (http->idle_count < IDLE_MAX) {
        http->idle[http->idle_count++] = easy;
    } else {
        curl_easy_cleanup(easy);
    }
}

static void call_free(struct http_call *call) {
    multi_remove(call->http->multi, call->easy);
    put_back(call->http, call->easy);
    curl_slist_free_all(call->headers);
    buf_finish(&call->body);
    free(call);
}

void http_cancel(struct http_call *call) {
    if (call != NULL) {
        unlink_call(call);
        call_free(call);
    }
}

void http_destroy(struct http *http) {
    if (http == NULL) {
        return;
    }
    struct http_call *call = http->calls;
    while (call != NULL) {
        struct http_call *next = call->next;
        call_free(call);
        call = next;
    }
    while (http->idle_count > 0) {
        curl_easy_cleanup(http->idle[--http->idle_count]);
    }
    multi_destroy(http->multi);
    free(http->ca_file);
    free(http->proxy);
    free(http);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    struct http_call *call = context;
    size_t len = size * count;
    if (len > call->body_max - call->body.len) {
        call->too_long = true;
        return 0; // ends the transfer
    }
    buf_add(&call->body, bytes, len);
    return len;
}

static int64_t retry_after_ms(CURL *easy) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds <= 0) {
        return -1;
    }
    return (seconds < RETRY_AFTER_MAX_S ? seconds : RETRY_AFTER_MAX_S) * 1000;
}

static const char *failure(const struct http_call *call, CURLcode result) {
    if (call->too_long) {
        return "the answer is too long";
    }
    return call->error[0] != '\0' ? call->error : curl_easy_strerror(result);
}

static void call_done(void *context, CURL *easy, CURLcode result) {
    struct http_call *call = context;
    struct http_answer answer = {.retry_after_ms = -1};
    if (result == CURLE_OK) {
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
        answer.retry_after_ms = retry_after_ms(easy);
    }
    if (answer.status == 0) {
        answer.error = failure(call, result);
        answer.certificate_refused = result == CURLE_PEER_FAILED_VERIFICATION ||
                                     result == CURLE_SSL_CACERT_BADFILE;
        answer.too_long = call->too_long;
    }
    answer.body = buf_str(&call->body);
    answer.body_len = call->body.len;
    call->done(call->context, &answer);
    http_cancel(call);
}

static void add_header(struct http_call *call, const char *name, const char *value) {
    char *line = str_printf("%s%s", name, value);
    call->headers = curl_slist_append(call->headers, line);
    free(line);
}

// What to send. Has a body by POSTFIELDS whatever the method, which keeps the
// headers and the keep-alive of all methods alike.
static void set_content(struct http_call *call, const struct http_request *request) {
    CURL *easy = call->easy;
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    if (strcmp(request->method, "GET") == 0) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL);
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    } else {
        const char *body = request->body != NULL ? request->body : "";
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
        add_header(call, "Content-Type: ", "application/json");
        add_header(call, "Expect:", ""); // no round trip before the body
    }
    if (request->bearer != NULL) {
        add_header(call, "Authorization: Bearer ", request->bearer);
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
}

// More redirects than allowed are an error of the request.
static void set_bounds(struct http_call *call, const struct http_request *request) {
    CURL *easy = call->easy;
    call->body_max = request->body_max > 0 ? request->body_max : LIMIT_HTTP_BYTES;
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION,
                     request->redirects_max > 0 ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)request->redirects_max);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
}

static CURL *make_handle(const struct http *http) {
    CURL *easy = curl_easy_init();
    if (easy == NULL) {
        abort(); // only for want of memory
    }
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    // Empty, not unset: unset would take them from the environment.
    curl_easy_setopt(easy, CURLOPT_PROXY, http->proxy != NULL ? http->proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    if (http->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); // that file alone is trusted
    }
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); // a cancel waits for no look-up
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "usher/" USHER_VERSION);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)SILENT_S);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)PROBE_S);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    return easy;
}

struct http_call *http_send(struct http *http, const struct http_request *request,
                            http_done_fn *done, void *context) {
    struct http_call *call = mem_alloc(1, sizeof *call);
    call->easy =
        http->idle_count > 0 ? http->idle[--http->idle_count] : make_handle(http);
    call->done = done;
    call->context = context;
    link_call(http, call);
    set_content(call, request);
    set_bounds(call, request);
    multi_add(http->multi, call->easy, call_done, call);
    return call;
}
