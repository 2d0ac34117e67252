// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/memory.h"
#include "net/matrix/content.h"

#define NOTICE(text) "\"msgtype\":\"m.notice\",\"body\":\"" text "\""
#define HTML(html) \
    ",\"format\":\"org.matrix.custom.html\",\"formatted_body\":\"" html "\""
#define NOBODY ",\"m.mentions\":{}"

static void content__notice__mentions_nobody(void **state) {
    (void)state;
    const struct target target = {.id = "#hall:x"};
    check_take(matrix_content(&target, "a", "<b>a</b>"),
               "{" NOTICE("a") HTML("<b>a</b>") NOBODY "}");
    check_take(matrix_content(&target, "a", NULL), "{" NOTICE("a") NOBODY "}");
}

static void content__reply__names_the_event_and_who_said_it(void **state) {
    (void)state;
    struct target target = {.id = "#hall:x", .reply_to = "$e", .mention = "@ana:x"};
    check_take(
        matrix_content(&target, "a", NULL),
        "{" NOTICE("a") ",\"m.mentions\":{\"user_ids\":[\"@ana:x\"]},"
                        "\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$e\"}}}");
}

static void content__thread__with_a_reply_for_those_who_know_none(void **state) {
    (void)state;
    struct target target = {.id = "#hall:x", .reply_to = "$e", .thread = "$root"};
    check_take(matrix_content(&target, "a", NULL),
               "{" NOTICE("a") NOBODY ",\"m.relates_to\":{\"rel_type\":\"m.thread\","
                                      "\"event_id\":\"$root\",\"is_falling_back\":true,"
                                      "\"m.in_reply_to\":{\"event_id\":\"$e\"}}}");
    target.reply_to = NULL;
    check_take(matrix_content(&target, "a", NULL), "{" NOTICE("a") NOBODY
               ",\"m.relates_to\":{\"rel_type\":\"m.thread\","
               "\"event_id\":\"$root\",\"is_falling_back\":false}}");
}

static void content__edit__has_the_new_text_and_a_fallback(void **state) {
    (void)state;
    const struct target target = {.id = "#hall:x", .replaces = "$old"};
    check_take(matrix_content(&target, "a", "<i>a</i>"),
               "{" NOTICE("* a") HTML("* <i>a</i>") NOBODY
               ",\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$old\"},"
               "\"m.new_content\":{" NOTICE("a") HTML("<i>a</i>") NOBODY "}}");
}

static void content__large__goes_without_html(void **state) {
    (void)state;
    enum { LEN = 32 * 1024 };
    char *text = mem_alloc(LEN + 1, 1);
    memset(text, 'x', LEN);
    const struct target target = {.id = "#hall:x"};
    char *content = matrix_content(&target, text, text);
    assert_null(strstr(content, "formatted_body"));
    assert_in_range(strlen(content), LEN, 60000);
    free(content);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content__notice__mentions_nobody),
        cmocka_unit_test(content__reply__names_the_event_and_who_said_it),
        cmocka_unit_test(content__thread__with_a_reply_for_those_who_know_none),
        cmocka_unit_test(content__edit__has_the_new_text_and_a_fallback),
        cmocka_unit_test(content__large__goes_without_html),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
