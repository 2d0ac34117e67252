// SPDX-License-Identifier: MIT
#include "net/matrix/direct.h"

#include "../../../support/fake_matrix.h"
#include "base/limits.h"

// Direct rooms: found, opened, left, encrypted; and who may invite how often.

static int set_up(void **state) {
    static char user[] = "@usher:x";
    static char password[] = "open";
    static struct matrix_options options = {.user = user, .password = password};
    return fake_matrix_set_up(state, &options);
}

#define MEMBERS(ben)                                                      \
    "{'chunk':[{'state_key':'@usher:x','content':{'membership':'join'}}," \
    "{'state_key':'@ben:x','content':{'membership':'" ben "'}}]}"
#define GONE(room, time)                                                            \
    "{'rooms':{'join':{'" room "':{'timeline':{'events':[{'type':"                  \
    "'m.room.member','event_id':'$gone','sender':'@ben:x','origin_server_ts':" time \
    ",'state_key':'@ben:x','content':{'membership':'leave'}}]}}}}}"

static void tell_ben(struct fake_matrix *fake, uint64_t id) {
    fake_matrix_send(fake, id, TARGET_PERSON, "@ben:x");
}

static void lay_data(struct fake_matrix *fake) {
    fake_matrix_lay(fake, "GET /user/", "200 OK", "{'@ben:x':['!old:x','!d:x']}");
}

// The newest is looked at first, and one with the two in it is used.
static void direct__find__uses_the_room_of_the_account_data(void **state) {
    struct fake_matrix *fake = *state;
    lay_data(fake);
    fake_matrix_bring_up(fake);
    fake_matrix_lay(fake, "GET /rooms/%21d%3Ax/members", "200 OK", MEMBERS("join"));
    tell_ben(fake, 1);
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "PUT /rooms/%21d%3Ax/send"));
    assert_false(fake_matrix_has(fake, "POST /createRoom"));
    assert_false(fake_matrix_has(fake, "%21old%3Ax"));
}

static void direct__left__is_not_asked_again_over_a_restart(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    tell_ben(fake, 1);
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "POST /createRoom\n"));
    fake_matrix_tell(fake, GONE("!c:x", "9000000000000"));
    for (uint64_t id = 2; id <= 3; id++) {
        buf_clear(&fake->story);
        fake_matrix_lay(fake, "GET /rooms/%21c%3Ax/members", "200 OK",
                        MEMBERS("leave"));
        tell_ben(fake, id);
        char *refused = str_printf(
            "refused %d the person left the direct room within the last day\n",
            (int)id);
        fake_matrix_run_until(fake, refused);
        free(refused);
        assert_false(fake_matrix_has(fake, "POST /createRoom"));
        fake_matrix_restart(fake);
        fake_matrix_lay(fake, "GET /user/", "200 OK", "{'@ben:x':['!c:x']}");
        fake_matrix_bring_up(fake);
    }
    fake->network->functions->welcome(fake->network, "@ben:x");
    tell_ben(fake, 4);
    fake_matrix_lay(fake, "GET /rooms/%21c%3Ax/members", "200 OK", MEMBERS("leave"));
    fake_matrix_run_until(fake, "delivered 4\n");
    assert_true(fake_matrix_has(fake, "POST /createRoom\n"));
}

// A gap may hide that the person left: the room is looked at again.
static void direct__left__in_a_gap_is_noticed(void **state) {
    struct fake_matrix *fake = *state;
    lay_data(fake);
    fake_matrix_bring_up(fake);
    fake_matrix_lay(fake, "GET /rooms/%21d%3Ax/members", "200 OK", MEMBERS("join"));
    tell_ben(fake, 1);
    fake_matrix_run_until(fake, "delivered 1\n");
    fake_matrix_lay(fake, "GET /rooms/%21d%3Ax/joined_members", "200 OK",
                    "{'joined':{'@usher:x':{}}}");
    fake_matrix_tell(fake, "{'rooms':{'join':{'!d:x':{'timeline':{'limited':true,"
                           "'prev_batch':'p','events':[]}}}}}");
    fake_matrix_lay(fake, "GET /rooms/%21d%3Ax/members", "200 OK", MEMBERS("leave"));
    fake_matrix_lay(fake, "GET /rooms/%21old%3Ax/members", "200 OK", MEMBERS("leave"));
    tell_ben(fake, 2);
    fake_matrix_run_until(fake, "delivered 2\n");
    assert_true(fake_matrix_has(fake, "POST /createRoom\n"));
}

static void direct__left__days_ago_is_asked_again(void **state) {
    struct fake_matrix *fake = *state;
    lay_data(fake);
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, GONE("!d:x", "1441715400000"));
    fake_matrix_lay(fake, "GET /rooms/%21d%3Ax/members", "200 OK", MEMBERS("leave"));
    fake_matrix_lay(fake, "GET /rooms/%21old%3Ax/members", "200 OK", MEMBERS("leave"));
    tell_ben(fake, 1);
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "POST /createRoom\n"));
}

// --- account data ---

static void direct__data__may_be_long(void **state) {
    struct fake_matrix *fake = *state;
    struct buf data = {0};
    buf_add_str(&data, "{'@ben:x':['!d:x']");
    for (int i = 0; i < 60000; i++) {
        buf_printf(&data, ",'@person%d:x':['!room%d:x']", i, i);
    }
    buf_add_char(&data, '}');
    fake_matrix_lay(fake, "GET /user/", "200 OK", buf_str(&data));
    buf_finish(&data);
    fake_matrix_bring_up(fake);
    fake_matrix_lay(fake, "GET /rooms/%21d%3Ax/members", "200 OK", MEMBERS("join"));
    tell_ben(fake, 1);
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "PUT /rooms/%21d%3Ax/send"));
}

