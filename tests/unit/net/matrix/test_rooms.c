// SPDX-License-Identifier: MIT
#include "net/matrix/rooms.h"

#include "../../../support/fake_matrix.h"

// The configured rooms: joined, replaced, closed to the bot; who operates them; and
// what a room that refuses a message is worth saying.

static int set_up(void **state) {
    static char user[] = "@usher:x";
    static char password[] = "open";
    static char hall[] = "#hall:x";
    static struct matrix_room room = {.name = hall};
    static struct matrix_options options = {
        .user = user, .password = password, .rooms = &room, .room_count = 1};
    return fake_matrix_set_up(state, &options);
}

#define EVENT(id, type, sender, content)                        \
    "{'type':'" type "','event_id':'$" id "','sender':'" sender \
    "','origin_server_ts':1,'state_key':'','content':" content "}"
#define MEMBER(id, sender, member, membership)                       \
    "{'type':'m.room.member','event_id':'$" id "','sender':'" sender \
    "','origin_server_ts':1,'state_key':'" member                    \
    "','content':{'membership':'" membership "'}}"
#define SAID(id, sender, text)                                        \
    "{'type':'m.room.message','event_id':'$" id "','sender':'" sender \
    "','origin_server_ts':1,'content':{'msgtype':'m.text','body':'" text "'}}"
#define IN(room, events) \
    "{'rooms':{'join':{'" room "':{'timeline':{'events':[" events "]}}}}}"
#define STATE_IN(room, events) \
    "{'rooms':{'join':{'" room "':{'state':{'events':[" events "]}}}}}"
#define LEFT(room, events) \
    "{'rooms':{'leave':{'" room "':{'timeline':{'events':[" events "]}}}}}"

static int count(const struct fake_matrix *fake, const char *part) {
    return fake_matrix_count(buf_str(&fake->story), part);
}

static bool is_operator(const struct fake_matrix *fake, const char *user) {
    return fake->network->functions->is_operator(fake->network, "#hall:x", user);
}

// --- operators ---

static void rooms__levels__are_followed_at_once(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(
        fake, "GET /sync", "200 OK",
        STATE_IN(
            "!h:x",
            EVENT("1", "m.room.create", "@eve:x", "{'room_version':'11'}") "," EVENT(
                "2", "m.room.power_levels", "@eve:x",
                "{'users':{'@ana:x':50,'@away:x':100}}")));
    fake_matrix_bring_up(fake);
    assert_true(is_operator(fake, "@ana:x"));
    assert_false(is_operator(fake, "@ben:x"));
    assert_false(is_operator(fake, "@away:x")); // is not in the room
    fake_matrix_tell(fake, IN("!h:x", EVENT("3", "m.room.power_levels", "@eve:x",
                                            "{'users':{'@ben:x':50}}")));
    assert_false(is_operator(fake, "@ana:x"));
    assert_true(is_operator(fake, "@ben:x"));
    fake_matrix_tell(fake, IN("!h:x", MEMBER("4", "@ben:x", "@ben:x", "leave")));
    assert_false(is_operator(fake, "@ben:x"));
}

static void rooms__levels__of_a_room_it_was_removed_from_count_no_more(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(fake, "GET /sync", "200 OK",
                    STATE_IN("!h:x", EVENT("1", "m.room.create", "@ana:x", "{}")));
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, IN("!h:x", EVENT("2", "m.room.power_levels", "@eve:x",
                                            "{'users':{'@ana:x':50}}")));
    assert_true(is_operator(fake, "@ana:x"));
    fake_matrix_tell(fake, LEFT("!h:x", MEMBER("3", "@eve:x", "@usher:x", "leave")));
    assert_false(is_operator(fake, "@ana:x"));
}

// A room that is young enough has all of its state in the timeline, before the bot.
static void rooms__levels__of_before_it_came_count(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_tell(
        fake,
        IN("!h:x",
           EVENT("1", "m.room.create", "@ana:x", "{}") "," EVENT(
               "2", "m.room.power_levels", "@ana:x",
               "{'users':{'@ben:x':50}}") "," SAID("3", "@ben:x",
                                                   "early") "," MEMBER("4", "@usher:x",
                                                                       "@usher:x",
                                                                       "join") "," SAID("5",
                                                                                        "@ben:x",
                                                                                        "late")));
    assert_true(is_operator(fake, "@ben:x"));
    assert_false(is_operator(fake, "@ana:x"));
    assert_false(fake_matrix_has(fake, "'early'"));
    assert_true(fake_matrix_has(fake, "'late'"));
}

