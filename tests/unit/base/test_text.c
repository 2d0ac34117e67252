// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "base/buf.h"
#include "base/slice.h"
#include "base/utf8.h"

static void utf8__clean__leaves_no_control_character(void **state) {
    (void)state;
    check_take(utf8_clean(slice_of("a\r\nPRIVMSG #x :y\x01\x7f")), "a  PRIVMSG #x :y");
    check_take(utf8_clean(slice_of("caf\xc3\xa9 \xff\xc3")),
               "café \xef\xbf\xbd\xef\xbf\xbd");
    // Right-to-left override and C1 control.
    check_take(utf8_clean(slice_of("x\xe2\x80\xaey\xc2\x85z")), "xyz");
    check_take(utf8_clean((struct slice){"a\0b", 3}), "ab");
}

static void utf8__is_clean__tells_what_clean_would_change(void **state) {
    (void)state;
    static const char *const unclean[] = {"a\nb", "a\tb", "\x7f", "\xff",
                                          "\xe2\x80\xae"};
    assert_true(utf8_is_clean(slice_of("café \xef\xbf\xbd 网络")));
    assert_true(utf8_is_clean(slice_of("")));
    for (size_t i = 0; i < sizeof unclean / sizeof unclean[0]; i++) {
        assert_false(utf8_is_clean(slice_of(unclean[i])));
    }
}

static void utf8__fold__makes_equal_what_reads_equal(void **state) {
    (void)state;
    check_take(utf8_fold(slice_of("  What ABOUT Zürich?! ")), "what about zurich");
    check_take(utf8_fold(slice_of("ﬁne—Straße")), "fine strasse");
    check_take(utf8_fold(slice_of("网络 安全？")), "网络 安全");
    check_take(utf8_fold(slice_of("?!…")), "");
    check_take(utf8_fold(slice_of("")), "");
}

static void utf8__prefix__never_cuts_a_character(void **state) {
    (void)state;
    struct slice text = slice_of("aé网");
    assert_int_equal(utf8_prefix(text, 2), 1);
    assert_int_equal(utf8_prefix(text, 3), 3);
    assert_int_equal(utf8_prefix(text, 5), 3);
    assert_int_equal(utf8_prefix(text, 100), 6);
    assert_int_equal(utf8_count(text), 3);
}

static void slice__take_word__walks_blanks(void **state) {
    (void)state;
    struct slice rest = slice_of("  ask \t session 2:  why ");
    assert_true(slice_is(slice_take_word(&rest), "ask"));
    assert_true(slice_is(rest, "session 2:  why"));
    int64_t number = 0;
    assert_false(slice_to_number(slice_of("-1"), &number));
    assert_false(slice_to_number(slice_of("1234567890123456789"), &number));
    assert_true(slice_to_number(slice_of("042"), &number));
    assert_int_equal(number, 42);
}

static void buf__drop__keeps_the_rest(void **state) {
    (void)state;
    struct buf buf = {0};
    buf_printf(&buf, "%s-%d", "abc", 7);
    buf_drop(&buf, 2);
    assert_string_equal(buf_str(&buf), "c-7");
    buf_drop(&buf, 99);
    assert_string_equal(buf_str(&buf), "");
    buf_finish(&buf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8__clean__leaves_no_control_character),
        cmocka_unit_test(utf8__is_clean__tells_what_clean_would_change),
        cmocka_unit_test(utf8__fold__makes_equal_what_reads_equal),
        cmocka_unit_test(utf8__prefix__never_cuts_a_character),
        cmocka_unit_test(slice__take_word__walks_blanks),
        cmocka_unit_test(buf__drop__keeps_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
