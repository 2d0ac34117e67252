// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "base/memory.h"
#include "net/irc/queue.h"

static struct irc_item *item(enum irc_class class, uint64_t id) {
    struct irc_item *made = mem_alloc(1, sizeof *made);
    made->class = class;
    made->id = id;
    return made;
}

static void expect_pop(struct irc_queue *queue, uint64_t id) {
    struct irc_item *popped = irc_queue_pop(queue);
    assert_int_equal(popped->id, id);
    irc_item_destroy(popped);
}

static void queue__spend__allows_a_burst_then_the_rate(void **state) {
    (void)state;
    struct irc_queue queue;
    irc_queue_init(&queue, 3, 2, 1000);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(irc_queue_wait_ms(&queue, 1000), 0);
        assert_true(irc_queue_spend(&queue, 1000));
    }
    assert_false(irc_queue_spend(&queue, 1000));
    assert_int_equal(irc_queue_wait_ms(&queue, 1000), 500);
    assert_false(irc_queue_spend(&queue, 1499));
    assert_int_equal(irc_queue_wait_ms(&queue, 1499), 1);
    assert_true(irc_queue_spend(&queue, 1500));
    assert_false(irc_queue_spend(&queue, 1999));
    assert_true(irc_queue_spend(&queue, 2000));
}

static void queue__spend__fills_up_to_the_burst_only(void **state) {
    (void)state;
    struct irc_queue queue;
    irc_queue_init(&queue, 2, 1, 0);
    int64_t late = INT64_MAX / 2;
    assert_true(irc_queue_spend(&queue, late));
    assert_true(irc_queue_spend(&queue, late));
    assert_false(irc_queue_spend(&queue, late));
    assert_false(irc_queue_spend(&queue, late - 10000)); // time that goes back
}

// How many lines may be said at one time.
static int spend_all(struct irc_queue *queue, int64_t now_ms) {
    int count = 0;
    while (irc_queue_spend(queue, now_ms)) {
        count++;
    }
    return count;
}

static void queue__slow_down__pauses_then_halves_the_pace(void **state) {
    (void)state;
    struct irc_queue queue;
    irc_queue_init(&queue, 8, 4, 0);
    irc_queue_slow_down(&queue, 0);
    irc_queue_slow_down(&queue, 4999); // about the same flood
    assert_int_equal(irc_queue_wait_ms(&queue, 0), 5000);
    assert_int_equal(spend_all(&queue, 4999), 0);
    assert_int_equal(spend_all(&queue, 5000), 4); // half a burst
    assert_int_equal(irc_queue_wait_ms(&queue, 5000), 500);
    assert_int_equal(spend_all(&queue, 6000), 2);
    // Down to an eighth, and always a line.
    for (int64_t now_ms = 10000; now_ms < 60000; now_ms += 10000) {
        irc_queue_slow_down(&queue, now_ms);
    }
    assert_int_equal(spend_all(&queue, 55000), 1);
    assert_int_equal(irc_queue_wait_ms(&queue, 55000), 2000);
    // Asked often, it still fills.
    for (int64_t now_ms = 55000; now_ms < 57000; now_ms++) {
        assert_false(irc_queue_spend(&queue, now_ms));
    }
    assert_true(irc_queue_spend(&queue, 57000));
}

static void queue__slow_down__lasts_over_a_restart_and_wears_off(void **state) {
    (void)state;
    struct irc_queue queue;
    irc_queue_init(&queue, 8, 4, 0);
    irc_queue_slow_down(&queue, 0);
    irc_queue_restart(&queue, 100);
    assert_int_equal(spend_all(&queue, 100), 4);
    assert_int_equal(spend_all(&queue, 119999), 4);
    assert_int_equal(spend_all(&queue, 120000), 0);
    assert_int_equal(spend_all(&queue, 240000), 8);
}

static void queue__next__goes_by_class_then_arrival(void **state) {
    (void)state;
    struct irc_queue queue;
    irc_queue_init(&queue, 1, 1, 0);
    irc_queue_add_take(&queue, item(IRC_CLASS_LIST, 1));
    irc_queue_add_take(&queue, item(IRC_CLASS_ANSWER, 2));
    irc_queue_add_take(&queue, item(IRC_CLASS_NOTICE, 3));
    irc_queue_add_take(&queue, item(IRC_CLASS_ANSWER, 4));
    irc_queue_add_take(&queue, item(IRC_CLASS_CONTROL, 5));
    expect_pop(&queue, 5);
    expect_pop(&queue, 3);
    expect_pop(&queue, 2);
    expect_pop(&queue, 4);
    expect_pop(&queue, 1);
    assert_null(irc_queue_next(&queue));
    irc_queue_add_take(&queue, item(IRC_CLASS_ANSWER, 6));
    irc_queue_clear(&queue);
    assert_null(irc_queue_next(&queue));
}

static void queue__return__goes_in_front_but_not_into_a_message(void **state) {
    (void)state;
    struct irc_queue queue;
    irc_queue_init(&queue, 1, 1, 0);
    struct irc_item *begun = item(IRC_CLASS_ANSWER, 2);
    irc_queue_add_take(&queue, begun);
    irc_queue_return_take(&queue, item(IRC_CLASS_ANSWER, 1));
    expect_pop(&queue, 1);
    begun->said = 10;
    irc_queue_return_take(&queue, item(IRC_CLASS_ANSWER, 3));
    irc_queue_add_take(&queue, item(IRC_CLASS_ANSWER, 4));
    expect_pop(&queue, 2);
    expect_pop(&queue, 3);
    expect_pop(&queue, 4);
    irc_queue_return_take(&queue, item(IRC_CLASS_ANSWER, 5));
    irc_queue_add_take(&queue, item(IRC_CLASS_ANSWER, 6));
    expect_pop(&queue, 5);
    expect_pop(&queue, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queue__spend__allows_a_burst_then_the_rate),
        cmocka_unit_test(queue__spend__fills_up_to_the_burst_only),
        cmocka_unit_test(queue__slow_down__pauses_then_halves_the_pace),
        cmocka_unit_test(queue__slow_down__lasts_over_a_restart_and_wears_off),
        cmocka_unit_test(queue__next__goes_by_class_then_arrival),
        cmocka_unit_test(queue__return__goes_in_front_but_not_into_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
