// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/limits.h"
#include "net/irc/framing.h"

static void add(struct irc_framing *framing, const char *text) {
    irc_framing_add(framing, text, strlen(text));
}

static void expect_line(struct irc_framing *framing, const char *expected) {
    struct slice line;
    assert_true(irc_framing_next(framing, &line));
    check_take(slice_copy(line), expected);
}

static void expect_none(struct irc_framing *framing) {
    struct slice line;
    assert_false(irc_framing_next(framing, &line));
}

static void framing__next__joins_what_came_in_pieces(void **state) {
    (void)state;
    struct irc_framing framing = {0};
    add(&framing, "PI");
    expect_none(&framing);
    add(&framing, "NG a\r");
    expect_none(&framing);
    add(&framing, "\n\r\n\nsecond\nthi");
    expect_line(&framing, "PING a");
    expect_line(&framing, "second");
    expect_none(&framing);
    add(&framing, "rd\r\n");
    expect_line(&framing, "third");
    expect_none(&framing);
    irc_framing_finish(&framing);
}

static void add_many(struct irc_framing *framing, char c, size_t count) {
    char bytes[256];
    memset(bytes, c, sizeof bytes);
    for (; count > 0; count -= count < sizeof bytes ? count : sizeof bytes) {
        irc_framing_add(framing, bytes, count < sizeof bytes ? count : sizeof bytes);
    }
}

static void framing__next__takes_the_longest_line(void **state) {
    (void)state;
    struct irc_framing framing = {0};
    struct slice line;
    add_many(&framing, 'x', LIMIT_IRC_LINE_BYTES);
    expect_none(&framing);
    add(&framing, "\r\n");
    assert_true(irc_framing_next(&framing, &line));
    assert_int_equal(line.len, LIMIT_IRC_LINE_BYTES);
    irc_framing_finish(&framing);
}

static void framing__next__discards_an_overlong_line_to_its_end(void **state) {
    (void)state;
    struct irc_framing framing = {0};
    add(&framing, "before\n");
    expect_line(&framing, "before");
    for (int i = 0; i < 10; i++) {
        add_many(&framing, 'x', LIMIT_IRC_LINE_BYTES + 1);
        expect_none(&framing);
        assert_in_range(framing.bytes.len, 0, 2 * LIMIT_IRC_LINE_BYTES);
    }
    add(&framing, "end of it\r\nafter\r\n");
    expect_line(&framing, "after");
    expect_none(&framing);
    assert_int_equal(framing.discarded, 1);
    irc_framing_finish(&framing);
}

static void framing__next__drops_lines_with_nul_or_bare_cr(void **state) {
    (void)state;
    struct irc_framing framing = {0};
    irc_framing_add(&framing, "a\0b\r\n", 5);
    add(&framing, "QUIT\rJOIN #x\r\ngood\r\n");
    expect_line(&framing, "good");
    expect_none(&framing);
    assert_int_equal(framing.discarded, 2);
    irc_framing_finish(&framing);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(framing__next__joins_what_came_in_pieces),
        cmocka_unit_test(framing__next__takes_the_longest_line),
        cmocka_unit_test(framing__next__discards_an_overlong_line_to_its_end),
        cmocka_unit_test(framing__next__drops_lines_with_nul_or_bare_cr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
