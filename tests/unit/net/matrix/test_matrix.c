// SPDX-License-Identifier: MIT
#include "net/matrix/matrix.h"

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fake_http.h"
#include "base/buf.h"
#include "base/memory.h"

// The whole network against a homeserver made of a few answers. What happens is
// written as a line each: requests worth noting, and what the receiver is told.

struct fixture {
    struct event_base *base;
    struct fake_http fake;
    struct network *network;
    struct buf story;
    const char *until; // ends the loop once the story has it
    struct event *limit;
    struct event *next_turn; // set at a message: notes when another turn has begun
    char *device, *token, *position;
    const char *join; // of "rooms" in the next synchronisation
    int syncs;
    bool whoami_refused, login_refused, sync_fails;
    bool keeps_filter, forgets_filter; // of the name "f7"
};

static void ATTR_PRINTF(2, 3) note(struct fixture *fixture, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buf_vprintf(&fixture->story, format, arguments);
    va_end(arguments);
    buf_add_char(&fixture->story, '\n');
    if (fixture->until != NULL &&
        strstr(buf_str(&fixture->story), fixture->until) != NULL) {
        event_base_loopbreak(fixture->base);
    }
}

// --- the homeserver ---

// One for the full state is for the state of rooms alone.
static void answer_sync(struct fixture *fixture, struct bufferevent *to,
                        const char *path) {
    if (strstr(path, "&full_state=true") != NULL) {
        fake_http_reply(to, "200 OK", "", "{\"next_batch\":\"x\"}");
        return;
    }
    if (fixture->sync_fails) {
        fake_http_reply(to, "502 Bad Gateway", "", "<html>");
        return;
    }
    if (strstr(path, "filter=f7&since=s0") != NULL) {
        note(fixture, "sync by name");
        if (fixture->forgets_filter) {
            fake_http_reply(to, "400 Bad Request", "",
                            "{\"errcode\":\"M_INVALID_PARAM\"}");
            return;
        }
    } else if (fixture->keeps_filter && strstr(path, "&since=s0") != NULL) {
        note(fixture, "sync by filter");
    }
    if (fixture->syncs > 0 && fixture->join == NULL) {
        return; // hangs, as a long poll does
    }
    char *body =
        str_printf("{\"next_batch\":\"s%d\",\"rooms\":{\"join\":%s}}", ++fixture->syncs,
                   fixture->join != NULL ? fixture->join : "{}");
    fixture->join = NULL;
    fake_http_reply(to, "200 OK", "", body);
    free(body);
}

static void answer_login(struct fixture *fixture, struct bufferevent *to,
                         const struct fake_request *request) {
    bool same =
        fixture->device != NULL && strstr(request->body, fixture->device) != NULL;
    note(fixture, "login %s", same ? "same device" : "another device");
    if (fixture->login_refused) {
        fake_http_reply(to, "403 Forbidden", "",
                        "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"wrong\"}");
        return;
    }
    fixture->whoami_refused = false;
    char *body = str_printf("{\"user_id\":\"@usher:x\",\"access_token\":\"secret\","
                            "\"device_id\":\"%s\"}",
                            fixture->device);
    fake_http_reply(to, "200 OK", "", body);
    free(body);
}

struct route {
    const char *path;
    const char *status;
    const char *body;
};

static const struct route routes[] = {
    {"/joined_rooms", "200 OK", "{\"joined_rooms\":[5,\"!d:x\"]}"},
    {"/directory/room/%23hall%3Ax", "200 OK", "{\"room_id\":\"!h:x\"}"},
    {"/join/", "200 OK", "{\"room_id\":\"!h:x\"}"},
    {"/rooms/%21h%3Ax/joined_members", "200 OK",
     "{\"joined\":{\"@usher:x\":{},\"@ana:x\":{\"display_name\":\"Ana\"},\"bad\":1}}"},
    {"/rooms/%21d%3Ax/joined_members", "200 OK",
     "{\"joined\":{\"@usher:x\":{},\"@ben:x\":null}}"},
    {"/rooms/%21g%3Ax/joined_members", "200 OK",
     "{\"joined\":{\"@usher:x\":{},\"@a:x\":{},\"@b:x\":{}}}"},
    {"/profile/", "200 OK", "{\"displayname\":\"Usher Bot\"}"},
    {"/user/", "404 Not Found", "{\"errcode\":\"M_NOT_FOUND\"}"},
};

