// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "net/irc/watch.h"

enum { SILENCE = IRC_WATCH_SILENCE_MS, ANSWER = IRC_WATCH_ANSWER_MS };

static void expect(struct irc_watch *watch, int64_t now_ms, bool open,
                   enum irc_watch_verdict verdict, int64_t wait_ms) {
    int64_t actual_ms = 0;
    assert_int_equal(irc_watch_look(watch, now_ms, open, &actual_ms), verdict);
    if (verdict != IRC_WATCH_DEAD) {
        assert_int_equal(actual_ms, wait_ms);
    }
}

static void watch__look__asks_after_a_silence_then_gives_up(void **state) {
    (void)state;
    struct irc_watch watch;
    irc_watch_start(&watch, 0);
    assert_true(watch.silent);
    expect(&watch, 10, false, IRC_WATCH_WELL, SILENCE - 10);
    irc_watch_heard(&watch, 1000);
    assert_false(watch.silent);
    expect(&watch, SILENCE, false, IRC_WATCH_WELL, 1000);
    expect(&watch, SILENCE + 1000, false, IRC_WATCH_ASK, SILENCE);
    expect(&watch, SILENCE + 2000, false, IRC_WATCH_WELL, SILENCE - 1000);
    expect(&watch, 2 * SILENCE + 1000, false, IRC_WATCH_DEAD, 0);
}

static void watch__look__asks_while_something_is_open(void **state) {
    (void)state;
    struct irc_watch watch;
    irc_watch_start(&watch, 0);
    expect(&watch, 10, true, IRC_WATCH_ASK, SILENCE);
    irc_watch_heard(&watch, 20);
    irc_watch_answered(&watch);
    expect(&watch, 30, false, IRC_WATCH_WELL, SILENCE - 10);
}

// It talks on, but reads nothing: the half of the connection that matters is dead.
static void watch__look__wants_the_answer_from_one_who_talks(void **state) {
    (void)state;
    struct irc_watch watch;
    irc_watch_start(&watch, 0);
    expect(&watch, SILENCE, false, IRC_WATCH_ASK, SILENCE);
    for (int64_t now_ms = SILENCE; now_ms < SILENCE + ANSWER; now_ms += 1000) {
        int64_t wait_ms = 0;
        irc_watch_heard(&watch, now_ms);
        assert_int_equal(irc_watch_look(&watch, now_ms, true, &wait_ms),
                         IRC_WATCH_WELL);
        assert_true(wait_ms > 0 && wait_ms <= SILENCE);
    }
    expect(&watch, SILENCE + ANSWER, true, IRC_WATCH_DEAD, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watch__look__asks_after_a_silence_then_gives_up),
        cmocka_unit_test(watch__look__asks_while_something_is_open),
        cmocka_unit_test(watch__look__wants_the_answer_from_one_who_talks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
