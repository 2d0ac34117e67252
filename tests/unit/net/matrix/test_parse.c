// SPDX-License-Identifier: MIT
#include "net/matrix/parse.h"

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/slice.h"

// JSON with ' for ", which reads better here.
static cJSON *json_of(const char *text) {
    char *copy = mem_copy(text);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    cJSON *json = cJSON_Parse(copy);
    free(copy);
    return json;
}

static bool parse(const char *text, struct matrix_news *news) {
    cJSON *json = json_of(text);
    bool good = matrix_news_parse(json, news);
    cJSON_Delete(json);
    return good;
}

static struct matrix_event_list chunk(const char *text, size_t *skipped) {
    struct matrix_event_list list = {0};
    cJSON *json = json_of(text);
    assert_non_null(json);
    *skipped = matrix_chunk_parse(json, &list);
    cJSON_Delete(json);
    return list;
}

// The fields that every event below has, but for the last closing brace.
#define SAID                                                      \
    "{'type':'m.room.message','event_id':'$e','sender':'@ana:x'," \
    "'origin_server_ts':1441715400000,'content':"
#define MEMBER                                                   \
    "{'type':'m.room.member','event_id':'$e','sender':'@ana:x'," \
    "'origin_server_ts':1,'state_key':'@ana:x','content':"

static const char EVERYTHING[] =
    "{'next_batch':'s2','account_data':{'events':["
    "{'type':'m.direct','content':{'@ana:x':['!d:x']}}]},"
    "'rooms':{'join':{'!r:x':{'state':{'events':[" MEMBER
    "{'membership':'join','displayname':'Ana'}}]},"
    "'timeline':{'limited':true,'prev_batch':'p1','events':[" SAID
    "{'msgtype':'m.text','body':'!now'}}]}}},"
    "'invite':{'!i:x':{'invite_state':{'events':["
    "{'type':'m.room.encryption','sender':'@ben:x','content':{}},"
    "{'type':'m.room.member','sender':'@ben:x','state_key':'@u:x',"
    "'content':{'membership':'invite','is_direct':true}}]}}},"
    "'leave':{'!l:x':{}}}}";

static void parse__news__everything_in_its_place(void **state) {
    (void)state;
    struct matrix_news news = {0};
    assert_true(parse(EVERYTHING, &news));
    assert_string_equal(news.next_batch, "s2");
    assert_string_equal(news.direct, "{\"@ana:x\":[\"!d:x\"]}");
    assert_int_equal(news.update_count, 1);
    const struct matrix_update *update = &news.updates[0];
    assert_string_equal(update->room, "!r:x");
    assert_true(update->limited);
    assert_string_equal(update->prev_batch, "p1");
    assert_int_equal(update->state.count, 1);
    assert_string_equal(update->state.items[0].member_name, "Ana");
    assert_true(update->state.items[0].newly);
    assert_int_equal(update->timeline.count, 1);
    assert_string_equal(update->timeline.items[0].text, "!now");
    assert_int_equal(update->timeline.items[0].sent_ms, 1441715400000);
    assert_int_equal(news.invite_count, 1);
    assert_string_equal(news.invites[0].inviter, "@ben:x");
    assert_true(news.invites[0].direct && news.invites[0].encrypted);
    assert_int_equal(news.left_count, 1);
    assert_string_equal(news.left[0].room, "!l:x");
    assert_int_equal(news.skipped, 0);
    matrix_news_finish(&news);
    matrix_news_finish(&news);
}

// Every shape a server could send instead of the right one.
static const char *const hostile_values[] = {
    "null",
    "true",
    "1",
    "1e999",
    "''",
    "[]",
    "{}",
    "[null,[]]",
    "{'events':7}",
    "{'events':[1,'a',null,{},[]]}",
    "{'!r:x':1,'nonsense':{},'':{}}",
    "{'!r:x':{'timeline':[],'state':0}}",
    "{'!r:x':{'timeline':{'limited':'yes','prev_batch':5,'events':[{'type':5}]}}}",
    "{'!r:x':{'timeline':{'events':[{'type':'m.room.message','content':[]}]}}}",
    "{'!r:x':{'invite_state':{'events':[{'type':'m.room.member'}]}}}",
};