// --- encrypted ones ---

#define ENCRYPTED(room, id)                                        \
    "{'rooms':{'join':{'" room "':{'timeline':{'events':[{'type':" \
    "'m.room.encrypted','event_id':'$" id "','sender':'@ben:x',"   \
    "'origin_server_ts':1,'content':{'ciphertext':'x'}}]}}}}}"

static void direct__encrypted__is_told_once_over_restarts(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_lay(fake, "PUT /rooms/%21d%3Ax/send", "502 Bad Gateway", "");
    fake_matrix_tell(fake, ENCRYPTED("!d:x", "e1"));
    fake_matrix_run_until(fake, "PUT /rooms/%21d%3Ax/send/m.room.message/e%24e1\n");
    assert_non_null(strstr(fake->body, "I can't read encrypted messages."));
    buf_clear(&fake->story);
    fake_matrix_run_until(fake, "PUT /rooms/%21d%3Ax/send/m.room.message/e%24e1\n");
    fake_matrix_tell(fake, ENCRYPTED("!d:x", "e2"));
    assert_false(fake_matrix_has(fake, "e%24e2"));
    fake_matrix_restart(fake);
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, ENCRYPTED("!d:x", "e3"));
    // One with others in it is none to be told in; this one is.
    fake_matrix_tell(fake, ENCRYPTED("!g:x", "e4"));
    fake_matrix_lay(fake, "GET /rooms/%21f%3Ax/joined_members", "200 OK",
                    "{'joined':{'@usher:x':{},'@ben:x':{}}}");
    fake_matrix_tell(fake, ENCRYPTED("!f:x", "e5"));
    fake_matrix_run_until(fake, "PUT /rooms/%21f%3Ax/send/m.room.message/e%24e5\n");
    assert_false(fake_matrix_has(fake, "e%24e3"));
    assert_false(fake_matrix_has(fake, "e%24e4"));
}

static void direct__encrypted__reaches_nobody(void **state) {
    struct fake_matrix *fake = *state;
    lay_data(fake);
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, "{'rooms':{'join':{'!d:x':{'state':{'events':[{'type':"
                           "'m.room.encryption','event_id':'$1','sender':'@ben:x',"
                           "'origin_server_ts':1,'state_key':'','content':{}}]}}}}}");
    fake_matrix_lay(fake, "GET /rooms/%21old%3Ax/members", "200 OK", MEMBERS("leave"));
    tell_ben(fake, 1);
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "POST /createRoom\n"));
    assert_false(fake_matrix_has(fake, "GET /rooms/%21d%3Ax/members"));
}

// --- invitations ---

static void add_invite(struct buf *news, int room, const char *inviter) {
    buf_printf(news,
               "%s'!i%d:x':{'invite_state':{'events':[{'type':'m.room.member',"
               "'sender':'%s','state_key':'@usher:x','content':{'membership':"
               "'invite','is_direct':true}}]}}",
               room == 0 ? "" : ",", room, inviter);
}

static int joins_of(const struct fake_matrix *fake) {
    int joins = 0;
    for (const char *at = buf_str(&fake->story);
         (at = strstr(at, "POST /join/")) != NULL; at++) {
        joins++;
    }
    return joins;
}

// One person uses up the own share, one server its own; others still get through.
static void direct__invitations__are_bounded_by_person_and_server(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    struct buf news = {0};
    int room = 0;
    buf_add_str(&news, "{'rooms':{'invite':{");
    for (int i = 0; i < LIMIT_MATRIX_INVITES_PERSON + 3; i++) {
        add_invite(&news, room++, "@flood:one");
    }
    for (int i = 0; i < LIMIT_MATRIX_INVITES_SERVER + 3; i++) {
        char inviter[32];
        snprintf(inviter, sizeof inviter, "@p%d:two", i);
        add_invite(&news, room++, inviter);
    }
    add_invite(&news, room++, "@ben:three");
    buf_add_str(&news, "}}}");
    fake_matrix_tell(fake, buf_str(&news));
    buf_finish(&news);
    int wanted = LIMIT_MATRIX_INVITES_PERSON + LIMIT_MATRIX_INVITES_SERVER + 1;
    while (joins_of(fake) < wanted) {
        event_base_loop(fake->base, EVLOOP_ONCE);
    }
    // Were there more, they would be asked for by now.
    for (int i = 0; i < 5; i++) {
        fake_matrix_tell(fake, "{'rooms':{}}");
    }
    char *last = str_printf("POST /join/%%21i%d%%3Ax\n", room - 1);
    assert_true(fake_matrix_has(fake, last));
    free(last);
    assert_int_equal(joins_of(fake), wanted);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, fake_matrix_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(direct__find__uses_the_room_of_the_account_data),
        TEST(direct__left__is_not_asked_again_over_a_restart),
        TEST(direct__left__in_a_gap_is_noticed),
        TEST(direct__left__days_ago_is_asked_again),
        TEST(direct__data__may_be_long),
        TEST(direct__encrypted__is_told_once_over_restarts),
        TEST(direct__encrypted__reaches_nobody),
        TEST(direct__invitations__are_bounded_by_person_and_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
