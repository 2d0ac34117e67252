// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "net/matrix/parse.h"

// Events that refer to others, as parse.h reads them. JSON with ' for ".

static struct matrix_event_list list;

static char *json_text(const char *text) {
    char *copy = mem_copy(text);
    for (char *c = copy; *c != '\0'; c++) {
        if (*c == '\'') {
            *c = '"';
        }
    }
    return copy;
}

// The one event of that type, further top-level fields and content; NULL where it is
// left out.
static const struct matrix_event *read(const char *type, const char *more,
                                       const char *content) {
    matrix_event_list_finish(&list);
    char *text = str_printf("[{'type':'%s','event_id':'$e','sender':'@ana:x',%s"
                            "'origin_server_ts':1,'content':%s}]",
                            type, more, content);
    char *plain = json_text(text);
    cJSON *json = cJSON_Parse(plain);
    assert_non_null(json);
    assert_int_equal(matrix_chunk_parse(json, &list), 0);
    cJSON_Delete(json);
    free(plain);
    free(text);
    return list.count > 0 ? &list.items[0] : NULL;
}

static const struct matrix_event *message(const char *content) {
    return read("m.room.message", "", content);
}

#define TEXT(body) "'msgtype':'m.text','body':'" body "'"
#define REPLACES(event) ",'m.relates_to':{'rel_type':'m.replace','event_id':" event "}"

static void relations__edit__is_its_new_content(void **state) {
    (void)state;
    const struct matrix_event *event = message(
        "{" TEXT("* new") ",'m.new_content':{" TEXT("new") "}" REPLACES("'$old'") "}");
    assert_int_equal(event->kind, MATRIX_EVENT_EDIT);
    assert_string_equal(event->text, "new");
    assert_string_equal(event->of, "$old");
}

static void relations__edit__without_what_it_needs_is_left_out(void **state) {
    (void)state;
    static const char *const contents[] = {
        "{" TEXT("* new") REPLACES("'$old'") "}",
        "{" TEXT("* new") ",'m.new_content':'new'" REPLACES("'$old'") "}",
        "{" TEXT("* new") ",'m.new_content':{'body':'new'}" REPLACES("'$old'") "}",
        "{" TEXT("*") ",'m.new_content':{'msgtype':'m.image','body':'new'}" REPLACES(
            "'$old'") "}",
        "{" TEXT("* new") ",'m.new_content':{" TEXT("new") "}" REPLACES("5") "}",
        "{" TEXT("* new") ",'m.new_content':{" TEXT("new") "}" REPLACES("'old'") "}",
        "{" TEXT("* new") ",'m.new_content':{" TEXT("new") "}" REPLACES("'$o d'") "}",
    };
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        if (message(contents[i]) != NULL) {
            fail_msg("taken: %s", contents[i]);
        }
    }
}

static void relations__redaction__both_forms(void **state) {
    (void)state;
    const struct matrix_event *event =
        read("m.room.redaction", "'redacts':'$old',", "{}");
    assert_int_equal(event->kind, MATRIX_EVENT_REDACTION);
    assert_string_equal(event->of, "$old");
    event = read("m.room.redaction", "", "{'redacts':'$new','reason':'spam'}");
    assert_string_equal(event->of, "$new");
    assert_null(read("m.room.redaction", "", "{'redacts':[]}"));
    assert_null(read("m.room.redaction", "'redacts':'@ana:x',", "{}"));
}

#define ANNOTATES(event, key)                                                          \
    "{'m.relates_to':{'rel_type':'m.annotation','key':" key ",'event_id':'" event "'}" \
    "}"

static void relations__reaction__key_is_bounded(void **state) {
    (void)state;
    const struct matrix_event *event =
        read("m.reaction", "", ANNOTATES("$old", "'\U0001F44D\uFE0F'"));
    assert_int_equal(event->kind, MATRIX_EVENT_REACTION);
    assert_string_equal(event->of, "$old");
    assert_string_equal(event->text, "\U0001F44D\uFE0F");
    assert_null(read("m.reaction", "", ANNOTATES("$old", "7")));
    assert_null(read("m.reaction", "", ANNOTATES("old", "'x'")));
    assert_null(read("m.reaction", "", "{'m.relates_to':[]}"));
    assert_null(read("m.reaction", "", "{'m.relates_to':{'key':'x'}}"));
    char *key = mem_alloc(70000, 1);
    memset(key, 'x', 69999);
    char *content = str_printf(ANNOTATES("$old", "'%s'"), key);
    assert_null(read("m.reaction", "", content));
    free(content);
    free(key);
}

static void relations__reply__and_thread_are_told_apart(void **state) {
    (void)state;
    const struct matrix_event *event =
        message("{" TEXT("a") ",'m.relates_to':{'m.in_reply_to':{'event_id':'$old'}}}");
    assert_string_equal(event->of, "$old");
    assert_null(event->thread);
    event = message("{" TEXT("a") ",'m.relates_to':{'rel_type':'m.thread',"
                                  "'event_id':'$root','is_falling_back':true,"
                                  "'m.in_reply_to':{'event_id':'$old'}}}");
    assert_null(event->of);
    assert_string_equal(event->thread, "$root");
    event = message("{" TEXT("a") ",'m.relates_to':{'rel_type':'m.thread',"
                                  "'event_id':'$root',"
                                  "'m.in_reply_to':{'event_id':'$old'}}}");
    assert_string_equal(event->of, "$old");
    event = message("{" TEXT("a") ",'m.relates_to':{'rel_type':'m.thread',"
                                  "'event_id':{},'m.in_reply_to':[]}}");
    assert_null(event->of);
    assert_null(event->thread);
}

static void relations__mentions__are_ids_between_blanks(void **state) {
    (void)state;
    const struct matrix_event *event =
        message("{" TEXT("a") ",'m.mentions':{'user_ids':['@b:x',5,'b','@c d:x',"
                              "'@u:x']}}");
    assert_string_equal(event->mentioned, " @b:x @u:x ");
    assert_null(message("{" TEXT("a") ",'m.mentions':{'user_ids':'@b:x'}}")->mentioned);
    assert_null(message("{" TEXT("a") ",'m.mentions':{}}")->mentioned);
    struct buf content = {0};
    buf_add_str(&content, "{" TEXT("a") ",'m.mentions':{'user_ids':['@u:x'");
    for (int i = 0; i < 5000; i++) {
        buf_add_str(&content, ",'@u:x'");
    }
    buf_add_str(&content, "]}}");
    assert_in_range(strlen(message(buf_str(&content))->mentioned), 1, 501);
    buf_finish(&content);
}

static int tear_down(void **state) {
    (void)state;
    matrix_event_list_finish(&list);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relations__edit__is_its_new_content),
        cmocka_unit_test(relations__edit__without_what_it_needs_is_left_out),
        cmocka_unit_test(relations__redaction__both_forms),
        cmocka_unit_test(relations__reaction__key_is_bounded),
        cmocka_unit_test(relations__reply__and_thread_are_told_apart),
        cmocka_unit_test(relations__mentions__are_ids_between_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