static void rooms__start__asks_for_the_state_once(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_restart(fake);
    fake_matrix_lay(
        fake, "STATE", "200 OK",
        STATE_IN("!h:x", MEMBER("0", "@usher:x", "@usher:x", "join") "," EVENT(
                             "1", "m.room.create", "@ana:x",
                             "{}") "," EVENT("2", "m.room.power_levels", "@ana:x",
                                             "{'users':{'@ben:x':50}}")));
    fake->network->functions->start(fake->network);
    fake_matrix_run_until(fake, "up\n");
    assert_true(is_operator(fake, "@ben:x"));
    assert_false(is_operator(fake, "@ana:x"));
    fake_matrix_tell(fake, IN("!h:x", SAID("1", "@ana:x", "hi")));
    assert_int_equal(count(fake, "STATE"), 1);
    assert_int_equal(count(fake, "STATE 1\n"), 1);
}

// --- a room in its place ---

#define TOMBSTONE(id, room) \
    EVENT(id, "m.room.tombstone", "@eve:y", "{'replacement_room':'" room "'}")

static void rooms__tombstone__leads_to_the_new_room(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake,
                     IN("!h:x", SAID("1", "@ana:x", "before") "," TOMBSTONE(
                                    "2", "!n:y") "," SAID("3", "@ana:x", "behind")));
    assert_true(fake_matrix_has(fake, "message #hall:x @ana:x 'before'\n"));
    assert_false(fake_matrix_has(fake, "'behind'"));
    assert_true(fake_matrix_has(
        fake, "trouble #hall:x #hall:x was replaced by a new room. I go there.\n"));
    fake_matrix_run_until(fake, "POST /join/%21n%3Ay?server_name=y&via=y\n");
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "PUT /rooms/%21n%3Ay/send/m.room.message/o1\n"));
    fake_matrix_tell(fake, IN("!n:y", SAID("4", "@ana:x", "there")));
    assert_true(fake_matrix_has(fake, "message #hall:x @ana:x 'there'\n"));
}

static void rooms__tombstone__is_known_after_a_restart(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, IN("!h:x", TOMBSTONE("1", "!n:y")));
    fake_matrix_restart(fake);
    // The alias still leads to the old room, which still says so.
    fake_matrix_lay(fake, "GET /joined_rooms", "200 OK",
                    "{'joined_rooms':['!h:x','!n:y']}");
    fake_matrix_lay(fake, "GET /sync", "200 OK",
                    "{'rooms':{'join':{"
                    "'!h:x':{'state':{'events':[" TOMBSTONE(
                        "1", "!n:y") "]}},"
                                     "'!n:y':{'timeline':{'events':[" SAID(
                                         "2", "@ana:x", "now") "]}}}}}");
    fake->network->functions->start(fake->network);
    fake_matrix_run_until(fake, "up\n");
    assert_true(fake_matrix_has(fake, "message #hall:x @ana:x 'now'\n"));
    assert_false(fake_matrix_has(fake, "trouble"));
    assert_false(fake_matrix_has(fake, "POST /join"));
}

// Replaced while the bot was away, and the alias with it: what was said before it.
static void rooms__tombstone__does_not_hide_what_was_said_before(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_restart(fake);
    fake_matrix_lay(fake, "GET /joined_rooms", "200 OK", "{'joined_rooms':['!h:x']}");
    fake_matrix_lay(fake, "GET /directory", "200 OK", "{'room_id':'!n:y'}");
    fake_matrix_lay(fake, "POST /join/%23hall%3Ax", "200 OK", "{'room_id':'!n:y'}");
    fake_matrix_lay(fake, "GET /sync", "200 OK",
                    IN("!h:x", SAID("1", "@ana:x", "before") "," TOMBSTONE(
                                   "2", "!n:y") "," SAID("3", "@ana:x", "behind")));
    fake->network->functions->start(fake->network);
    fake_matrix_run_until(fake, "up\n");
    assert_true(fake_matrix_has(fake, "message #hall:x @ana:x 'before'\n"));
    assert_false(fake_matrix_has(fake, "'behind'"));
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "PUT /rooms/%21n%3Ay/send/m.room.message/o1\n");
}

