// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/limits.h"
#include "formats/mistakes.h"

static char *line_of(const struct mistakes *mistakes, size_t index) {
    struct buf line = {0};
    mistake_add_line(&mistakes->items[index], &line);
    return buf_take(&line);
}

static void mistakes__add__has_the_form_of_the_design(void **state) {
    (void)state;
    struct mistakes mistakes = {0};
    struct place place = {"usher.json", 7, "/networks/a~1b"};
    mistakes_add(&mistakes, &place, "3", "a text");
    mistakes_warn(&mistakes, &(struct place){"usher.json", 1, ""}, "not yet");
    check_take(line_of(&mistakes, 0),
               "usher.json:7: /networks/a~1b: found 3, expected a text");
    check_take(line_of(&mistakes, 1), "usher.json:1: /: warning: not yet");
    assert_int_equal(mistakes.mistake_count, 1);
    assert_int_equal(mistakes.warning_count, 1);
    mistakes_finish(&mistakes);
}

static void mistakes__add__cleans_and_cuts(void **state) {
    (void)state;
    struct mistakes mistakes = {0};
    struct buf text = {0};
    buf_add_str(&text, "\x1b[31m\n");
    for (int i = 0; i < 1000; i++) {
        buf_add_str(&text, "é");
    }
    struct place place = {"f\r", 1, "/\x07"};
    mistakes_add(&mistakes, &place, buf_str(&text), "x");
    char *line = line_of(&mistakes, 0);
    assert_ptr_equal(strstr(line, "f :1: /: found [31m éé"), line);
    assert_non_null(strstr(line, "é…, expected x"));
    assert_true(strlen(line) < 500);
    free(line);
    buf_finish(&text);
    mistakes_finish(&mistakes);
}

static void mistakes__add__counts_beyond_what_it_keeps(void **state) {
    (void)state;
    struct mistakes mistakes = {0};
    struct place place = {"f", 1, ""};
    for (int i = 0; i < LIMIT_MISTAKES + 5; i++) {
        mistakes_add(&mistakes, &place, "a", "b");
    }
    assert_int_equal(mistakes.count, LIMIT_MISTAKES);
    assert_int_equal(mistakes.mistake_count, LIMIT_MISTAKES + 5);
    mistakes_finish(&mistakes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes__add__has_the_form_of_the_design),
        cmocka_unit_test(mistakes__add__cleans_and_cuts),
        cmocka_unit_test(mistakes__add__counts_beyond_what_it_keeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