static void answer_route(struct bufferevent *to, const char *path) {
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (strncmp(path, routes[i].path, strlen(routes[i].path)) == 0) {
            fake_http_reply(to, routes[i].status, "", routes[i].body);
            return;
        }
    }
    fake_http_reply(to, "404 Not Found", "", "{\"errcode\":\"M_UNRECOGNIZED\"}");
}

static void answer_request(struct fake_http *fake, struct bufferevent *to,
                           const struct fake_request *request) {
    struct fixture *fixture = fake->context;
    static const char prefix[] = "/_matrix/client/v3";
    if (strcmp(request->path, "/_matrix/client/versions") == 0) {
        fake_http_reply(to, "200 OK", "", "{\"versions\":[\"r0.6.1\",\"v1.11\"]}");
        return;
    }
    assert_memory_equal(request->path, prefix, sizeof prefix - 1);
    const char *path = request->path + sizeof prefix - 1;
    if (strcmp(path, "/login") == 0) {
        answer_login(fixture, to, request);
    } else if (strcmp(path, "/account/whoami") == 0) {
        note(fixture, "whoami");
        fake_http_reply(to, fixture->whoami_refused ? "401 Unauthorized" : "200 OK", "",
                        fixture->whoami_refused ? "{\"errcode\":\"M_UNKNOWN_TOKEN\"}"
                                                : "{\"user_id\":\"@usher:x\"}");
    } else if (strncmp(path, "/sync?", 6) == 0) {
        answer_sync(fixture, to, path);
    } else if (fixture->keeps_filter &&
               strcmp(path, "/user/%40usher%3Ax/filter") == 0) {
        assert_non_null(strstr(request->body, "m.room.message"));
        fake_http_reply(to, "200 OK", "", "{\"filter_id\":\"f7\"}");
    } else {
        answer_route(to, path);
    }
}

// --- the receiver ---

static void on_message(void *context, struct network *network,
                       const struct incoming *incoming) {
    struct fixture *told = context;
    if (told->next_turn != NULL && !evtimer_pending(told->next_turn, NULL)) {
        evtimer_add(told->next_turn, &(struct timeval){0});
    }
    (void)network;
    note(context, "message %s %s %s '%s' by %s%s",
         incoming->room != NULL ? incoming->room : "direct", incoming->back.id,
         incoming->event, incoming->text, incoming->person.name,
         incoming->may_be_old ? " old" : "");
}

static void on_position(void *context, struct network *network, const char *key,
                        const char *position) {
    (void)network;
    assert_string_equal(key, "position");
    note(context, "position %s", position);
}

static void on_delivered(void *context, struct network *network, uint64_t id,
                         const char *event) {
    (void)network;
    assert_string_equal(event, "$sent");
    note(context, "delivered %d", (int)id);
}

static void on_refused(void *context, struct network *network, uint64_t id,
                       const char *reason) {
    (void)network;
    note(context, "refused %d %s", (int)id, reason);
}

static void on_trouble(void *context, struct network *network, const char *room,
                       const char *text) {
    (void)network;
    note(context, "trouble %s %s", room != NULL ? room : "", text);
}

static void on_up(void *context, struct network *network) {
    (void)network;
    note(context, "up");
}

static void on_down(void *context, struct network *network) {
    (void)network;
    note(context, "down");
}

static char **memory_place(struct fixture *fixture, const char *key) {
    if (strcmp(key, "device_id") == 0) {
        return &fixture->device;
    }
    if (strcmp(key, "position") == 0) {
        return &fixture->position;
    }
    return strcmp(key, "access_token") == 0 ? &fixture->token : NULL;
}

static char *on_recall(void *context, const struct network *network, const char *key) {
    (void)network;
    char **place = memory_place(context, key);
    return place != NULL ? mem_copy(*place) : NULL;
}

static void on_remember(void *context, const struct network *network, const char *key,
                        const char *value) {
    (void)network;
    char **place = memory_place(context, key);
    if (place != NULL) {
        free(*place);
        *place = mem_copy(value);
    }
}

static const struct network_events events = {.message = on_message,
                                             .position = on_position,
                                             .delivered = on_delivered,
                                             .refused = on_refused,
                                             .trouble = on_trouble,
                                             .recall = on_recall,
                                             .remember = on_remember,
                                             .up = on_up,
                                             .down = on_down};

// --- the tests ---

static void on_limit(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    fail_msg("not within the time: %s", buf_str(&((struct fixture *)context)->story));
}

