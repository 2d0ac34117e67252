// SPDX-License-Identifier: MIT
#include "net/matrix/timeline.h"

#include "../../../support/fake_matrix.h"

// What news lack is fetched; where one room is in the way of that, the others are told
// all the same, and that room later.

static int set_up(void **state) {
    static char user[] = "@usher:x";
    static char password[] = "open";
    static char hall[] = "#hall:x";
    static struct matrix_room room = {.name = hall};
    static struct matrix_options options = {
        .user = user, .password = password, .rooms = &room, .room_count = 1};
    int result = fake_matrix_set_up(state, &options);
    fake_matrix_bring_up(*state);
    return result;
}

#define SAID(id, sender, text)                                        \
    "{'type':'m.room.message','event_id':'$" id "','sender':'" sender \
    "','origin_server_ts':1,'content':{'msgtype':'m.text','body':'" text "'}}"
#define IN(room, events) "'" room "':{'timeline':{'events':[" events "]}}"
#define GAP_IN(room, events) \
    "'" room "':{'timeline':{'limited':true,'prev_batch':'p1','events':[" events "]}}"
#define JOIN(rooms) "{'rooms':{'join':{" rooms "}}}"

#define LIMITED "429 Too Many Requests"
#define WAIT_AN_HOUR "{'errcode':'M_LIMIT_EXCEEDED','retry_after_ms':3600000}"
#define WAIT_A_BIT "{'errcode':'M_LIMIT_EXCEEDED','retry_after_ms':6000}"
#define MEMBERS "GET /rooms/%21d%3Ax/joined_members"
#define PAGE "GET /rooms/%21h%3Ax/messages"
#define REST_PAGE PAGE "?dir=b&limit=100&from=p2&to=s1"

static int count(const struct fake_matrix *fake, const char *part) {
    return fake_matrix_count(buf_str(&fake->story), part);
}

// As polls end without news, less often.
static void keep_polling_until(struct fake_matrix *fake, const char *part) {
    while (!fake_matrix_has(fake, part)) {
        struct timeval pause = {0, 500000};
        event_base_loopexit(fake->base, &pause);
        event_base_dispatch(fake->base);
        fake_matrix_tell(fake, "{'rooms':{}}");
    }
}

static void timeline__members__withheld_hold_no_other_room(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(fake, MEMBERS, LIMITED, WAIT_AN_HOUR);
    fake_matrix_tell(fake, JOIN(IN("!d:x", SAID("1", "@ben:x", "hi")) "," IN(
                               "!h:x", SAID("2", "@ana:x", "now"))));
    assert_true(fake_matrix_has(fake, "message #hall:x @ana:x 'now'\n"));
    fake_matrix_tell(fake, JOIN(IN("!d:x", SAID("3", "@ben:x", "hi?"))));
    assert_int_equal(count(fake, MEMBERS), 1);
}

static void timeline__members__failing_are_had_later(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(fake, MEMBERS, LIMITED, WAIT_A_BIT);
    fake_matrix_lay(
        fake, "GET /rooms/%21d%3Ax/messages?dir=b&limit=100&from=s3&to=s1", "200 OK",
        "{'chunk':[" SAID("3", "@ben:x", "hi?") "," SAID("1", "@ben:x", "hi") "]}");
    fake_matrix_tell(fake, JOIN(IN("!d:x", SAID("1", "@ben:x", "hi"))));
    fake_matrix_tell(fake, JOIN(IN("!d:x", SAID("3", "@ben:x", "hi?"))));
    assert_false(fake_matrix_has(fake, "message"));
    keep_polling_until(fake, "'hi?'");
    assert_int_equal(count(fake, "message direct @ben:x 'hi'\n"), 1);
    assert_int_equal(count(fake, "message direct @ben:x 'hi?'\n"), 1);
}

static void timeline__gap__that_fails_holds_no_other_room(void **state) {
    struct fake_matrix *fake = *state;
    for (int i = 0; i < 20; i++) {
        fake_matrix_lay(fake, PAGE, "502 Bad Gateway", "{}");
    }
    fake_matrix_tell(fake, JOIN(GAP_IN("!h:x", SAID("2", "@ana:x", "new")) "," IN(
                               "!d:x", SAID("3", "@ben:x", "hi"))));
    assert_true(fake_matrix_has(fake, "message #hall:x @ana:x 'new'\n"));
    assert_true(fake_matrix_has(fake, "message direct @ben:x 'hi'\n"));
    assert_in_range(count(fake, PAGE), 2, 5);
    buf_clear(&fake->story);
    // Of another gap there it is not waited for again.
    fake_matrix_tell(fake, JOIN(GAP_IN("!h:x", SAID("4", "@ana:x", "newer"))));
    assert_in_range(count(fake, PAGE), 0, 1);
}

// The part of it that is known is told at once.
static void timeline__gap__is_closed_later(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(fake, PAGE, "200 OK",
                    "{'end':'p2','chunk':[" SAID("2", "@ana:x", "two") "]}");
    fake_matrix_lay(fake, PAGE, LIMITED, WAIT_A_BIT);
    fake_matrix_lay(fake, REST_PAGE, "200 OK",
                    "{'chunk':[" SAID("1", "@ana:x", "one") "]}");
    fake_matrix_tell(fake, JOIN(GAP_IN("!h:x", SAID("3", "@ana:x", "three"))));
    assert_true(fake_matrix_has(fake, "message #hall:x @ana:x 'two'\n"
                                      "message #hall:x @ana:x 'three'\n"));
    keep_polling_until(fake, "'one'");
    fake_matrix_tell(fake, JOIN(IN("!h:x", SAID("4", "@ana:x", "four"))));
    assert_int_equal(count(fake, PAGE), 3);
    assert_int_equal(count(fake, "'two'"), 1);
    assert_int_equal(count(fake, "'four'"), 1);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, fake_matrix_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(timeline__members__withheld_hold_no_other_room),
        TEST(timeline__members__failing_are_had_later),
        TEST(timeline__gap__that_fails_holds_no_other_room),
        TEST(timeline__gap__is_closed_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
