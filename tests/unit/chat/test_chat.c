// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "chat/chat.h"
#include "store/sessions.h"

// A workshop with one room, half a minute after 12:00 UTC on its clock, and what is
// said in it.
struct fixture {
    struct store *store;
    struct workshop workshop;
    struct room room;
    struct desk desk;
    struct chat *chat;
    struct buf sent;
};

static void record(void *context, const struct outbox_item *item) {
    struct fixture *fixture = context;
    buf_printf(&fixture->sent, "%s|", item->text);
}

static bool is_member(void *context, const char *network, const char *room,
                      const char *identity) {
    (void)context, (void)network, (void)room, (void)identity;
    return true;
}

static bool is_operator(void *context, const char *network, const char *room,
                        const char *identity) {
    (void)context, (void)network, (void)room, (void)identity;
    return false;
}

static int set_up(void **state) {
    static struct fixture fixture;
    struct error error = {0};
    fixture = (struct fixture){.room = {.network = "net", .name = "#hall"}};
    assert_int_equal(
        store_open("sqlite::memory:", STORE_OWNER, 0, &fixture.store, &error), OK);
    assert_int_equal(sessions_add_workshop(fixture.store, "test"), OK);
    fixture.workshop =
        (struct workshop){.id = "test",
                          .agenda = {.title = "Test", .zone = zone_utc()},
                          .rooms = &fixture.room,
                          .room_count = 1,
                          .questions = {500, 100},
                          .rates = {3, 100}};
    fixture.desk = (struct desk){.store = fixture.store,
                                 .workshops = &fixture.workshop,
                                 .workshop_count = 1,
                                 .now_ms = 12 * 3600 * 1000 + 30000,
                                 .has_member = is_member,
                                 .is_operator = is_operator};
    fixture.desk.outbox = outbox_create(fixture.store, record, &fixture);
    outbox_add_network(fixture.desk.outbox, "net");
    outbox_network_up(fixture.desk.outbox, "net");
    fixture.chat = chat_create(&fixture.desk);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    chat_destroy(fixture->chat);
    outbox_destroy(fixture->desk.outbox);
    store_close(fixture->store);
    buf_finish(&fixture->sent);
    return 0;
}

enum { MINUTE_MS = 60 * 1000 };

static void say(struct fixture *fixture, const char *text, int64_t minutes_ago) {
    static const char *const own_names[] = {"usher", NULL};
    const struct incoming incoming = {
        .person = {.network = "net", .identity = "~1", .name = "ana", .is_past = true},
        .room = "#hall",
        .back = {.kind = TARGET_ROOM, .network = "net", .id = "#hall"},
        .text = text,
        .event = text,
        .sent_ms = clock_real_ms() - minutes_ago * MINUTE_MS,
        .own_names = own_names,
        .may_be_old = minutes_ago > 0};
    buf_clear(&fixture->sent);
    chat_handle(fixture->chat, &incoming);
    if (store_has_changes(fixture->store)) {
        assert_int_equal(store_commit(fixture->store), OK);
    }
    outbox_committed(fixture->desk.outbox);
    outbox_release(fixture->desk.outbox);
}

static void expect(const struct fixture *fixture, const char *expected) {
    assert_string_equal(buf_str(&fixture->sent), expected);
}

static void chat__late__is_marked_behind_the_answer(void **state) {
    struct fixture *fixture = *state;
    say(fixture, "!ask Why?", 7);
    expect(fixture,
           "#1 is waiting for a moderator. (late: you said this at 11:53 UTC)|");
    say(fixture, "!ask When?", 0);
    expect(fixture, "#2 is waiting for a moderator.|");
    say(fixture, "!mine", 5);
    assert_non_null(strstr(buf_str(&fixture->sent), "#1 pending"));
    assert_non_null(
        strstr(buf_str(&fixture->sent), "\n(late: you said this at 11:55 UTC)|"));
}

static void chat__late__queries_have_an_age_limit_and_changes_have_none(void **state) {
    struct fixture *fixture = *state;
    say(fixture, "!question 1", 9);
    expect(fixture, "No question #1. (late: you said this at 11:51 UTC)|");
    say(fixture, "!question 1", 11);
    expect(fixture, "");
    say(fixture, "usher: blah", 11);
    expect(fixture, "");
    say(fixture, "!ask Why?", 2880);
    expect(fixture, "#1 is waiting for a moderator. "
                    "(late: you said this at 1969-12-30 12:00 UTC)|");
}

static void chat__late__counts_at_the_time_at_which_it_was_said(void **state) {
    struct fixture *fixture = *state;
    for (int i = 9; i > 0; i--) {
        say(fixture, "!question 1", i);
        assert_non_null(strstr(buf_str(&fixture->sent), "No question #1"));
    }
    for (int i = 0; i < 2; i++) {
        say(fixture, "!question 1", 1);
        assert_non_null(strstr(buf_str(&fixture->sent), "No question #1"));
    }
    say(fixture, "!question 1", 1);
    assert_non_null(strstr(buf_str(&fixture->sent), "That was much at once"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(chat__late__is_marked_behind_the_answer),
        TEST(chat__late__queries_have_an_age_limit_and_changes_have_none),
        TEST(chat__late__counts_at_the_time_at_which_it_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
