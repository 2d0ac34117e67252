// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "formats/json_file.h"

// All mistakes as lines, the file called "f".
static char *mistakes_of(struct slice text) {
    struct json_file file = {0};
    struct mistakes mistakes = {0};
    struct buf lines = {0};
    enum err err = json_file_parse(&file, "f", text, &mistakes);
    assert_true(err == OK ? file.root != NULL : mistakes.mistake_count == 1);
    for (size_t i = 0; i < mistakes.count; i++) {
        mistake_add_line(&mistakes.items[i], &lines);
        buf_add_char(&lines, '\n');
    }
    mistakes_finish(&mistakes);
    json_file_finish(&file);
    return buf_take(&lines);
}

static void json_file__line__of_every_value(void **state) {
    (void)state;
    static const char text[] = "{ // first\n"
                               "  \"a\": 1,\n"
                               "  \"b\": [\n"
                               "    true, // \"c\": 7\n"
                               "    {\"x/y~\": \"// no comment\",\n"
                               "     \"z\":\n"
                               "     null}]}\n";
    static const struct {
        const char *pointer;
        size_t line;
    } cases[] = {
        {"", 1},       {"/a", 2},          {"/b", 3},     {"/b/0", 4},
        {"/b/1", 5},   {"/b/1/x~1y~0", 5}, {"/b/1/z", 7}, {"/none", 1},
        {"/b/9/k", 3}, {"/b/1/q", 5},
    };
    struct json_file file = {0};
    struct mistakes mistakes = {0};
    assert_int_equal(json_file_parse(&file, "f", slice_of(text), &mistakes), OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(json_file_line(&file, cases[i].pointer), cases[i].line);
    }
    assert_int_equal(mistakes.mistake_count, 0);
    json_file_finish(&file);
}

static void json_file__parse__names_what_is_malformed(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *line;
    } cases[] = {
        {"", "f:1: /: found the end of the file, expected a value\n"},
        {"// only a comment", "f:1: /: found the end of the file, expected a value\n"},
        {"{\"a\": 1,\n}", "f:2: /: found '}', expected a text in \"quotes\"\n"},
        {"[1\n2]", "f:2: /: found '2', expected ',' or ']'\n"},
        {"{\"a\" 1}", "f:1: /: found '1', expected ':'\n"},
        {"{\"a\":1} x", "f:1: /: found 'x', expected nothing more\n"},
        {"[tru]", "f:1: /: found 'tru', expected a value\n"},
        {"['a']", "f:1: /: found ''a'', expected a value\n"},
        {"[01]", "f:1: /: found '1', expected ',' or ']'\n"},
        {"[-]", "f:1: /: found ']', expected a digit\n"},
        {"[1.]", "f:1: /: found ']', expected a digit\n"},
        {"[1e+]", "f:1: /: found ']', expected a digit\n"},
        {"[\"a\nb\"]",
         "f:1: /: found the end of the line, expected the closing \" of a text\n"},
        {"[\"a",
         "f:1: /: found the end of the file, expected the closing \" of a text\n"},
        {"[\"\\x\"]",
         "f:1: /: found 'x\"', expected one of \" \\ / b f n r t u after \\\n"},
        {"[\"\\u12g4\"]", "f:1: /: found 'g4\"', expected four hexadecimal digits\n"},
        {"[\"\\u0000\"]", "f:1: /: found an escape that is no character, expected a "
                          "character from U+0001, or a surrogate pair\n"},
        {"[\"\\ud800\"]", "f:1: /: found an escape that is no character, expected a "
                          "character from U+0001, or a surrogate pair\n"},
        {"[\"\xff\"]", "f:1: /: found a text that is not UTF-8, expected UTF-8\n"},
        {"/* a */ 1", "f:1: /: found '/*', expected a value\n"},
        {"{\"a\": {\"b\": 1,\n\"b\": 2}}",
         "f:2: /a/b: found a key that is there already, expected each key once\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_take(mistakes_of(slice_of(cases[i].text)), cases[i].line);
    }
}

static void json_file__parse__takes_what_is_right(void **state) {
    (void)state;
    static const char *const texts[] = {
        "1",
        "-0.5e-3",
        "\"\"",
        " [ ] ",
        "{}",
        "\xef\xbb\xbf{}",
        "[\"\\ud83d\\ude00\"]",
        "null // end",
        "[\"\\\\\", \"\\\"//\"]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check_take(mistakes_of(slice_of(texts[i])), "");
    }
}

static char *repeated(const char *piece, size_t count) {
    struct buf text = {0};
    for (size_t i = 0; i < count; i++) {
        buf_add_str(&text, piece);
    }
    return buf_take(&text);
}

static void json_file__parse__is_bounded(void **state) {
    (void)state;
    char *deep = repeated("[", 100000);
    check_take(mistakes_of(slice_of(deep)),
               "f:1: /: found deeper nesting, expected at most 64 levels\n");
    free(deep);
    char *digits = repeated("1", 100);
    check_take(mistakes_of(slice_of(digits)),
               "f:1: /: found a number that is too long, expected at most 60 "
               "characters\n");
    free(digits);
    char *items = repeated("1,", LIMIT_JSON_VALUES + 1);
    char *many = str_printf("[%s1]", items);
    check_take(mistakes_of(slice_of(many)),
               "f:1: /: found more values, expected at most a million in one file\n");
    free(many);
    free(items);
}

// Every prefix, and the text with every byte changed in turn: whatever comes of it,
// nothing may crash, and no mistake may show a control character.
static void json_file__parse__survives_damage(void **state) {
    (void)state;
    static const char text[] = "{\"a\": [1, -2.5e3, true, null], // c\n"
                               " \"\\u00e9\\\"\": {\"b\": \"\\ud83d\\ude00 é\"}}";
    static const char replacements[] = "\0\"\\{}[],:/\n1eu\xff";
    size_t len = strlen(text);
    for (size_t i = 0; i <= len; i++) {
        free(mistakes_of((struct slice){text, i}));
    }
    char *damaged = mem_copy(text);
    for (size_t i = 0; i < len; i++) {
        for (size_t j = 0; j < sizeof replacements - 1; j++) {
            damaged[i] = replacements[j];
            char *lines = mistakes_of((struct slice){damaged, len});
            assert_null(strpbrk(lines, "\r\t\x1b"));
            free(lines);
        }
        damaged[i] = text[i];
    }
    free(damaged);
}

static void json_file__read__says_why_not(void **state) {
    (void)state;
    struct json_file file = {0};
    struct mistakes mistakes = {0};
    assert_int_equal(json_file_read(&file, "/nowhere/f.json", &mistakes), ERR_INVALID);
    json_file_finish(&file);
    struct buf line = {0};
    mistake_add_line(&mistakes.items[0], &line);
    check_take(buf_take(&line), "/nowhere/f.json:1: /: found no such file, expected a "
                                "file that can be read");
    mistakes_finish(&mistakes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_file__line__of_every_value),
        cmocka_unit_test(json_file__parse__names_what_is_malformed),
        cmocka_unit_test(json_file__parse__takes_what_is_right),
        cmocka_unit_test(json_file__parse__is_bounded),
        cmocka_unit_test(json_file__parse__survives_damage),
        cmocka_unit_test(json_file__read__says_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
