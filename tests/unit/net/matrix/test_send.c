// SPDX-License-Identifier: MIT
#include "net/matrix/send.h"

#include "../../../support/fake_matrix.h"

// What goes out: in order, once, and said to be delivered or refused.

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

#define PUT(room, id) "PUT /rooms/%21" room "%3Ax/send/m.room.message/o" id "\n"

static void send__room__one_at_a_time_by_priority(void **state) {
    struct fake_matrix *fake = *state;
    static const enum priority priorities[] = {PRIORITY_LIST, PRIORITY_ANSWER,
                                               PRIORITY_ANSWER, PRIORITY_NOTICE};
    for (uint64_t i = 0; i < 4; i++) {
        fake_matrix_send_as(fake, i + 1, TARGET_ROOM, "#hall:x", priorities[i]);
    }
    assert_string_equal(buf_str(&fake->story), "");
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_string_equal(buf_str(&fake->story), PUT("h", "4") "delivered 4\n" //
                        PUT("h", "2") "delivered 2\n"                        //
                        PUT("h", "3") "delivered 3\n"                        //
                        PUT("h", "1") "delivered 1\n");
}

// Of more rooms than are sent to at one time: whose answer came behind all the lists of
// the others is served before the last of them.
static void send__rooms__answers_go_before_lists(void **state) {
    struct fake_matrix *fake = *state;
    for (int i = 1; i <= 12; i++) {
        char room[16];
        snprintf(room, sizeof room, "!r%d:x", i);
        fake_matrix_send_as(fake, (uint64_t)i, TARGET_ROOM, room, PRIORITY_LIST);
    }
    fake_matrix_send_as(fake, 13, TARGET_ROOM, "!r12:x", PRIORITY_ANSWER);
    for (int i = 1; i <= 13; i++) {
        char *line = str_printf("delivered %d\n", i);
        fake_matrix_run_until(fake, line);
        free(line);
    }
    const char *story = buf_str(&fake->story);
    assert_true(strstr(story, PUT("r12", "13")) < strstr(story, PUT("r11", "11")));
    assert_true(strstr(story, PUT("r12", "13")) < strstr(story, PUT("r12", "12")));
    assert_int_equal(fake_matrix_count(story, "PUT"), 13);
}

static void send__failure__is_tried_again_with_the_same_transaction(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(fake, "PUT /rooms/", "429 Too Many",
                    "{'errcode':'M_LIMIT_EXCEEDED','retry_after_ms':100}");
    fake_matrix_lay(fake, "PUT /rooms/", "502 Bad Gateway", "<html>");
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_send(fake, 2, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "delivered 2\n");
    assert_string_equal(buf_str(&fake->story),
                        PUT("h", "1") PUT("h", "1") PUT("h", "1") "delivered 1\n" PUT(
                            "h", "2") "delivered 2\n");
}

// Whatever answered, the server has not said that it has the message.
static void send__answer__without_an_event_is_no_delivery(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(fake, "PUT /rooms/", "200 OK", "{}");
    fake_matrix_lay(fake, "PUT /rooms/", "200 OK", "{'event_id':'no id'}");
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_string_equal(buf_str(&fake->story),
                        PUT("h", "1") PUT("h", "1") PUT("h", "1") "delivered 1\n");
}

static void send__answer__without_an_event_is_a_refusal_in_the_end(void **state) {
    struct fake_matrix *fake = *state;
    for (int i = 0; i < 3; i++) {
        fake_matrix_lay(fake, "PUT /rooms/", "200 OK", "{}");
    }
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_send(fake, 2, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "delivered 2\n");
    assert_true(fake_matrix_has(
        fake, PUT("h", "1") PUT("h", "1")
                  PUT("h", "1") "refused 1 the answer has no event_id\n"));
}

static void send__refusal__is_told(void **state) {
    struct fake_matrix *fake = *state;
    static const char no[] = "{'errcode':'M_FORBIDDEN','error':'no'}";
    fake_matrix_lay(fake, "PUT /rooms/", "403 Forbidden", no);
    fake_matrix_lay(fake, "PUT /rooms/", "403 Forbidden", no);
    fake_matrix_lay(fake, "POST /createRoom", "403 Forbidden", no);
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_send(fake, 2, TARGET_ROOM, "#unknown:x");
    fake_matrix_send(fake, 3, TARGET_PERSON, "nobody");
    fake_matrix_send(fake, 4, TARGET_PERSON, "@ana:x");
    assert_string_equal(buf_str(&fake->story), "");
    fake_matrix_run_until(fake, "refused 4 M_FORBIDDEN: no\n");
    fake_matrix_run_until(fake, "refused 1 M_FORBIDDEN: no\n");
    assert_true(fake_matrix_has(fake, "refused 2 there is no such room or person\n"));
    assert_true(fake_matrix_has(fake, "refused 3 there is no such room or person\n"));
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, fake_matrix_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(send__room__one_at_a_time_by_priority),
        TEST(send__rooms__answers_go_before_lists),
        TEST(send__failure__is_tried_again_with_the_same_transaction),
        TEST(send__answer__without_an_event_is_no_delivery),
        TEST(send__answer__without_an_event_is_a_refusal_in_the_end),
        TEST(send__refusal__is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