static void run_until(struct fixture *fixture, const char *line) {
    fixture->until = line;
    struct timeval limit = {20, 0};
    evtimer_add(fixture->limit, &limit);
    if (strstr(buf_str(&fixture->story), line) == NULL) {
        event_base_dispatch(fixture->base);
    }
    evtimer_del(fixture->limit);
    fixture->until = NULL;
}

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->base = event_base_new();
    fixture->limit = evtimer_new(fixture->base, on_limit, fixture);
    fake_http_start(&fixture->fake, fixture->base, answer_request, fixture);
    char hall[] = "#hall:x";
    char user[] = "@usher:x";
    char password[] = "open";
    struct matrix_room room = {.name = hall};
    struct matrix_options options = {.homeserver = fixture->fake.url,
                                     .user = user,
                                     .password = password,
                                     .rooms = &room,
                                     .room_count = 1};
    fixture->network = matrix_create("itu", &options, fixture->base, &events, fixture);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    fixture->network->functions->stop(fixture->network);
    fixture->network->functions->destroy(fixture->network);
    fake_http_stop(&fixture->fake);
    event_free(fixture->limit);
    event_base_free(fixture->base);
    buf_finish(&fixture->story);
    free(fixture->device);
    free(fixture->token);
    free(fixture->position);
    free(fixture);
    return 0;
}

static void start(struct fixture *fixture, const char *position) {
    fixture->position = mem_copy(position);
    fixture->network->functions->start(fixture->network);
    assert_string_equal(buf_str(&fixture->story), "");
}

static void bring_up(struct fixture *fixture) {
    start(fixture, NULL);
    run_until(fixture, "up\n");
    buf_clear(&fixture->story);
}

static void say(struct fixture *fixture) {
    struct outgoing outgoing = {
        .id = 1,
        .transaction = "o1",
        .target = {.kind = TARGET_ROOM, .network = "itu", .id = "#hall:x"},
        .text = "text",
        .priority = PRIORITY_ANSWER};
    fixture->network->functions->send(fixture->network, &outgoing);
}

static void matrix__start__first_one_tells_no_history(void **state) {
    struct fixture *fixture = *state;
    fixture->join = "{\"!d:x\":{\"timeline\":{\"events\":[{\"type\":\"m.room.message\","
                    "\"event_id\":\"$1\",\"sender\":\"@ben:x\",\"origin_server_ts\":1,"
                    "\"content\":{\"msgtype\":\"m.text\",\"body\":\"old\"}}]}}}";
    start(fixture, NULL);
    run_until(fixture, "up\n");
    assert_string_equal(buf_str(&fixture->story),
                        "login same device\nposition s1\nup\n");
    assert_string_equal(fixture->token, "secret");
    assert_memory_equal(fixture->device, "USHER", 5);
    assert_true(
        fixture->network->functions->has_member(fixture->network, "#hall:x", "@ana:x"));
    assert_false(
        fixture->network->functions->has_member(fixture->network, "#hall:x", "@ben:x"));
}

static void matrix__start__token_is_used_again(void **state) {
    struct fixture *fixture = *state;
    fixture->token = mem_copy("secret");
    fixture->device = mem_copy("DEVICE");
    start(fixture, "s0");
    run_until(fixture, "up\n");
    assert_string_equal(buf_str(&fixture->story), "whoami\nposition s1\nup\n");
}

static void matrix__start__refused_token_means_login_as_the_same_device(void **state) {
    struct fixture *fixture = *state;
    fixture->token = mem_copy("stale");
    fixture->device = mem_copy("DEVICE");
    fixture->whoami_refused = true;
    start(fixture, "s0");
    run_until(fixture, "up\n");
    assert_string_equal(
        buf_str(&fixture->story),
        "whoami\ntrouble  My session was ended from outside; I sign on again: the "
        "server answered 401 M_UNKNOWN_TOKEN\nlogin same device\nposition s1\nup\n");
    assert_string_equal(fixture->token, "secret");
}

static void matrix__start__refused_password_is_down(void **state) {
    struct fixture *fixture = *state;
    fixture->login_refused = true;
    start(fixture, NULL);
    run_until(fixture, "down\n");
    assert_string_equal(buf_str(&fixture->story),
                        "login same device\n"
                        "trouble  I can't sign on: M_FORBIDDEN: wrong\ndown\n");
}

#define SAID(id, sender, text)                                                       \
    "{\"type\":\"m.room.message\",\"event_id\":\"" id "\",\"sender\":\"" sender      \
    "\",\"origin_server_ts\":1,\"content\":{\"msgtype\":\"m.text\",\"body\":\"" text \
    "\"}}"

