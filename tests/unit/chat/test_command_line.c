// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "chat/command.h"
#include "chat/command_line.h"

static const char *const names[] = {"Usher", "@usher:example.org", NULL};

static const struct {
    const char *room, *text;
    int addressing; // -1: no command
    const char *word, *rest;
} cases[] = {
    {"#x", "!now", ADDRESSED_BY_BANG, "now", ""},
    {"#x", "  !ask  why  so?  ", ADDRESSED_BY_BANG, "ask", "why  so?"},
    {"#x", "usher: now", ADDRESSED_BY_NAME, "now", ""},
    {"#x", "USHER, session 2", ADDRESSED_BY_NAME, "session", "2"},
    {"#x", "@usher now", ADDRESSED_BY_NAME, "now", ""},
    {"#x", "@Usher: !now", ADDRESSED_BY_NAME, "now", ""},
    {"#x", "@usher:example.org: now", ADDRESSED_BY_NAME, "now", ""},
    {"#x", "@usher:example.org now", ADDRESSED_BY_NAME, "now", ""},
    {"#x", "usher now", -1, "", ""},
    {"#x", "ushers: now", -1, "", ""},
    {"#x", "@ushers now", -1, "", ""},
    {"#x", "now", -1, "", ""},
    {"#x", "!", -1, "", ""},
    {"#x", "! now", -1, "", ""},
    {"#x", "", -1, "", ""},
    {"#x", "   ", -1, "", ""},
    {"#x", "usher:", ADDRESSED_BY_NAME, "", ""},
    {NULL, "now", ADDRESSED_DIRECTLY, "now", ""},
    {NULL, "!now", ADDRESSED_DIRECTLY, "now", ""},
    {NULL, "usher: now", ADDRESSED_DIRECTLY, "now", ""},
};

static void command_line__parse__table(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct incoming incoming = {
            .room = cases[i].room, .text = cases[i].text, .own_names = names};
        struct command_line line;
        bool is_command = command_line_parse(&incoming, &line);
        if (is_command != (cases[i].addressing >= 0)) {
            fail_msg("wrong for \"%s\"", cases[i].text);
        }
        if (is_command) {
            assert_int_equal(line.addressing, cases[i].addressing);
            assert_true(slice_is(line.word, cases[i].word));
            assert_true(slice_is(line.rest, cases[i].rest));
        }
    }
}

// Whom the network pings needs no colon; in the midst of a text it still is no address.
static void command_line__parse__a_ping_at_the_front_addresses(void **state) {
    (void)state;
    struct incoming incoming = {
        .room = "#x", .text = "usher now", .own_names = names, .mentions_bot = true};
    struct command_line line;
    assert_true(command_line_parse(&incoming, &line));
    assert_int_equal(line.addressing, ADDRESSED_BY_NAME);
    assert_true(slice_is(line.word, "now"));
    incoming.text = "ask usher now";
    assert_false(command_line_parse(&incoming, &line));
    incoming.text = "ushers now";
    assert_false(command_line_parse(&incoming, &line));
}

static void command_line__one_edit__table(void **state) {
    (void)state;
    static const struct {
        const char *word, *name;
        bool near;
    } edits[] = {
        {"agnda", "agenda", true},   {"agendaa", "agenda", true},
        {"agenba", "agenda", true},  {"agedna", "agenda", true},
        {"AGNDA", "agenda", true},   {"agenda", "agenda", false},
        {"gendaa", "agenda", false}, {"agnd", "agenda", false},
        {"", "agenda", false},
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        assert_int_equal(command_line_one_edit(slice_of(edits[i].word), edits[i].name),
                         edits[i].near);
    }
}

static void commands__table__is_whole(void **state) {
    (void)state;
    for (const struct command *one = commands; one->name != NULL; one++) {
        assert_non_null(one->run);
        assert_non_null(one->usage);
        assert_true(one->help != NULL && one->help[0] != '\0');
        assert_ptr_equal(command_find(slice_of(one->name)), one);
    }
    assert_null(command_near(slice_of("nwo")));
    assert_string_equal(command_near(slice_of("agnda"))->name, "agenda");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command_line__parse__table),
        cmocka_unit_test(command_line__parse__a_ping_at_the_front_addresses),
        cmocka_unit_test(command_line__one_edit__table),
        cmocka_unit_test(commands__table__is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
