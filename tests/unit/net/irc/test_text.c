// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/utf8.h"
#include "net/irc/text.h"

// The lines of the text, joined by '|'.
static char *split(const char *text, size_t max) {
    struct slice rest = slice_of(text);
    struct buf line = {0};
    struct buf all = {0};
    while (irc_text_take_line(&rest, max, &line)) {
        assert_in_range(line.len, 1, max);
        assert_true(utf8_valid(buf_slice(&line)));
        if (all.len > 0) {
            buf_add_char(&all, '|');
        }
        buf_add_slice(&all, buf_slice(&line));
    }
    assert_int_equal(rest.len, 0);
    buf_finish(&line);
    return buf_take(&all);
}

static void text__take_line__cuts_at_line_ends(void **state) {
    (void)state;
    check_take(split("one\ntwo\n\n \nthree\n", 400), "one|two|three");
    check_take(split("", 400), "");
    check_take(split("\n\n", 400), "");
}

static void text__take_line__prefers_to_cut_between_words(void **state) {
    (void)state;
    check_take(split("one two three", 7), "one two|three");
    check_take(split("one two three", 8), "one two|three");
    check_take(split("one  two", 4), "one|two");
    check_take(split("a https://example.org/ b", 10), "a|https://ex|ample.org/|b");
}

static void text__take_line__cuts_between_characters(void **state) {
    (void)state;
    check_take(split("\xc3\xa4\xc3\xb6\xc3\xbc", 5), "\xc3\xa4\xc3\xb6|\xc3\xbc");
    check_take(split("\xf0\x9f\x91\x8d\xf0\x9f\x91\x8d", 7),
               "\xf0\x9f\x91\x8d|\xf0\x9f\x91\x8d");
    check_take(split("\xe4\xbc\x9a\xe8\xad\xb0\xe4\xb8\xad", 4),
               "\xe4\xbc\x9a|\xe8\xad\xb0|\xe4\xb8\xad");
}

static void text__take_line__leaves_control_characters_out(void **state) {
    (void)state;
    check_take(split("a\x01"
                     "b\rc\x7f\x02"
                     "d",
                     400),
               "abcd");
    check_take(split("\x01"
                     "ACTION x\x01",
                     400),
               "ACTION x");
    check_take(split("\x01\x02\r", 400), "");
}

static char *unformatted(const char *text) {
    struct buf plain = {0};
    irc_text_unformat(slice_of(text), &plain);
    return buf_take(&plain);
}

static void text__unformat__takes_codes_with_their_digits(void **state) {
    (void)state;
    check_take(unformatted("\x02"
                           "bold\x02 \x1ditalic\x0f"),
               "bold italic");
    check_take(unformatted("\x03"
                           "4red \x03"
                           "12,13two\x03 end\x03"),
               "red two end");
    check_take(unformatted("\x03"
                           "4,x \x03"
                           "123 \x03,5"),
               ",x 3 ,5");
    check_take(unformatted("\x04"
                           "ff0000,00ff00rgb"),
               "rgb");
    check_take(unformatted("plain"), "plain");
    check_take(unformatted("\x03"), "");
}

static void text__unframe__tells_action_from_other_ctcp(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum irc_text_kind kind;
        const char *inside;
    } cases[] = {
        {"hello", IRC_TEXT_PLAIN, "hello"},
        {"", IRC_TEXT_PLAIN, ""},
        {"\x01", IRC_TEXT_CTCP, ""},
        {"\x01\x01", IRC_TEXT_CTCP, ""},
        {"\x01VERSION\x01", IRC_TEXT_CTCP, "VERSION"},
        {"\x01"
         "ACTION waves\x01",
         IRC_TEXT_ACTION, "waves"},
        {"\x01"
         "action waves",
         IRC_TEXT_ACTION, "waves"},
        {"\x01"
         "ACTION\x01",
         IRC_TEXT_CTCP, "ACTION"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice text = slice_of(cases[i].text);
        assert_int_equal(irc_text_unframe(&text), cases[i].kind);
        check_take(slice_copy(text), cases[i].inside);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__take_line__cuts_at_line_ends),
        cmocka_unit_test(text__take_line__prefers_to_cut_between_words),
        cmocka_unit_test(text__take_line__cuts_between_characters),
        cmocka_unit_test(text__take_line__leaves_control_characters_out),
        cmocka_unit_test(text__unformat__takes_codes_with_their_digits),
        cmocka_unit_test(text__unframe__tells_action_from_other_ctcp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
