// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "net/irc/isupport.h"

static void read_line(struct irc_isupport *isupport, const char *text) {
    struct irc_line line;
    assert_true(irc_line_parse(slice_of(text), &line));
    irc_isupport_read(isupport, &line);
}

static char *folded(const struct irc_isupport *isupport, const char *name) {
    struct buf key = {0};
    irc_fold(isupport, slice_of(name), &key);
    return buf_take(&key);
}

static void isupport__fold__follows_the_case_mapping(void **state) {
    (void)state;
    struct irc_isupport isupport;
    irc_isupport_init(&isupport);
    check_take(folded(&isupport, "#Ab[\\]^"), "#ab{|}~");
    assert_true(irc_same_name(&isupport, slice_of("A[^"), slice_of("a{~")));
    assert_false(irc_same_name(&isupport, slice_of("bot"), slice_of("botany")));
    read_line(&isupport, ":s 005 me CASEMAPPING=rfc1459-strict :are supported");
    check_take(folded(&isupport, "A[]^"), "a{}^");
    read_line(&isupport, ":s 005 me CASEMAPPING=ascii :are supported");
    check_take(folded(&isupport, "A[]^"), "a[]^");
    read_line(&isupport, ":s 005 me CASEMAPPING=rfc1459 :are supported");
    check_take(folded(&isupport, "^"), "~");
    read_line(&isupport, ":s 005 me CASEMAPPING=rfc7613 :are supported");
    check_take(folded(&isupport, "^A"), "^a");
    irc_isupport_finish(&isupport);
}

static void isupport__read__takes_what_is_used(void **state) {
    (void)state;
    struct irc_isupport isupport;
    irc_isupport_init(&isupport);
    assert_int_equal(isupport.line_len, 512);
    assert_false(isupport.whox);
    assert_string_equal(buf_str(&isupport.prefixes), "@+");
    read_line(&isupport,
              ":s 005 me WHOX LINELEN=2048 PREFIX=(qaohv)~&@%+ FOO=1 BAR :x");
    assert_int_equal(isupport.line_len, 2048);
    assert_true(isupport.whox);
    assert_string_equal(buf_str(&isupport.prefixes), "~&@%+");
    assert_false(isupport.monitor || isupport.bot != '\0');
    read_line(&isupport, ":s 005 me MONITOR=100 BOT=B :are supported");
    assert_true(isupport.monitor);
    assert_int_equal(isupport.bot, 'B');
    irc_isupport_finish(&isupport);
}

static void isupport__read__ignores_nonsense(void **state) {
    (void)state;
    struct irc_isupport isupport;
    irc_isupport_init(&isupport);
    read_line(&isupport, ":s 005");
    read_line(&isupport, ":s 005 me LINELEN=9999999 LINELEN= LINELEN=-1 PREFIX= = :x");
    read_line(&isupport, ":s 005 me PREFIX=(a)12345678901234567 BOT= BOT=BB BOT=+ :x");
    assert_int_equal(isupport.bot, '\0');
    assert_int_equal(isupport.line_len, 512);
    assert_string_equal(buf_str(&isupport.prefixes), "@+");
    irc_isupport_finish(&isupport);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isupport__fold__follows_the_case_mapping),
        cmocka_unit_test(isupport__read__takes_what_is_used),
        cmocka_unit_test(isupport__read__ignores_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
