// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "base/buf.h"
#include "net/matrix/receipts.h"
#include "support/fake_http.h"

struct fixture {
    struct fake_http fake;
    struct matrix matrix;
    struct buf story;
    size_t wanted; // requests after which the loop ends
};

static void answer(struct fake_http *fake, struct bufferevent *to,
                   const struct fake_request *request) {
    struct fixture *fixture = fake->context;
    buf_printf(&fixture->story, "%s\n", strstr(request->path, "/rooms/"));
    fake_http_reply(to, "403 Forbidden", "", "{}");
    if (fake->request_count >= fixture->wanted) {
        event_base_loopbreak(fixture->matrix.base);
    }
}

static void run_until(struct fixture *fixture, size_t requests) {
    fixture->wanted = requests;
    struct timeval limit = {20, 0};
    event_base_loopexit(fixture->matrix.base, &limit);
    event_base_dispatch(fixture->matrix.base);
    assert_int_equal(fixture->fake.request_count, requests);
}

// Each for the newest event of its room; a failure ends none but its own.
static void receipts__note__only_the_newest_of_a_room_is_told(void **state) {
    (void)state;
    static char token[] = "secret";
    struct fixture fixture = {.matrix = {.base = event_base_new(), .token = token}};
    fake_http_start(&fixture.fake, fixture.matrix.base, answer, &fixture);
    fixture.matrix.homeserver = fixture.fake.url;
    fixture.matrix.http = http_create(fixture.matrix.base, &(struct http_options){0});
    struct matrix_receipts *receipts = matrix_receipts_create(&fixture.matrix);
    matrix_receipts_note(receipts, "!a:x", "$1");
    matrix_receipts_note(receipts, "!a:x", "$2");
    run_until(&fixture, 1);
    matrix_receipts_note(receipts, "!a:x", "$3");
    matrix_receipts_note(receipts, "!a:x", "$4");
    run_until(&fixture, 2);
    assert_string_equal(buf_str(&fixture.story),
                        "/rooms/%21a%3Ax/receipt/m.read/%242\n"
                        "/rooms/%21a%3Ax/receipt/m.read/%244\n");
    matrix_receipts_note(receipts, "!a:x", "$5");
    matrix_receipts_destroy(receipts);
    http_destroy(fixture.matrix.http);
    fake_http_stop(&fixture.fake);
    event_base_free(fixture.matrix.base);
    buf_finish(&fixture.story);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receipts__note__only_the_newest_of_a_room_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
