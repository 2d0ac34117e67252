// SPDX-License-Identifier: MIT
#include "net/matrix/api.h"

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"

static void api__uri_add__encodes_all_but_unreserved(void **state) {
    (void)state;
    struct buf uri = {0};
    matrix_uri_add(&uri, "!aZ09-._~:x/?#%+ \xc3\xa9");
    assert_string_equal(buf_str(&uri), "%21aZ09-._~%3Ax%2F%3F%23%25%2B%20%C3%A9");
    buf_finish(&uri);
}

struct expected {
    long status;
    const char *body;
    enum answer_kind kind;
    int64_t wait_ms;
};

static void api__answer_read__kinds(void **state) {
    (void)state;
    static const struct expected table[] = {
        {200, "{}", ANSWER_OK, -1},
        {200, "[]", ANSWER_AGAIN, -1},
        {200, "<html>", ANSWER_AGAIN, -1},
        {200, "", ANSWER_AGAIN, -1},
        {0, "", ANSWER_AGAIN, -1},
        {302, "", ANSWER_AGAIN, -1},
        {502, "<html>", ANSWER_AGAIN, -1},
        {500, "{\"errcode\":\"M_UNKNOWN\",\"error\":5}", ANSWER_AGAIN, -1},
        {404, "<html>", ANSWER_AGAIN, -1},
        {404, "{\"errcode\":\"M_NOT_FOUND\"}", ANSWER_REFUSED, -1},
        {403, "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"no\"}", ANSWER_REFUSED, -1},
        {401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}", ANSWER_TOKEN, -1},
        {401, "{\"errcode\":\"M_MISSING_TOKEN\"}", ANSWER_TOKEN, -1},
        {401, "{\"errcode\":\"M_USER_LOCKED\"}", ANSWER_REFUSED, -1},
        {429, "", ANSWER_AGAIN, -1},
        {429, "<html>", ANSWER_AGAIN, -1},
        {429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":2500}",
         ANSWER_AGAIN, 2500},
        {429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":\"x\"}",
         ANSWER_AGAIN, -1},
        {429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":0}", ANSWER_AGAIN,
         -1},
        {429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":1}", ANSWER_AGAIN,
         100},
        {429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":9e15}",
         ANSWER_AGAIN, 3600000},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct http_answer http = {.status = table[i].status,
                                   .error = table[i].status == 0 ? "gone" : NULL,
                                   .body = table[i].body,
                                   .body_len = strlen(table[i].body),
                                   .retry_after_ms = -1};
        struct matrix_answer answer;
        matrix_answer_read(&answer, &http);
        assert_int_equal(answer.kind, table[i].kind);
        assert_int_equal(answer.wait_ms, table[i].wait_ms);
        assert_int_equal(answer.reason == NULL, answer.kind == ANSWER_OK);
        matrix_answer_finish(&answer);
        matrix_answer_finish(&answer);
    }
}

static void api__answer_read__header_and_body_the_longer_wait(void **state) {
    (void)state;
    struct http_answer http = {.status = 429,
                               .body = "{\"errcode\":\"M_LIMIT_EXCEEDED\","
                                       "\"error\":\"slow\\u0007 down\","
                                       "\"retry_after_ms\":1500}",
                               .retry_after_ms = 2000};
    http.body_len = strlen(http.body);
    struct matrix_answer answer;
    matrix_answer_read(&answer, &http);
    assert_true(answer.rate_limited);
    assert_int_equal(answer.wait_ms, 2000);
    assert_string_equal(answer.reason, "M_LIMIT_EXCEEDED: slow down");
    matrix_answer_finish(&answer);
}

static void api__answer_read__limited_without_a_body(void **state) {
    (void)state;
    struct http_answer http = {.status = 429, .body = "", .retry_after_ms = 3000};
    struct matrix_answer answer;
    matrix_answer_read(&answer, &http);
    assert_int_equal(answer.kind, ANSWER_AGAIN);
    assert_true(answer.rate_limited);
    assert_int_equal(answer.wait_ms, 3000);
    matrix_answer_finish(&answer);
}

static void api__id_valid__by_sigil_and_form(void **state) {
    (void)state;
    assert_true(matrix_id_valid("@ana:x", '@'));
    assert_true(matrix_id_valid("!room-without-server", '!'));
    assert_true(matrix_id_valid("$event", '$'));
    assert_false(matrix_id_valid(NULL, '@'));
    assert_false(matrix_id_valid("", '@'));
    assert_false(matrix_id_valid("@", '@'));
    assert_false(matrix_id_valid("@ana", '@'));
    assert_false(matrix_id_valid("!ana:x", '@'));
    assert_false(matrix_id_valid("@a a:x", '@'));
    assert_false(matrix_id_valid("@a\na:x", '@'));
    assert_false(matrix_id_valid("@a\xff:x", '@'));
    char longest[300];
    memset(longest, 'a', sizeof longest);
    longest[0] = '$';
    longest[255] = '\0';
    assert_true(matrix_id_valid(longest, '$'));
    longest[255] = 'a';
    longest[256] = '\0';
    assert_false(matrix_id_valid(longest, '$'));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(api__uri_add__encodes_all_but_unreserved),
        cmocka_unit_test(api__answer_read__kinds),
        cmocka_unit_test(api__answer_read__header_and_body_the_longer_wait),
        cmocka_unit_test(api__answer_read__limited_without_a_body),
        cmocka_unit_test(api__id_valid__by_sigil_and_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
