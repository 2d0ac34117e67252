// SPDX-License-Identifier: MIT
#include "net/matrix/order.h"

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"

// A list of messages, an id a character; '+' is a join of @usher:x.
static struct matrix_event_list list_of(const char *ids) {
    struct matrix_event_list list = {0};
    for (const char *c = ids; *c != '\0'; c++) {
        list.items = mem_grow(list.items, list.count, &list.cap, sizeof *list.items);
        struct matrix_event event = {.kind = MATRIX_EVENT_MESSAGE};
        event.id = str_printf("$%c", *c);
        if (*c == '+') {
            event.kind = MATRIX_EVENT_MEMBER;
            event.member = mem_copy("@usher:x");
            event.newly = event.joined = true;
        }
        list.items[list.count++] = event;
    }
    return list;
}

static void check_merge(const char *older, const char *timeline, const char *expected,
                        size_t added) {
    struct matrix_event_list first = list_of(older);
    struct matrix_event_list second = list_of(timeline);
    assert_int_equal(matrix_events_merge(&second, &first), added);
    struct buf ids = {0};
    for (size_t i = 0; i < second.count; i++) {
        buf_add_str(&ids, second.items[i].id + 1);
    }
    assert_string_equal(buf_str(&ids), expected);
    assert_int_equal(first.count, 0);
    matrix_event_list_finish(&second);
    buf_finish(&ids);
}

static void order__merge__oldest_first_without_repeats(void **state) {
    (void)state;
    check_merge("", "", "", 0);
    check_merge("", "ab", "ab", 0);
    check_merge("cba", "de", "abcde", 3);
    check_merge("cba", "cde", "abcde", 3);
    check_merge("ccbbaa", "dd", "abcd", 3);
    check_merge("ba", "", "ab", 2);
}

static void order__after_join__the_newest_one_counts(void **state) {
    (void)state;
    static const struct {
        const char *ids;
        size_t expected;
    } table[] = {{"", 0}, {"abc", 0}, {"a+b", 2}, {"+", 1}, {"+a+b", 3}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct matrix_event_list list = list_of(table[i].ids);
        assert_int_equal(matrix_events_after_join(&list, "@usher:x"),
                         table[i].expected);
        assert_int_equal(matrix_events_after_join(&list, "@ana:x"), 0);
        matrix_event_list_finish(&list);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order__merge__oldest_first_without_repeats),
        cmocka_unit_test(order__after_join__the_newest_one_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