static const char *const hostile_places[] = {
    "{'next_batch':'s','rooms':@}",
    "{'next_batch':'s','rooms':{'join':@}}",
    "{'next_batch':'s','rooms':{'invite':@}}",
    "{'next_batch':'s','rooms':{'leave':@}}",
    "{'next_batch':'s','account_data':@}",
    "{'next_batch':'s','rooms':{'join':{'!r:x':@}}}",
    "{'next_batch':'s','rooms':{'join':{'!r:x':{'timeline':@}}}}",
};

static void check_hostile(const char *place, const char *value) {
    struct buf text = {0};
    const char *hole = strchr(place, '@');
    buf_add(&text, place, (size_t)(hole - place));
    buf_add_str(&text, value);
    buf_add_str(&text, hole + 1);
    struct matrix_news news = {0};
    assert_true(parse(buf_str(&text), &news));
    for (size_t i = 0; i < news.update_count; i++) {
        assert_int_equal(news.updates[i].timeline.count, 0);
    }
    assert_int_equal(news.invite_count, 0);
    matrix_news_finish(&news);
    buf_finish(&text);
}

static void parse__news__hostile_shapes_are_left_out(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof hostile_values / sizeof *hostile_values; i++) {
        for (size_t j = 0; j < sizeof hostile_places / sizeof *hostile_places; j++) {
            check_hostile(hostile_places[j], hostile_values[i]);
        }
    }
}

static void parse__news__without_next_batch_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"{}",
                                      "[]",
                                      "nothing",
                                      "{'next_batch':1}",
                                      "{'next_batch':''}",
                                      "{'next_batch':'s\x97'}",
                                      "{'next_batch':'s\\u0007'}",
                                      "{'next_batch':'a b'}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct matrix_news news = {0};
        assert_false(parse(bad[i], &news));
        matrix_news_finish(&news);
    }
}

static const char NO_MESSAGES[] =
    "[" SAID "{'msgtype':'m.notice','body':'a'}}," SAID
    "{'msgtype':'m.emote','body':'a'}}," SAID
    "{'msgtype':'m.text','body':'* b','m.relates_to':"
    "{'rel_type':'m.replace','event_id':'$a'}}}," SAID "{'msgtype':'m.text'}}," SAID
    "{}},"
    "{'type':'m.room.topic','event_id':'$e','sender':'@ana:x',"
    "'origin_server_ts':1,'content':{}}]";

static void parse__chunk__only_texts_become_messages(void **state) {
    (void)state;
    size_t skipped = 0;
    struct matrix_event_list list = chunk(NO_MESSAGES, &skipped);
    assert_int_equal(list.count, 0);
    assert_int_equal(skipped, 0);
    matrix_event_list_finish(&list);
}

static const char MALFORMED[] =
    "[1,null,{'type':'m.room.message'},"
    "{'type':'m.room.message','event_id':'$e','sender':'ana',"
    "'origin_server_ts':1,'content':{}},"
    "{'type':'m.room.message','event_id':'$e','sender':'@ana:x',"
    "'origin_server_ts':-1,'content':{}},"
    "{'type':'m.room.message','event_id':'$e','sender':'@ana:x',"
    "'origin_server_ts':1e300,'content':{}},"
    "{'type':'m.room.message','event_id':'$e ','sender':'@ana:x',"
    "'origin_server_ts':1,'content':{}}]";

static void parse__chunk__malformed_events_are_counted(void **state) {
    (void)state;
    size_t skipped = 0;
    struct matrix_event_list list = chunk(MALFORMED, &skipped);
    assert_int_equal(list.count, 0);
    assert_int_equal(skipped, 7);
    matrix_event_list_finish(&list);
}

