// SPDX-License-Identifier: MIT
#ifndef USHER_FETCH_HTTP_H
#define USHER_FETCH_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;

// HTTP requests on the loop. Connections are kept and reused; TLS is verified
// (host and chain); proxies of the environment are not used. Only http and https;
// redirects only where a request allows for some, and then to https alone.

struct http_options {
    const char *ca_file; // NULL: the system's
    const char *proxy;   // NULL: none
};

struct http_request {
    const char *method; // "GET", "POST", "PUT"
    const char *url;
    const char *bearer; // access token; NULL: no Authorization
    const char *body;   // JSON, copied; NULL: none
    int64_t timeout_ms; // for all of it
    size_t body_max;    // of the answer; 0: LIMIT_HTTP_BYTES
    int redirects_max;  // followed; not together with a bearer
};

// Borrowed for the call.
struct http_answer {
    long status;              // 0: no answer, see error
    const char *error;        // one sentence, NULL when there is a status
    bool certificate_refused; // why there is none: TLS did not verify the server
    bool too_long;            // likewise: it was longer than body_max
    const char *body;         // NUL-terminated
    size_t body_len;
    int64_t retry_after_ms; // from Retry-After in seconds; -1 when absent
};

typedef void http_done_fn(void *context, const struct http_answer *answer);

struct http;
struct http_call; // one request under way

struct http *http_create(struct event_base *base, const struct http_options *options);

// Ends all calls without calling back. NULL is fine.
void http_destroy(struct http *http);

// Calls `done` exactly once from the loop, never from inside this function,
// unless cancelled first. The call ends itself after `done`.
struct http_call *http_send(struct http *http, const struct http_request *request,
                            http_done_fn *done, void *context);
void http_cancel(struct http_call *call);

#endif
