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
    assert_true(isupport.history_by_msgid);
    read_line(&isupport, ":s 005 me CHATHISTORY=50 MSGREFTYPES=timestamp,msgid :x");
    assert_int_equal(isupport.history_max, 50);
    assert_true(isupport.history_by_msgid);
    read_line(&isupport, ":s 005 me CHATHISTORY=-1 MSGREFTYPES=timestamp :x");
    assert_int_equal(isupport.history_max, 0);
    assert_false(isupport.history_by_msgid);
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
    read_line(&isupport, ":s 005 me LINELEN=9999999 LINELEN= LINELEN=-1 = :x");
    read_line(&isupport,
              ":s 005 me PREFIX=(ab)1 PREFIX=(o PREFIX=@+ PREFIX=() CHANMODES");
    read_line(&isupport, ":s 005 me PREFIX=(abcdefghijklmnopq)12345678901234567 :x");
    read_line(&isupport, ":s 005 me LINELEN=9999999 LINELEN= LINELEN=-1 PREFIX= = :x");
    read_line(&isupport, ":s 005 me PREFIX=(a)12345678901234567 BOT= BOT=BB BOT=+ :x");
    assert_int_equal(isupport.bot, '\0');
    assert_int_equal(isupport.line_len, 512);
    irc_isupport_finish(&isupport);
}

static void isupport__prefix__says_who_is_operator(void **state) {
    (void)state;
    static const struct {
        const char *token, *operators;
    } cases[] = {
        {"x", "o"},
        {"PREFIX=(ov)@+", "o"},
        {"PREFIX=(qaohv)~&@%+", "qao"},
        {"PREFIX=(Yohv)!@%+", "Yo"},
        {"PREFIX=(hov)%@+", "ho"},
        {"PREFIX=(v)+", ""},
        {"PREFIX=", ""},
        {"PREFIX", ""},
        {"PREFIX=(ov)@", "o"}, // as before: one mark too few
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct irc_isupport isupport;
        irc_isupport_init(&isupport);
        char *line = str_printf(":s 005 me %s :are supported", cases[i].token);
        read_line(&isupport, line);
        uint64_t expected = 0;
        for (const char *mode = cases[i].operators; *mode != '\0'; mode++) {
            expected |= irc_mode_bit(*mode);
        }
        assert_true(isupport.operator_modes == expected);
        free(line);
        irc_isupport_finish(&isupport);
    }
}

static void isupport__take_marks__leaves_the_nick(void **state) {
    (void)state;
    struct irc_isupport isupport;
    irc_isupport_init(&isupport);
    struct slice name = slice_of("@+ana");
    assert_true(irc_isupport_take_marks(&isupport, &name) ==
                (irc_mode_bit('o') | irc_mode_bit('v')));
    assert_true(slice_is(name, "ana"));
    name = slice_of("~ben");
    assert_true(irc_isupport_take_marks(&isupport, &name) == 0);
    assert_true(slice_is(name, "~ben"));
    name = slice_of("@");
    irc_isupport_take_marks(&isupport, &name);
    assert_int_equal(name.len, 0);
    irc_isupport_finish(&isupport);
}

static void isupport__mode__knows_the_kind(void **state) {
    (void)state;
    struct irc_isupport isupport;
    irc_isupport_init(&isupport);
    assert_int_equal(irc_isupport_mode(&isupport, 'b'), IRC_MODE_LIST);
    assert_int_equal(irc_isupport_mode(&isupport, 'k'), IRC_MODE_ALWAYS);
    assert_int_equal(irc_isupport_mode(&isupport, 'l'), IRC_MODE_SET_ONLY);
    assert_int_equal(irc_isupport_mode(&isupport, 'n'), IRC_MODE_NEVER);
    assert_int_equal(irc_isupport_mode(&isupport, 'v'), IRC_MODE_MEMBER);
    assert_int_equal(irc_isupport_mode(&isupport, 'J'), IRC_MODE_UNKNOWN);
    read_line(&isupport, ":s 005 me CHANMODES=Ibe,k,FJ,K,Z PREFIX=(qo)~@ :x");
    assert_int_equal(irc_isupport_mode(&isupport, 'J'), IRC_MODE_SET_ONLY);
    assert_int_equal(irc_isupport_mode(&isupport, 'K'), IRC_MODE_NEVER);
    assert_int_equal(irc_isupport_mode(&isupport, 'Z'), IRC_MODE_UNKNOWN);
    assert_int_equal(irc_isupport_mode(&isupport, 'n'), IRC_MODE_UNKNOWN);
    assert_int_equal(irc_isupport_mode(&isupport, 'q'), IRC_MODE_MEMBER);
    assert_int_equal(irc_isupport_mode(&isupport, 'v'), IRC_MODE_UNKNOWN);
    assert_int_equal(irc_isupport_mode(&isupport, '\0'), IRC_MODE_UNKNOWN);
    irc_isupport_finish(&isupport);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isupport__fold__follows_the_case_mapping),
        cmocka_unit_test(isupport__read__takes_what_is_used),
        cmocka_unit_test(isupport__read__ignores_nonsense),
        cmocka_unit_test(isupport__prefix__says_who_is_operator),
        cmocka_unit_test(isupport__take_marks__leaves_the_nick),
        cmocka_unit_test(isupport__mode__knows_the_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
