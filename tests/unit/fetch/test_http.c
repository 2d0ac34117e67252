// SPDX-License-Identifier: MIT
#include "fetch/http.h"

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/tcp.h>

#include "../../support/fake_http.h"
#include "base/buf.h"

// One answer as it was told, copied.
struct told {
    struct event_base *base;
    int count;
    int wanted; // ends the loop at this count
    long status;
    bool has_error;
    char error[256];
    char body[256];
    size_t body_len;
    int64_t retry_after_ms;
};

struct fixture {
    struct event_base *base;
    struct http *http;
    struct fake_http fake;
    struct told told;
    char last_head[8192];
    char last_body[256];
};

static void on_done(void *context, const struct http_answer *answer) {
    struct told *told = context;
    told->count++;
    told->status = answer->status;
    told->has_error = answer->error != NULL;
    snprintf(told->error, sizeof told->error, "%s",
             answer->error != NULL ? answer->error : "");
    snprintf(told->body, sizeof told->body, "%s", answer->body);
    told->body_len = answer->body_len;
    told->retry_after_ms = answer->retry_after_ms;
    if (told->count == told->wanted) {
        event_base_loopbreak(told->base);
    }
}

static void answer_request(struct fake_http *fake, struct bufferevent *to,
                           const struct fake_request *request) {
    struct fixture *fixture = fake->context;
    snprintf(fixture->last_head, sizeof fixture->last_head, "%s", request->head);
    snprintf(fixture->last_body, sizeof fixture->last_body, "%s", request->body);
    if (strcmp(request->path, "/hang") == 0) {
        return;
    }
    if (strcmp(request->path, "/limited") == 0) {
        fake_http_reply(to, "429 Too Many", "Retry-After: 7\r\n", "{}");
    } else if (strcmp(request->path, "/away") == 0) {
        fake_http_reply(to, "302 Found", "Location: /there\r\n", "");
    } else {
        fake_http_reply(to, "200 OK", "", "0123456789");
    }
}

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->base = event_base_new();
    struct http_options options = {0};
    fixture->http = http_create(fixture->base, &options);
    fake_http_start(&fixture->fake, fixture->base, answer_request, fixture);
    fixture->told.base = fixture->base;
    fixture->told.wanted = 1;
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    http_destroy(fixture->http);
    fake_http_stop(&fixture->fake);
    event_base_free(fixture->base);
    free(fixture);
    return 0;
}

static struct http_call *request(struct fixture *fixture, const char *method,
                                 const char *path, size_t body_max) {
    char *url = str_printf("%s%s", fixture->fake.url, path);
    struct http_request request = {.method = method,
                                   .url = url,
                                   .bearer = "secret",
                                   .body =
                                       strcmp(method, "PUT") == 0 ? "{\"a\":1}" : NULL,
                                   .timeout_ms = 5000,
                                   .body_max = body_max};
    struct http_call *call =
        http_send(fixture->http, &request, on_done, &fixture->told);
    free(url);
    return call;
}

static void http__send__get_is_answered(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "GET", "/x", 0);
    assert_int_equal(fixture->told.count, 0);
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.status, 200);
    assert_string_equal(fixture->told.body, "0123456789");
    assert_int_equal(fixture->told.body_len, 10);
    assert_int_equal(fixture->told.retry_after_ms, -1);
    assert_false(fixture->told.has_error);
    assert_non_null(strstr(fixture->last_head, "Authorization: Bearer secret\r\n"));
}

static void http__send__put_carries_its_body(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "PUT", "/x", 0);
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.status, 200);
    assert_string_equal(fixture->last_body, "{\"a\":1}");
    assert_ptr_equal(strstr(fixture->last_head, "PUT /x "), fixture->last_head);
}

static void http__send__connection_is_reused(void **state) {
    struct fixture *fixture = *state;
    for (int i = 0; i < 3; i++) {
        request(fixture, i == 1 ? "PUT" : "GET", "/x", 0);
        fixture->told.wanted = i + 1;
        event_base_dispatch(fixture->base);
    }
    assert_int_equal(fixture->told.status, 200);
    assert_int_equal(fixture->fake.connection_count, 1);
    assert_int_equal(fixture->fake.request_count, 3);
}