static void parse__chunk__text_is_clean_and_bounded(void **state) {
    (void)state;
    struct buf text = {0};
    buf_add_str(&text, "[" SAID "{'msgtype':'m.text','body':'a\\nb\\u202e\\u0007");
    for (int i = 0; i < LIMIT_MESSAGE_BYTES; i++) {
        buf_add_str(&text, "\xfe");
    }
    buf_add_str(&text, "'}}]");
    size_t skipped = 0;
    struct matrix_event_list list = chunk(buf_str(&text), &skipped);
    assert_int_equal(list.count, 1);
    assert_memory_equal(list.items[0].text, "a b\xef\xbf\xbd", 6);
    assert_true(strlen(list.items[0].text) <= LIMIT_MESSAGE_BYTES);
    matrix_event_list_finish(&list);
    buf_finish(&text);
}

static const char REPLY[] =
    "[" SAID "{'msgtype':'m.text','body':'> <@b:x> hi\\n\\n!now',"
    "'m.relates_to':{'m.in_reply_to':{'event_id':'$x'}}}}," SAID
    "{'msgtype':'m.text','body':'> quoted'}}]";

static void parse__chunk__reply_fallback_is_stripped_from_replies(void **state) {
    (void)state;
    size_t skipped = 0;
    struct matrix_event_list list = chunk(REPLY, &skipped);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].text, "!now");
    assert_string_equal(list.items[1].text, "> quoted");
    matrix_event_list_finish(&list);
}

static const char MEMBERSHIPS[] =
    "[" MEMBER "{'membership':'join','displayname':' \\u0007 '},"
    "'unsigned':{'prev_content':{'membership':'join'}}}," MEMBER
    "{'membership':'ban'}}," MEMBER "{'membership':'invite'}},"
    "{'type':'m.room.member','event_id':'$e','sender':'@ana:x',"
    "'origin_server_ts':1,'state_key':'b','content':{'membership':'join'}}]";

static void parse__chunk__memberships_are_told_apart(void **state) {
    (void)state;
    size_t skipped = 0;
    struct matrix_event_list list = chunk(MEMBERSHIPS, &skipped);
    assert_int_equal(list.count, 3);
    assert_true(list.items[0].joined && !list.items[0].newly);
    assert_null(list.items[0].member_name);
    assert_true(list.items[1].gone && !list.items[1].joined);
    assert_false(list.items[2].gone || list.items[2].joined);
    matrix_event_list_finish(&list);
}

static void check_reply(const char *body, const char *expected) {
    struct slice rest = matrix_strip_reply(slice_of(body));
    assert_true(slice_is(rest, expected));
}

static void parse__strip_reply__up_to_the_blank_line(void **state) {
    (void)state;
    check_reply("", "");
    check_reply("plain", "plain");
    check_reply("> a\n> b\n\ntext\n\nmore", "text\n\nmore");
    check_reply("> a\ntext", "text");
    check_reply("> a", "");
    check_reply("> a\n", "");
    check_reply("> a\n\n", "");
    check_reply("text\n> a", "text\n> a");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__news__everything_in_its_place),
        cmocka_unit_test(parse__news__hostile_shapes_are_left_out),
        cmocka_unit_test(parse__news__without_next_batch_is_refused),
        cmocka_unit_test(parse__chunk__only_texts_become_messages),
        cmocka_unit_test(parse__chunk__malformed_events_are_counted),
        cmocka_unit_test(parse__chunk__text_is_clean_and_bounded),
        cmocka_unit_test(parse__chunk__reply_fallback_is_stripped_from_replies),
        cmocka_unit_test(parse__chunk__memberships_are_told_apart),
        cmocka_unit_test(parse__strip_reply__up_to_the_blank_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
