// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "actions/board.h"
#include "actions/moderator.h"
#include "base/buf.h"
#include "base/memory.h"
#include "store/events.h"
#include "store/sessions.h"

// A workshop with a moderators' room on "itu", where what was said can be changed, and
// one on "irc", where it can't. What goes out is written down as "NETWORK
// [>REPLACED] TEXT" lines; `deliver` says that it arrived.

struct fixture {
    struct desk desk;
    struct workshop workshop;
    struct outbox *outbox;
    struct buf sent;
    uint64_t given[64];
    const char *networks[64];
    size_t given_len;
    int events;
};

static struct moderator chair = {.network = (char[]){"itu"},
                                 .account = (char[]){"@chair:x"}};
static const struct person ana = {"itu", "@ana:x", "@ana:x", "ana", NULL, false};
static const struct person moderator = {"itu",   "@chair:x", "@chair:x",
                                        "chair", NULL,       false};
static struct room rooms[] = {{.network = (char[]){"itu"}, .name = (char[]){"!mods:x"}},
                              {.network = (char[]){"irc"}, .name = (char[]){"#mods"}}};

static void send_out(void *context, const struct outbox_item *item) {
    struct fixture *fixture = context;
    if (item->target.kind == TARGET_ROOM) {
        bool is_edit = item->target.replaces != NULL;
        buf_printf(&fixture->sent, "%s %s%s%s\n", item->target.network,
                   is_edit ? ">" : "", is_edit ? item->target.replaces : "",
                   item->text);
    }
    fixture->given[fixture->given_len] = item->id;
    fixture->networks[fixture->given_len++] =
        strcmp(item->target.network, "itu") == 0 ? "itu" : "irc";
}

static bool can_edit(void *context, const char *network) {
    (void)context;
    return strcmp(network, "itu") == 0;
}

static bool has_member(void *context, const char *network, const char *room,
                       const char *identity) {
    (void)context;
    (void)network;
    (void)room;
    (void)identity;
    return true;
}

static int set_up(void **state) {
    struct fixture *fixture = mem_alloc(1, sizeof *fixture);
    struct error error = {0};
    static char id[] = "w";
    fixture->workshop = (struct workshop){.id = id,
                                          .moderator_rooms = rooms,
                                          .moderator_room_count = 2,
                                          .moderators = &chair,
                                          .moderator_count = 1,
                                          .questions = {500, 5}};
    assert_int_equal(
        store_open("sqlite::memory:", STORE_OWNER, 0, &fixture->desk.store, &error),
        OK);
    assert_int_equal(sessions_add_workshop(fixture->desk.store, "w"), OK);
    fixture->outbox = outbox_create(fixture->desk.store, send_out, fixture);
    fixture->desk.outbox = fixture->outbox;
    fixture->desk.can_edit = can_edit;
    fixture->desk.has_member = has_member;
    fixture->desk.context = fixture;
    for (size_t i = 0; i < 2; i++) {
        outbox_add_network(fixture->outbox, rooms[i].network);
        outbox_network_up(fixture->outbox, rooms[i].network);
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    outbox_destroy(fixture->outbox);
    store_close(fixture->desk.store);
    buf_finish(&fixture->sent);
    free(fixture);
    return 0;
}

// Ends the turn; what is sent by it is in `sent`, and that alone.
static void end_turn(struct fixture *fixture) {
    buf_clear(&fixture->sent);
    assert_int_equal(outbox_store_done(fixture->outbox, board_told, &fixture->desk),
                     OK);
    assert_int_equal(store_commit(fixture->desk.store), OK);
    outbox_committed(fixture->outbox);
    outbox_release(fixture->outbox);
}

// All that was sent arrived, then the turn ends. On "itu" messages have events.
static void deliver(struct fixture *fixture) {
    size_t len = fixture->given_len;
    fixture->given_len = 0;
    for (size_t i = 0; i < len; i++) {
        char *event = str_printf("$%d", ++fixture->events);
        bool has_event = strcmp(fixture->networks[i], "itu") == 0;
        outbox_done(fixture->outbox, fixture->networks[i], fixture->given[i],
                    has_event ? event : NULL);
        free(event);
    }
    end_turn(fixture);
}

static struct deed deed_of(struct fixture *fixture, const struct person *person) {
    static const struct target back = {
        .network = "itu", .id = "#hall:x", .reply_to = "$asked"};
    return (struct deed){&fixture->desk, &fixture->workshop, person, true, &back};
}

static void ask(struct fixture *fixture, const char *text) {
    const struct deed deed = deed_of(fixture, &ana);
    struct outcome outcome = {0};
    participant_ask(&deed, 0, text, &outcome);
    assert_int_equal(outcome.code, OUTCOME_DONE);
    outcome_finish(&outcome);
}

static void edit(struct fixture *fixture, const char *text) {
    const struct deed deed = deed_of(fixture, &ana);
    struct outcome outcome = {0};
    participant_edit(&deed, 1, text, &outcome);
    assert_int_equal(outcome.code, OUTCOME_DONE);
    outcome_finish(&outcome);
}

static void approve(struct fixture *fixture) {
    const struct deed deed = deed_of(fixture, &moderator);
    struct outcome outcome = {0};
    moderator_approve(&deed, 1, &outcome);
    assert_int_equal(outcome.code, OUTCOME_DONE);
    outcome_finish(&outcome);
}

static void check_sent(const struct fixture *fixture, const char *expected) {
    assert_string_equal(buf_str(&fixture->sent), expected);
}

static void board__show__says_it_new_everywhere(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "one");
    end_turn(fixture);
    check_sent(fixture, "itu #1 new [session 0] ana: one\n"
                        "irc #1 new [session 0] ana: one\n");
    deliver(fixture);
    check_sent(fixture, "");
    struct event event;
    assert_int_equal(events_find(fixture->desk.store, "itu", "$asked", &event), OK);
    assert_int_equal(event.role, EVENT_ASKED);
    event_finish(&event);
    assert_int_equal(events_find(fixture->desk.store, "itu", "$1", &event), OK);
    assert_int_equal(event.role, EVENT_QUEUE);
    event_finish(&event);
}

