// SPDX-License-Identifier: MIT
#include "net/matrix/power.h"

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

static cJSON *json_of(const char *text) {
    char *copy = mem_copy(text);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    cJSON *json = cJSON_Parse(copy);
    assert_non_null(json);
    free(copy);
    return json;
}

static void set_create(struct matrix_power *power, const char *content) {
    cJSON *json = json_of(content);
    matrix_power_set_create(power, "@sender:x", json);
    cJSON_Delete(json);
}

static void set_levels(struct matrix_power *power, const char *content) {
    cJSON *json = json_of(content);
    matrix_power_set_levels(power, json);
    cJSON_Delete(json);
}

static void power__version__who_is_the_creator_without_levels(void **state) {
    (void)state;
    static const struct {
        const char *create;
        bool creator, sender;
    } cases[] = {
        {"{'creator':'@creator:x'}", true, false},
        {"{'creator':'@creator:x','room_version':'1'}", true, false},
        {"{'creator':'@creator:x','room_version':'6'}", true, false},
        {"{'creator':'@creator:x','room_version':'10'}", true, false},
        {"{'creator':'@creator:x','room_version':'11'}", false, true},
        {"{'creator':'@creator:x','room_version':'12'}", false, true},
        {"{'creator':'@creator:x','room_version':'13'}", false, false},
        {"{'creator':'@creator:x','room_version':'org.example.1'}", false, false},
        {"{'creator':5}", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matrix_power power = {0};
        set_create(&power, cases[i].create);
        assert_int_equal(matrix_power_is_operator(&power, "@creator:x"),
                         cases[i].creator);
        assert_int_equal(matrix_power_is_operator(&power, "@sender:x"),
                         cases[i].sender);
        matrix_power_finish(&power);
    }
}

static void power__levels__take_the_creators_place_before_version_12(void **state) {
    (void)state;
    static const struct {
        const char *version;
        bool creator, other;
    } cases[] = {
        {"{'creator':'@sender:x','room_version':'9'}", false, false},
        {"{'room_version':'11'}", false, false},
        {"{'room_version':'12','additional_creators':['@other:x',5,'bad']}", true,
         true},
        {"{'room_version':'11','additional_creators':['@other:x']}", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matrix_power power = {0};
        set_create(&power, cases[i].version);
        set_levels(&power, "{'users':{'@ana:x':50}}");
        assert_true(matrix_power_is_operator(&power, "@ana:x"));
        assert_int_equal(matrix_power_is_operator(&power, "@sender:x"),
                         cases[i].creator);
        assert_int_equal(matrix_power_is_operator(&power, "@other:x"), cases[i].other);
        matrix_power_finish(&power);
    }
}

static void power__levels__strings_count_before_version_10(void **state) {
    (void)state;
    static const struct {
        const char *level;
        bool before, after;
    } cases[] = {
        {"50", true, true},         {"49", false, false},     {"-1", false, false},
        {"100", true, true},        {"1e400", true, true},    {"'50'", true, false},
        {"' +0100 '", true, false}, {"'49'", false, false},   {"'-50'", false, false},
        {"'5e1'", false, false},    {"'50.0'", false, false}, {"''", false, false},
        {"'0'", false, false},      {"'++50'", false, false}, {"true", false, false},
        {"null", false, false},     {"[100]", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char content[64];
        snprintf(content, sizeof content, "{'users':{'@ana:x':%s}}", cases[i].level);
        static const char *const before[] = {"1", "9"};
        static const char *const after[] = {"10", "11", "12", "13"};
        for (size_t v = 0; v < 6; v++) {
            struct matrix_power power = {0};
            char create[64];
            snprintf(create, sizeof create, "{'room_version':'%s'}",
                     v < 2 ? before[v] : after[v - 2]);
            set_levels(&power, content); // in either order
            set_create(&power, create);
            assert_int_equal(matrix_power_is_operator(&power, "@ana:x"),
                             v < 2 ? cases[i].before : cases[i].after);
            matrix_power_finish(&power);
        }
    }
}

static void power__default__makes_nobody_an_operator(void **state) {
    (void)state;
    struct matrix_power power = {0};
    set_create(&power, "{'room_version':'11'}");
    set_levels(&power, "{'users_default':100,'users':{'@ana:x':50,'@ben:x':0}}");
    assert_true(matrix_power_is_operator(&power, "@ana:x"));
    assert_false(matrix_power_is_operator(&power, "@ben:x"));
    assert_false(matrix_power_is_operator(&power, "@eve:x"));
    matrix_power_finish(&power);
}

static void power__unknown__gives_no_rights(void **state) {
    (void)state;
    struct matrix_power power = {0};
    assert_false(matrix_power_is_operator(&power, "@ana:x"));
    set_levels(&power, "{'users':{'@ana:x':100}}");
    assert_false(matrix_power_is_operator(&power, "@ana:x"));
    matrix_power_finish(&power);
}

static void power__levels__new_ones_replace_the_old(void **state) {
    (void)state;
    struct matrix_power power = {0};
    set_create(&power, "{'room_version':'10'}");
    set_levels(&power, "{'users':{'@ana:x':50}}");
    set_levels(&power, "{'users':{'@ben:x':50}}");
    assert_false(matrix_power_is_operator(&power, "@ana:x"));
    assert_true(matrix_power_is_operator(&power, "@ben:x"));
    set_levels(&power, "{'users':[5]}");
    assert_false(matrix_power_is_operator(&power, "@ben:x"));
    matrix_power_finish(&power);
}

static void power__may_speak__by_the_level_that_messages_need(void **state) {
    (void)state;
    static const struct {
        const char *levels;
        bool ana, eve; // ana is named in most
    } cases[] = {
        {"{}", true, true},
        {"{'events_default':0}", true, true},
        {"{'events_default':1}", false, false},
        {"{'events_default':1,'users_default':1}", true, true},
        {"{'events_default':50,'users':{'@ana:x':50}}", true, false},
        {"{'events_default':50,'users':{'@ana:x':49}}", false, false},
        {"{'events_default':'50','users':{'@ana:x':' 50'}}", true, false},
        {"{'users_default':10,'events_default':5,'users':{'@ana:x':0}}", false, true},
        {"{'events_default':50,'events':{'m.room.message':0}}", true, true},
        {"{'events':{'m.room.message':50},'users':{'@ana:x':51}}", true, false},
        {"{'events':{'m.room.topic':50}}", true, true},
        {"{'users':{'@ana:x':-1}}", false, true},
        {"{'events_default':null,'users':[1],'events':'x'}", true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matrix_power power = {0};
        set_create(&power, "{'room_version':'11'}");
        set_levels(&power, cases[i].levels);
        assert_int_equal(matrix_power_may_speak(&power, "@ana:x"), cases[i].ana);
        assert_int_equal(matrix_power_may_speak(&power, "@eve:x"), cases[i].eve);
        matrix_power_finish(&power);
    }
}

static void
power__may_speak__creators_of_version_12_and_all_without_levels(void **state) {
    (void)state;
    struct matrix_power power = {0};
    assert_true(matrix_power_may_speak(&power, "@ana:x"));
    set_create(&power, "{'room_version':'12','additional_creators':['@ana:x']}");
    set_levels(&power, "{'events_default':50}");
    assert_true(matrix_power_may_speak(&power, "@sender:x"));
    assert_true(matrix_power_may_speak(&power, "@ana:x"));
    assert_false(matrix_power_may_speak(&power, "@eve:x"));
    set_levels(&power, "{'events_default':0}"); // new ones replace the old
    assert_true(matrix_power_may_speak(&power, "@eve:x"));
    matrix_power_finish(&power);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power__version__who_is_the_creator_without_levels),
        cmocka_unit_test(power__levels__take_the_creators_place_before_version_12),
        cmocka_unit_test(power__levels__strings_count_before_version_10),
        cmocka_unit_test(power__default__makes_nobody_an_operator),
        cmocka_unit_test(power__unknown__gives_no_rights),
        cmocka_unit_test(power__levels__new_ones_replace_the_old),
        cmocka_unit_test(power__may_speak__by_the_level_that_messages_need),
        cmocka_unit_test(
            power__may_speak__creators_of_version_12_and_all_without_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
