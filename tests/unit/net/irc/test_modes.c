// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "net/irc/modes.h"

static void read_isupport(struct irc_isupport *isupport) {
    struct irc_line line;
    irc_isupport_init(isupport);
    assert_true(irc_line_parse(
        slice_of(":s 005 me CHANMODES=Ibe,k,FJLfjl,KMRimnpst PREFIX=(qaohv)~&@%+ :x"),
        &line));
    irc_isupport_read(isupport, &line);
}

// "+o ana; -v ben; ", then "?" where it is doubtful.
static char *changes(const char *text) {
    struct irc_isupport isupport;
    struct irc_line line;
    struct irc_modes modes;
    struct irc_mode mode;
    struct buf all = {0};
    read_isupport(&isupport);
    assert_true(irc_line_parse(slice_of(text), &line));
    irc_modes_start(&modes, &isupport, &line);
    while (irc_modes_next(&modes, &mode)) {
        buf_printf(&all, "%c%c", mode.set ? '+' : '-', mode.letter);
        if (mode.param.len > 0) {
            buf_printf(&all, " %.*s", (int)mode.param.len, mode.param.data);
        }
        buf_add_str(&all, "; ");
    }
    if (modes.doubtful) {
        buf_add_char(&all, '?');
    }
    irc_isupport_finish(&isupport);
    return buf_take(&all);
}

static void modes__next__gives_each_its_parameter(void **state) {
    (void)state;
    static const struct {
        const char *line, *changes;
    } cases[] = {
        {"MODE #c +o ana", "+o ana; "},
        {"MODE #c o ana", "+o ana; "},
        {"MODE #c +ov-h ana ben :cleo", "+o ana; +v ben; -h cleo; "},
        {"MODE #c +nl-lk+o 5 key ana", "+n; +l 5; -l; -k key; +o ana; "},
        {"MODE #c +b-e+o *!*@x y ana", "+b *!*@x; -e y; +o ana; "},
        {"MODE #c +b", "+b; "},
        {"MODE #c", ""},
        {"MODE #c +-+-", ""},
        {"MODE #c :", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_take(changes(cases[i].line), cases[i].changes);
    }
}

static void modes__next__doubts_what_does_not_fit(void **state) {
    (void)state;
    static const struct {
        const char *line, *changes;
    } cases[] = {
        {"MODE #c +oXo ana ben cleo", "+o ana; +X; ?"}, // X may have taken ben
        {"MODE #c +o", "+o; ?"},
        {"MODE #c +o ana ben", "+o ana; ?"},
        {"MODE #c + ana", "?"},
        {"MODE #c +n\x01o ana", "+n; +\x01; ?"},
        {"MODE #c +o :", "+o; ?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_take(changes(cases[i].line), cases[i].changes);
    }
}

static void modes__next__reads_more_than_a_line_has_parameters(void **state) {
    (void)state;
    char *text = changes("MODE #c -oooooooooooooooo 1 2 3 4 5 6 7 8 9 10 11 12 13 14 "
                         "15 :16");
    assert_non_null(strstr(text, "-o 12; -o 13; -o 14; -o 15; -o 16; "));
    assert_null(strchr(text, '?'));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes__next__gives_each_its_parameter),
        cmocka_unit_test(modes__next__doubts_what_does_not_fit),
        cmocka_unit_test(modes__next__reads_more_than_a_line_has_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
