// SPDX-License-Identifier: MIT
#include "net/matrix/retry.h"

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void on_again(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    ++*(int *)context;
}

static void retry__after__fires_once_and_reset_stops_it(void **state) {
    (void)state;
    struct event_base *base = event_base_new();
    struct matrix_retry retry;
    int fired = 0;
    matrix_retry_init(&retry, base, on_again, &fired);
    matrix_retry_after(&retry, 1);
    assert_true(matrix_retry_is_waiting(&retry));
    event_base_dispatch(base);
    assert_int_equal(fired, 1);
    matrix_retry_after(&retry, -1);
    assert_int_equal(retry.tries, 1);
    matrix_retry_reset(&retry);
    assert_int_equal(retry.tries, 0);
    assert_false(matrix_retry_is_waiting(&retry));
    event_base_dispatch(base);
    assert_int_equal(fired, 1);
    matrix_retry_finish(&retry);
    matrix_retry_finish(&retry);
    event_base_free(base);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry__after__fires_once_and_reset_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
