// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_SUPPORT_FAKE_HTTP_H
#define USHER_TESTS_SUPPORT_FAKE_HTTP_H

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A plain HTTP server in the test's own loop: each request, once it is complete,
// is given to `answer`, which appends a response with fake_http_reply, or none:
// then the request hangs until its client goes.

struct fake_http;

struct fake_request {
    char method[16];
    char path[4096]; // with the query
    char head[8192];
    const char *body;
};

typedef void fake_answer_fn(struct fake_http *fake, struct bufferevent *to,
                            const struct fake_request *request);

struct fake_http {
    struct evconnlistener *listener;
    fake_answer_fn *answer;
    void *context;
    char url[64];
    struct bufferevent *connections[64];
    size_t connection_count;
    size_t request_count;
};

static inline void fake_http_reply(struct bufferevent *to, const char *status,
                                   const char *headers, const char *body) {
    evbuffer_add_printf(bufferevent_get_output(to),
                        "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s", status,
                        strlen(body), headers, body);
}

static inline size_t fake_http_body_len(const char *head) {
    const char *field = strstr(head, "Content-Length: ");
    return field != NULL ? (size_t)strtoul(field + 16, NULL, 10) : 0;
}

static inline void fake_http_read(struct bufferevent *from, void *context) {
    struct fake_http *fake = context;
    struct evbuffer *input = bufferevent_get_input(from);
    for (;;) {
        struct evbuffer_ptr end = evbuffer_search(input, "\r\n\r\n", 4, NULL);
        if (end.pos < 0) {
            return;
        }
        struct fake_request request = {0};
        size_t head_len = (size_t)end.pos + 4;
        if (head_len >= sizeof request.head) {
            abort();
        }
        evbuffer_copyout(input, request.head, head_len);
        size_t body_len = fake_http_body_len(request.head);
        if (evbuffer_get_length(input) < head_len + body_len) {
            return;
        }
        evbuffer_drain(input, head_len);
        char *body = calloc(1, body_len + 1);
        evbuffer_remove(input, body, body_len);
        request.body = body;
        if (sscanf(request.head, "%15s %4095s", request.method, request.path) == 2) {
            fake->request_count++;
            fake->answer(fake, from, &request);
        }
        free(body);
    }
}

static inline void fake_http_accept(struct evconnlistener *listener,
                                    evutil_socket_t socket, struct sockaddr *address,
                                    int len, void *context) {
    (void)address;
    (void)len;
    struct fake_http *fake = context;
    struct bufferevent *connection = bufferevent_socket_new(
        evconnlistener_get_base(listener), socket, BEV_OPT_CLOSE_ON_FREE);
    if (fake->connection_count == 64) {
        abort();
    }
    fake->connections[fake->connection_count++] = connection;
    bufferevent_setcb(connection, fake_http_read, NULL, NULL, fake);
    bufferevent_enable(connection, EV_READ | EV_WRITE);
}

static inline void fake_http_start(struct fake_http *fake, struct event_base *base,
                                   fake_answer_fn *answer, void *context) {
    signal(SIGPIPE, SIG_IGN); // it outlives its clients
    *fake = (struct fake_http){.answer = answer, .context = context};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    fake->listener = evconnlistener_new_bind(
        base, fake_http_accept, fake, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, 64,
        (struct sockaddr *)&address, (int)sizeof address);
    if (fake->listener == NULL) {
        abort();
    }
    socklen_t len = sizeof address;
    getsockname(evconnlistener_get_fd(fake->listener), (struct sockaddr *)&address,
                &len);
    snprintf(fake->url, sizeof fake->url, "http://127.0.0.1:%d",
             ntohs(address.sin_port));
}

// Closes every connection, as a server does that is killed.
static inline void fake_http_hang_up(struct fake_http *fake) {
    for (size_t i = 0; i < fake->connection_count; i++) {
        bufferevent_free(fake->connections[i]);
    }
    fake->connection_count = 0;
}

static inline void fake_http_stop(struct fake_http *fake) {
    fake_http_hang_up(fake);
    evconnlistener_free(fake->listener);
}

#endif