static void rooms__tombstone__in_a_circle_ends(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, IN("!h:x", TOMBSTONE("1", "!n:y")));
    fake_matrix_run_until(fake, "GET /rooms/%21n%3Ay/joined_members\n");
    fake_matrix_lay(fake, "POST /join/%21h%3Ax", "200 OK", "{'room_id':'!h:x'}");
    fake_matrix_tell(fake, IN("!n:y", TOMBSTONE("2", "!h:x")));
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "PUT /rooms/%21h%3Ax/send/m.room.message/o1\n"));
}

// The old room refuses before the synchronisation has said why.
static void rooms__tombstone__takes_what_the_old_room_refused(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_lay(fake, "PUT /rooms/%21h%3Ax", "403 Forbidden",
                    "{'errcode':'M_FORBIDDEN','error':'closed'}");
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "PUT /rooms/%21h%3Ax");
    fake_matrix_tell(fake, IN("!h:x", TOMBSTONE("1", "!n:y")));
    fake_matrix_run_until(fake, "delivered 1\n");
    assert_true(fake_matrix_has(fake, "PUT /rooms/%21n%3Ay/send/m.room.message/o1\n"));
    assert_false(fake_matrix_has(fake, "refused"));
}

// --- closed doors ---

#define FORBIDDEN "{'errcode':'M_FORBIDDEN','error':'invite only'}"

static void rooms__join__refused_is_told_and_knocks_once(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_lay(fake, "POST /join/", "403 Forbidden", FORBIDDEN);
    fake_matrix_lay(fake, "POST /join/", "403 Forbidden", FORBIDDEN);
    fake_matrix_lay(fake, "POST /knock/%23hall%3Ax", "200 OK", "{'room_id':'!h:x'}");
    fake->network->functions->start(fake->network);
    fake_matrix_run_until(fake, "GET /rooms/%21h%3Ax/joined_members\n");
    assert_true(fake_matrix_has(
        fake, "trouble #hall:x I can't join #hall:x: M_FORBIDDEN: invite only\n"));
    assert_true(
        fake_matrix_has(fake, "trouble #hall:x I asked to be let into #hall:x.\n"));
    assert_int_equal(count(fake, "POST /join/"), 3);
    assert_int_equal(count(fake, "POST /knock/"), 1);
    assert_int_equal(count(fake, "trouble"), 2);
}

static void rooms__kick__is_told(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, LEFT("!h:x", MEMBER("1", "@eve:x", "@usher:x", "leave")));
    assert_true(fake_matrix_has(fake, "trouble #hall:x I was removed from #hall:x by "
                                      "@eve:x. I try to come back.\n"));
}

static void rooms__ban__ends_with_an_invitation_or_a_retry(void **state) {
    struct fake_matrix *fake = *state;
    for (int i = 0; i < 2; i++) {
        if (i == 0) {
            fake_matrix_bring_up(fake);
        }
        buf_clear(&fake->story);
        fake_matrix_tell(fake, LEFT("!h:x", MEMBER("1", "@eve:x", "@usher:x", "ban")));
        assert_true(fake_matrix_has(fake,
                                    "trouble #hall:x I was banned from #hall:x by "
                                    "@eve:x. I stay away until I am invited.\n"));
        assert_false(fake_matrix_has(fake, "POST /join"));
        if (i == 0) {
            fake_matrix_tell(
                fake, "{'rooms':{'invite':{'!h:x':{'invite_state':{'events':[" MEMBER(
                          "2", "@eve:x", "@usher:x", "invite") "]}}}}}");
        } else {
            fake->network->functions->retry(fake->network);
        }
        fake_matrix_run_until(fake, "POST /join/%23hall%3Ax\n");
        fake_matrix_run_until(fake, "joined_members\n");
    }
}

// --- messages that are refused ---