// How long the line that leads there may be silent before it is tried; 0: no such line,
// or for ever.
static int silence_s(const struct fake_http *fake) {
    int port = atoi(strrchr(fake->url, ':') + 1);
    for (int fd = 3; fd < 256; fd++) {
        struct sockaddr_in address = {0};
        socklen_t len = sizeof address;
        if (getpeername(fd, (struct sockaddr *)&address, &len) != 0 ||
            ntohs(address.sin_port) != port) {
            continue;
        }
        int on = 0, seconds = 0;
        len = sizeof on;
        getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len);
        getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, &len);
        return on != 0 ? seconds : 0;
    }
    return 0;
}

static void http__send__silent_line_is_tried(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "GET", "/x", 0);
    event_base_dispatch(fixture->base);
    assert_in_range(silence_s(&fixture->fake), 1, 30);
}

static void http__send__many_run_beside_a_long_poll(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "GET", "/hang", 0);
    for (int i = 0; i < 6; i++) {
        request(fixture, "PUT", "/x", 0);
    }
    fixture->told.wanted = 6;
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.count, 6);
    assert_int_equal(fixture->told.status, 200);
}

static void http__send__too_long_an_answer_is_an_error(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "GET", "/x", 9);
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.status, 0);
    assert_string_equal(fixture->told.error, "the answer is too long");
}

static void http__send__retry_after_is_told(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "GET", "/limited", 0);
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.status, 429);
    assert_int_equal(fixture->told.retry_after_ms, 7000);
}

static void http__send__redirect_is_not_followed(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "GET", "/away", 0);
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.status, 302);
    assert_int_equal(fixture->fake.request_count, 1);
}

static void http__send__proxy_of_the_environment_is_not_used(void **state) {
    struct fixture *fixture = *state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    request(fixture, "GET", "/x", 0);
    event_base_dispatch(fixture->base);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_int_equal(fixture->told.status, 200);
}

static void http__send__other_schemes_are_refused(void **state) {
    struct fixture *fixture = *state;
    struct http_request file = {
        .method = "GET", .url = "file:///etc/passwd", .timeout_ms = 5000};
    http_send(fixture->http, &file, on_done, &fixture->told);
    assert_int_equal(fixture->told.count, 0);
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.status, 0);
    assert_true(fixture->told.has_error);
    assert_int_equal(fixture->told.body_len, 0);
}

static void http__send__lost_connection_is_an_error(void **state) {
    struct fixture *fixture = *state;
    struct http_request nobody = {
        .method = "GET", .url = "http://127.0.0.1:1/", .timeout_ms = 5000};
    http_send(fixture->http, &nobody, on_done, &fixture->told);
    event_base_dispatch(fixture->base);
    assert_int_equal(fixture->told.status, 0);
    assert_true(fixture->told.error[0] != '\0');
}

static void http__cancel__done_is_never_called(void **state) {
    struct fixture *fixture = *state;
    http_cancel(request(fixture, "GET", "/x", 0));
    http_cancel(NULL);
    struct http_call *hanging = request(fixture, "GET", "/hang", 0);
    request(fixture, "GET", "/x", 0);
    event_base_dispatch(fixture->base);
    http_cancel(hanging);
    assert_int_equal(fixture->told.count, 1);
}

static void http__destroy__ends_what_is_under_way(void **state) {
    struct fixture *fixture = *state;
    request(fixture, "GET", "/hang", 0);
    request(fixture, "PUT", "/hang", 0);
    request(fixture, "GET", "/x", 0);
    event_base_dispatch(fixture->base);
    http_destroy(fixture->http);
    http_destroy(NULL);
    fixture->http = NULL;
    assert_int_equal(fixture->told.count, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(http__send__get_is_answered),
        TEST(http__send__put_carries_its_body),
        TEST(http__send__connection_is_reused),
        TEST(http__send__silent_line_is_tried),
        TEST(http__send__many_run_beside_a_long_poll),
        TEST(http__send__too_long_an_answer_is_an_error),
        TEST(http__send__retry_after_is_told),
        TEST(http__send__redirect_is_not_followed),
        TEST(http__send__proxy_of_the_environment_is_not_used),
        TEST(http__send__other_schemes_are_refused),
        TEST(http__send__lost_connection_is_an_error),
        TEST(http__cancel__done_is_never_called),
        TEST(http__destroy__ends_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
