// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "net/irc/line.h"

// The cases lie beside the checkout: not part of it, so they may be missing.

struct field {
    char name[16];
    char *values[2];
};

// The folder of this file, with a path from there.
static char *beside(const char *path) {
    const char *slash = strrchr(__FILE__, '/');
    assert_non_null(slash);
    return str_printf("%.*s/%s", (int)(slash - __FILE__), __FILE__, path);
}

static FILE *open_cases(const char *name) {
    char *relative = str_printf("../../../../../shared/conformance/%s", name);
    char *path = beside(relative);
    char *script = beside("conformance_cases.py");
    FILE *cases = NULL;
    if (access(path, R_OK) == 0) {
        char *command = str_printf("python3 '%s' '%s'", script, path);
        cases = popen(command, "r"); // NOLINT(cert-env33-c)
        assert_non_null(cases);
        free(command);
    } else {
        fprintf(stderr, "SKIPPED: no %s\n", path);
    }
    free(relative);
    free(path);
    free(script);
    return cases;
}

static char *unhex(const char *digits) {
    struct buf text = {0};
    for (; digits[0] != '\0' && digits[0] != '-'; digits += 2) {
        char byte[] = {digits[0], digits[1], '\0'};
        buf_add_char(&text, (char)strtol(byte, NULL, 16));
    }
    return buf_take(&text);
}

static bool read_field(FILE *cases, struct field *field) {
    char line[2048];
    if (fgets(line, sizeof line, cases) == NULL) {
        return false;
    }
    char *rest = NULL;
    snprintf(field->name, sizeof field->name, "%s", strtok_r(line, " \n", &rest));
    for (size_t i = 0; i < 2; i++) {
        const char *digits = strtok_r(NULL, " \n", &rest);
        field->values[i] = unhex(digits != NULL ? digits : "-");
    }
    return true;
}

static void finish_field(struct field *field) {
    free(field->values[0]);
    free(field->values[1]);
}

static void check_slice(struct slice found, const char *expected) {
    check_take(slice_copy(found), expected);
}

struct line_case {
    char *input;
    struct irc_line line;
    size_t params;
    size_t tags;
    size_t count; // of cases so far
};

// Of several with one name only the last counts.
static size_t count_tags(const struct irc_line *line) {
    struct slice rest = line->tags;
    struct slice key;
    struct slice value;
    size_t count = 0;
    while (irc_line_take_tag(&rest, &key, &value)) {
        struct irc_line later = {.tags = rest};
        char *name = slice_copy(key);
        count += !irc_line_tag(&later, name, NULL);
        free(name);
    }
    return count;
}

static void check_line_end(struct line_case *at) {
    assert_int_equal(at->line.param_count, at->params);
    assert_int_equal(count_tags(&at->line), at->tags);
    free(at->input);
    *at = (struct line_case){.count = at->count + 1};
}

// The script's last word: every case has come through.
static void check_count(const struct field *field, size_t count) {
    assert_in_range(count, 1, 1000);
    assert_int_equal(strtol(field->values[0], NULL, 10), count);
}

static void check_line_field(struct line_case *at, const struct field *field) {
    if (strcmp(field->name, "input") == 0) {
        at->input = mem_copy(field->values[0]);
        assert_true(irc_line_parse(slice_of(at->input), &at->line));
    } else if (strcmp(field->name, "source") == 0) {
        check_slice(at->line.source, field->values[0]);
    } else if (strcmp(field->name, "verb") == 0) {
        check_slice(at->line.verb, field->values[0]);
    } else if (strcmp(field->name, "param") == 0) {
        check_slice(irc_line_param(&at->line, at->params), field->values[0]);
        at->params++;
    } else if (strcmp(field->name, "tag") == 0) {
        struct buf value = {0};
        assert_true(irc_line_tag(&at->line, field->values[0], &value));
        assert_string_equal(buf_str(&value), field->values[1]);
        buf_finish(&value);
        at->tags++;
    } else if (strcmp(field->name, "end") == 0) {
        check_line_end(at);
    } else if (strcmp(field->name, "cases") == 0) {
        check_count(field, at->count);
    }
}

static void line__parse__conforms(void **state) {
    (void)state;
    FILE *cases = open_cases("irc-msg-split.yaml");
    if (cases == NULL) {
        skip();
    }
    struct line_case at = {0};
    struct field field = {0};
    while (read_field(cases, &field)) {
        check_line_field(&at, &field);
        finish_field(&field);
    }
    assert_int_equal(pclose(cases), 0);
    assert_string_equal(field.name, "cases");
}

static void source__split__conforms(void **state) {
    (void)state;
    FILE *cases = open_cases("irc-userhost-split.yaml");
    if (cases == NULL) {
        skip();
    }
    struct field field = {0};
    struct irc_source source = {0};
    char *input = NULL;
    size_t count = 0;
    while (read_field(cases, &field)) {
        if (strcmp(field.name, "input") == 0) {
            free(input);
            input = mem_copy(field.values[0]);
            source = irc_source_split(slice_of(input));
            count++;
        } else if (strcmp(field.name, "nick") == 0) {
            check_slice(source.nick, field.values[0]);
        } else if (strcmp(field.name, "user") == 0) {
            check_slice(source.user, field.values[0]);
        } else if (strcmp(field.name, "host") == 0) {
            check_slice(source.host, field.values[0]);
        } else if (strcmp(field.name, "cases") == 0) {
            check_count(&field, count);
        }
        finish_field(&field);
    }
    free(input);
    assert_int_equal(pclose(cases), 0);
    assert_string_equal(field.name, "cases");
}

static void line__parse__refuses_what_has_no_verb(void **state) {
    (void)state;
    static const char *const texts[] = {"",      "   ", ":source", "@tag=1",
                                        "@a :b", "@",   ":"};
    struct irc_line line;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_false(irc_line_parse(slice_of(texts[i]), &line));
    }
}

static void line__parse__keeps_the_rest_in_the_last_of_many_params(void **state) {
    (void)state;
    struct irc_line line;
    assert_true(irc_line_parse(slice_of("X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 :17"),
                               &line));
    assert_int_equal(line.param_count, IRC_PARAMS_MAX);
    check_slice(line.params[14], "15 16 :17");
}

static void line__numeric__takes_three_digits_only(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int numeric;
    } cases[] = {{"001 a", 1}, {"433", 433}, {"000", 0},
                 {"0001", 0},  {"12", 0},    {"1x3", 0}};
    struct irc_line line;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(irc_line_parse(slice_of(cases[i].text), &line));
        assert_int_equal(irc_line_numeric(&line), cases[i].numeric);
    }
}

static void line__tag__tells_absent_from_empty(void **state) {
    (void)state;
    struct irc_line line;
    assert_true(irc_line_parse(slice_of("@;bot;=x;a= PRIVMSG"), &line));
    assert_true(irc_line_tag(&line, "bot", NULL));
    assert_true(irc_line_tag(&line, "a", NULL));
    assert_false(irc_line_tag(&line, "bo", NULL));
    assert_false(irc_line_tag(&line, "msgid", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__parse__conforms),
        cmocka_unit_test(source__split__conforms),
        cmocka_unit_test(line__parse__refuses_what_has_no_verb),
        cmocka_unit_test(line__parse__keeps_the_rest_in_the_last_of_many_params),
        cmocka_unit_test(line__numeric__takes_three_digits_only),
        cmocka_unit_test(line__tag__tells_absent_from_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