static void rooms__refusal__is_told_once_until_a_success(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    static const char *const statuses[] = {"403 Forbidden", "403 Forbidden",
                                           "403 Forbidden", "200 OK",
                                           "413 Payload Too Large"};
    for (size_t i = 0; i < 5; i++) {
        fake_matrix_lay(fake, "PUT /rooms/", statuses[i],
                        i == 3   ? "{'event_id':'$e'}"
                        : i == 4 ? "{'errcode':'M_TOO_LARGE','error':'large'}"
                                 : "{'errcode':'M_FORBIDDEN','error':'mute'}");
    }
    for (uint64_t id = 1; id <= 4; id++) {
        fake_matrix_send(fake, id, TARGET_ROOM, "#hall:x");
    }
    fake_matrix_run_until(fake, "could not say something in #hall:x: M_TOO_LARGE");
    assert_string_equal(
        buf_str(&fake->story),
        "PUT /rooms/%21h%3Ax/send/m.room.message/o1\n"
        "PUT /rooms/%21h%3Ax/send/m.room.message/o1\n"
        "refused 1 M_FORBIDDEN: mute\n"
        "trouble #hall:x I could not say something in #hall:x: M_FORBIDDEN: mute\n"
        "PUT /rooms/%21h%3Ax/send/m.room.message/o2\n"
        "refused 2 M_FORBIDDEN: mute\n"
        "PUT /rooms/%21h%3Ax/send/m.room.message/o3\n"
        "delivered 3\n"
        "PUT /rooms/%21h%3Ax/send/m.room.message/o4\n"
        "refused 4 M_TOO_LARGE: large\n"
        "trouble #hall:x I could not say something in #hall:x: M_TOO_LARGE: large\n");
}

static void rooms__limit__of_one_holds_no_other(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_bring_up(fake);
    fake_matrix_lay(fake, "PUT /rooms/%21h%3Ax", "429 Too Many Requests",
                    "{'errcode':'M_LIMIT_EXCEEDED','retry_after_ms':3600000}");
    fake_matrix_send(fake, 1, TARGET_ROOM, "#hall:x");
    fake_matrix_send(fake, 2, TARGET_ROOM, "#hall:x");
    fake_matrix_run_until(fake, "PUT /rooms/%21h%3Ax");
    fake_matrix_send(fake, 3, TARGET_ROOM, "!d:x");
    fake_matrix_run_until(fake, "delivered 3\n");
    assert_int_equal(count(fake, "PUT /rooms/%21h%3Ax"), 1);
}

// --- encryption ---

static void rooms__encryption__is_told_once_over_restarts(void **state) {
    struct fake_matrix *fake = *state;
    static const char news[] = STATE_IN(
        "!h:x", EVENT("1", "m.room.encryption", "@eve:x", "{'algorithm':'m'}"));
    fake_matrix_bring_up(fake);
    fake_matrix_tell(fake, news);
    assert_true(fake_matrix_has(fake, "trouble #hall:x #hall:x is encrypted"));
    fake_matrix_restart(fake);
    fake_matrix_lay(fake, "GET /sync", "200 OK", news);
    fake->network->functions->start(fake->network);
    fake_matrix_run_until(fake, "up\n");
    assert_false(fake_matrix_has(fake, "trouble"));
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, fake_matrix_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(rooms__levels__are_followed_at_once),
        TEST(rooms__levels__of_a_room_it_was_removed_from_count_no_more),
        TEST(rooms__levels__of_before_it_came_count),
        TEST(rooms__start__asks_for_the_state_once),
        TEST(rooms__tombstone__leads_to_the_new_room),
        TEST(rooms__tombstone__is_known_after_a_restart),
        TEST(rooms__tombstone__does_not_hide_what_was_said_before),
        TEST(rooms__tombstone__in_a_circle_ends),
        TEST(rooms__tombstone__takes_what_the_old_room_refused),
        TEST(rooms__join__refused_is_told_and_knocks_once),
        TEST(rooms__kick__is_told),
        TEST(rooms__ban__ends_with_an_invitation_or_a_retry),
        TEST(rooms__refusal__is_told_once_until_a_success),
        TEST(rooms__limit__of_one_holds_no_other),
        TEST(rooms__encryption__is_told_once_over_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