static void board__refresh__edits_or_says_again(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "one");
    end_turn(fixture);
    deliver(fixture);
    edit(fixture, "two");
    end_turn(fixture);
    check_sent(fixture, "itu >$1#1 pending 0 votes [session 0] ana: two\n"
                        "irc #1 new [session 0] ana: two\n");
    deliver(fixture);
    approve(fixture);
    end_turn(fixture);
    check_sent(fixture, "itu >$1#1 approved 0 votes [session 0] ana: two\n");
}

static void board__refresh__one_edit_at_a_time_then_the_newest(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "one");
    end_turn(fixture);
    deliver(fixture);
    edit(fixture, "two");
    end_turn(fixture);
    edit(fixture, "three");
    edit(fixture, "four");
    approve(fixture);
    end_turn(fixture);
    assert_null(strstr(buf_str(&fixture->sent), ">"));
    deliver(fixture);
    check_sent(fixture, "itu >$1#1 approved 0 votes [session 0] ana: four\n");
    deliver(fixture);
    check_sent(fixture, "");
}

static void board__told__what_changed_before_it_arrived_follows(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "one");
    end_turn(fixture);
    approve(fixture);
    end_turn(fixture);
    check_sent(fixture, "");
    deliver(fixture);
    check_sent(fixture, "itu >$1#1 approved 0 votes [session 0] ana: one\n");
}

static void board__told__a_refused_edit_is_no_end(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "one");
    end_turn(fixture);
    deliver(fixture);
    edit(fixture, "two");
    end_turn(fixture);
    for (size_t i = 0; i < fixture->given_len; i++) {
        outbox_done(fixture->outbox, fixture->networks[i], fixture->given[i], NULL);
    }
    fixture->given_len = 0;
    end_turn(fixture);
    check_sent(fixture, "");
    approve(fixture);
    end_turn(fixture);
    check_sent(fixture, "itu >$1#1 approved 0 votes [session 0] ana: two\n");
}

static void board__told__is_undone_with_its_turn(void **state) {
    struct fixture *fixture = *state;
    ask(fixture, "one");
    end_turn(fixture);
    approve(fixture);
    end_turn(fixture);
    outbox_done(fixture->outbox, "itu", fixture->given[0], "$1");
    assert_int_equal(outbox_store_done(fixture->outbox, board_told, &fixture->desk),
                     OK);
    store_rollback(fixture->desk.store);
    outbox_rolled_back(fixture->outbox);
    end_turn(fixture);
    check_sent(fixture, "itu >$1#1 approved 0 votes [session 0] ana: one\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(board__show__says_it_new_everywhere),
        TEST(board__refresh__edits_or_says_again),
        TEST(board__refresh__one_edit_at_a_time_then_the_newest),
        TEST(board__told__what_changed_before_it_arrived_follows),
        TEST(board__told__a_refused_edit_is_no_end),
        TEST(board__told__is_undone_with_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