static void matrix__sync__rooms_and_persons_are_told_apart(void **state) {
    struct fixture *fixture = *state;
    fixture->join =
        "{\"!h:x\":{\"timeline\":{\"events\":[" SAID("$1", "@ana:x", "!now") "," SAID(
            "$2", "@usher:x",
            "own") "]}},"
                   "\"!d:x\":{\"timeline\":{\"events\":[" SAID(
                       "$3", "@ben:x",
                       "hi") "]}},"
                             "\"!g:x\":{\"timeline\":{\"events\":[" SAID(
                                 "$4", "@a:x", "group") "]}}}";
    start(fixture, "s0");
    run_until(fixture, "position s1\n");
    const char *story = buf_str(&fixture->story);
    assert_non_null(strstr(story, "message #hall:x #hall:x $1 '!now' by Ana old\n"));
    assert_non_null(strstr(story, "message direct !d:x $3 'hi' by ben old\n"));
    assert_null(strstr(story, "own"));
    assert_null(strstr(story, "group"));
}

static void matrix__sync__names_a_filter_that_the_server_keeps(void **state) {
    struct fixture *fixture = *state;
    fixture->keeps_filter = true;
    start(fixture, "s0");
    run_until(fixture, "up\n");
    assert_string_equal(buf_str(&fixture->story),
                        "login same device\nsync by name\nposition s1\nup\n");
}

static void matrix__sync__forgotten_filter_costs_no_position(void **state) {
    struct fixture *fixture = *state;
    fixture->keeps_filter = fixture->forgets_filter = true;
    start(fixture, "s0");
    run_until(fixture, "up\n");
    assert_string_equal(
        buf_str(&fixture->story),
        "login same device\nsync by name\nsync by filter\nposition s1\nup\n");
}

static void on_next_turn(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    note(context, "another turn");
}

// The position is stored with the changes that its messages made: a turn between
// them would let a crash carry those out twice.
static void matrix__sync__an_answer_is_told_in_one_turn(void **state) {
    enum { MESSAGES = 1200 };
    struct fixture *fixture = *state;
    struct buf join = {0};
    buf_add_str(&join, "{\"!h:x\":{\"timeline\":{\"events\":[");
    for (int i = 0; i < MESSAGES; i++) {
        buf_printf(&join,
                   "%s{\"type\":\"m.room.message\",\"event_id\":\"$%d\","
                   "\"sender\":\"@ana:x\",\"origin_server_ts\":1,"
                   "\"content\":{\"msgtype\":\"m.text\",\"body\":\"!now\"}}",
                   i == 0 ? "" : ",", i);
    }
    buf_add_str(&join, "]}}}");
    fixture->join = buf_str(&join);
    fixture->next_turn = evtimer_new(fixture->base, on_next_turn, fixture);
    start(fixture, "s0");
    run_until(fixture, "another turn\n");
    const char *position = strstr(buf_str(&fixture->story), "position s1\n");
    assert_non_null(position);
    assert_non_null(strstr(buf_str(&fixture->story), "$1199 "));
    event_free(fixture->next_turn);
    fixture->next_turn = NULL;
    buf_finish(&join);
}

static void matrix__sync__lost_server_is_down_and_comes_back(void **state) {
    struct fixture *fixture = *state;
    bring_up(fixture);
    fixture->sync_fails = true;
    fake_http_hang_up(&fixture->fake);
    run_until(fixture, "down\n");
    say(fixture);
    fixture->sync_fails = false;
    fixture->join = "{}";
    run_until(fixture, "up\n");
    assert_string_equal(buf_str(&fixture->story), "down\nposition s2\nup\n");
}

static void matrix__stop__nothing_is_told_any_more(void **state) {
    struct fixture *fixture = *state;
    bring_up(fixture);
    say(fixture);
    fixture->network->functions->stop(fixture->network);
    say(fixture);
    struct timeval soon = {0, 100000};
    event_base_loopexit(fixture->base, &soon);
    event_base_dispatch(fixture->base);
    assert_string_equal(buf_str(&fixture->story), "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(matrix__start__first_one_tells_no_history),
        TEST(matrix__start__token_is_used_again),
        TEST(matrix__start__refused_token_means_login_as_the_same_device),
        TEST(matrix__start__refused_password_is_down),
        TEST(matrix__sync__rooms_and_persons_are_told_apart),
        TEST(matrix__sync__names_a_filter_that_the_server_keeps),
        TEST(matrix__sync__forgotten_filter_costs_no_position),
        TEST(matrix__sync__an_answer_is_told_in_one_turn),
        TEST(matrix__sync__lost_server_is_down_and_comes_back),
        TEST(matrix__stop__nothing_is_told_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
