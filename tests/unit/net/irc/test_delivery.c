// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "net/irc/delivery.h"

enum { OUT_MAX = 65536 };

// Room 0 is joined, room 1 is not.
struct fixture {
    struct irc_isupport isupport;
    struct irc_users users;
    struct irc_channels channels;
    struct irc_delivery delivery;
    struct buf told; // "+1" delivered, "-2(reason)" refused
    uint64_t next_id;
};

static const struct irc_channel names[] = {{"#Hall", NULL}, {"#closed", NULL}};

static void tell_delivered(void *context, uint64_t id) {
    struct fixture *fixture = context;
    buf_printf(&fixture->told, "+%d", (int)id);
}

static void tell_refused(void *context, uint64_t id, const char *reason) {
    struct fixture *fixture = context;
    buf_printf(&fixture->told, "-%d(%s)", (int)id, reason);
}

static const struct irc_delivery_events events = {tell_delivered, tell_refused};

static int set_up(void **state) {
    struct fixture *fixture = mem_alloc(1, sizeof *fixture);
    struct irc_options options = {.flood_burst = 10, .flood_per_second = 1};
    irc_isupport_init(&fixture->isupport);
    irc_users_init(&fixture->users, &fixture->isupport, 100);
    irc_channels_init(&fixture->channels, names, 2, &fixture->isupport);
    irc_channels_joined(&fixture->channels, 0, 0);
    irc_delivery_init(&fixture->delivery, &options, &events, fixture);
    fixture->delivery.isupport = &fixture->isupport;
    fixture->delivery.users = &fixture->users;
    fixture->delivery.channels = &fixture->channels;
    fixture->delivery.prefix_len = 40;
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    irc_delivery_finish(&fixture->delivery);
    irc_channels_finish(&fixture->channels);
    irc_users_finish(&fixture->users);
    irc_isupport_finish(&fixture->isupport);
    buf_finish(&fixture->told);
    free(fixture);
    return 0;
}

static void say(struct fixture *fixture, enum target_kind kind, const char *id,
                const char *text) {
    fixture->next_id++;
    irc_delivery_add(&fixture->delivery,
                     &(struct outgoing){.id = fixture->next_id,
                                        .target = {.kind = kind, .id = id},
                                        .text = text,
                                        .priority = PRIORITY_ANSWER});
}

// As the connection does, a PING later.
static void pump(struct fixture *fixture, int64_t now_ms, struct buf *out) {
    irc_delivery_pump(&fixture->delivery, now_ms, out, OUT_MAX);
    if (irc_delivery_wants_ping(&fixture->delivery)) {
        irc_delivery_add_ping(&fixture->delivery, out);
    }
}

static void expect_said(struct fixture *fixture, int64_t now_ms, const char *expected) {
    struct buf out = {0};
    pump(fixture, now_ms, &out);
    assert_string_equal(buf_str(&out), expected);
    buf_finish(&out);
}

static void expect_told(struct fixture *fixture, const char *expected) {
    assert_string_equal(buf_str(&fixture->told), expected);
    buf_clear(&fixture->told);
}

static void delivery__pump__asks_once_for_many_messages(void **state) {
    struct fixture *fixture = *state;
    struct buf out = {0};
    for (int i = 0; i < 33; i++) {
        assert_null(strstr(buf_str(&out), "PING"));
        say(fixture, TARGET_ROOM, "#Hall", "one");
        irc_delivery_pump(&fixture->delivery, i * 100000, &out, OUT_MAX);
        assert_int_equal(irc_delivery_wants_ping(&fixture->delivery), i != 31);
        if (i == 31) {
            assert_non_null(strstr(buf_str(&out), "PING :usher-1\r\n"));
            buf_clear(&out);
        }
    }
    buf_finish(&out);
}

static void delivery__pong__acknowledges_what_was_said_before(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_ROOM, "#Hall", "one\ntwo");
    say(fixture, TARGET_ROOM, "#Hall", "three");
    expect_said(fixture, 0,
                "PRIVMSG #Hall :one\r\nPRIVMSG #Hall :two\r\n"
                "PRIVMSG #Hall :three\r\nPING :usher-1\r\n");
    say(fixture, TARGET_ROOM, "#Hall", "four");
    expect_said(fixture, 0, "PRIVMSG #Hall :four\r\nPING :usher-2\r\n");
    irc_delivery_pong(&fixture->delivery, slice_of("other-2"));
    irc_delivery_pong(&fixture->delivery, slice_of("usher-"));
    expect_told(fixture, "");
    irc_delivery_pong(&fixture->delivery, slice_of("usher-1"));
    expect_told(fixture, "+1+2");
    irc_delivery_pong(&fixture->delivery, slice_of("usher-2"));
    expect_told(fixture, "+3");
    assert_false(irc_delivery_is_open(&fixture->delivery));
}

static void delivery__echo__acknowledges_by_the_last_line(void **state) {
    struct fixture *fixture = *state;
    fixture->delivery.echo = true;
    say(fixture, TARGET_ROOM, "#Hall", "one\ntwo");
    say(fixture, TARGET_ROOM, "#Hall", "three");
    expect_said(fixture, 0,
                "PRIVMSG #Hall :one\r\nPRIVMSG #Hall :two\r\nPRIVMSG #Hall :three\r\n");
    irc_delivery_echo(&fixture->delivery, slice_of("#hall"), slice_of("one"));
    irc_delivery_echo(&fixture->delivery, slice_of("#other"), slice_of("two"));
    expect_told(fixture, "");
    irc_delivery_echo(&fixture->delivery, slice_of("#hall"), slice_of("two"));
    expect_told(fixture, "+1");
    // A server that changes texts: the second PONG counts.
    irc_delivery_pong(&fixture->delivery, slice_of("usher-1"));
    expect_told(fixture, "");
    irc_delivery_pong(&fixture->delivery, slice_of("usher-2"));
    expect_told(fixture, "+2");
}

static void use_labels(struct fixture *fixture) {
    fixture->delivery.echo = true;
    fixture->delivery.labels = true;
}

static void delivery__label__acknowledges_the_message_that_has_it(void **state) {
    struct fixture *fixture = *state;
    use_labels(fixture);
    say(fixture, TARGET_ROOM, "#Hall", "one\nsame\n ");
    say(fixture, TARGET_ROOM, "#Hall", "same");
    say(fixture, TARGET_ROOM, "#Hall", "same");
    expect_said(fixture, 0,
                "PRIVMSG #Hall :one\r\n@label=1 PRIVMSG #Hall :same\r\n"
                "@label=2 PRIVMSG #Hall :same\r\n@label=3 PRIVMSG #Hall :same\r\n");
    irc_delivery_echo(&fixture->delivery, slice_of("#hall"), slice_of("same"));
    irc_delivery_acknowledge_label(&fixture->delivery, slice_of("7"));
    irc_delivery_acknowledge_label(&fixture->delivery, slice_of("0"));
    irc_delivery_acknowledge_label(&fixture->delivery, slice_of("h2"));
    irc_delivery_acknowledge_label(&fixture->delivery, slice_of(""));
    expect_told(fixture, "");
    irc_delivery_acknowledge_label(&fixture->delivery, slice_of("2"));
    irc_delivery_acknowledge_label(&fixture->delivery, slice_of("2"));
    expect_told(fixture, "+2");
    irc_delivery_refuse_label(&fixture->delivery, slice_of("3"), slice_of("no\x02"));
    irc_delivery_acknowledge_label(&fixture->delivery, slice_of("1"));
    expect_told(fixture, "-3(no)+1");
    assert_false(irc_delivery_is_open(&fixture->delivery));
}

static void delivery__label__an_error_without_it_refuses_nothing(void **state) {
    struct fixture *fixture = *state;
    use_labels(fixture);
    say(fixture, TARGET_ROOM, "#Hall", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
    struct buf out = {0};
    irc_delivery_pump(&fixture->delivery, 0, &out, OUT_MAX);
    assert_null(strstr(buf_str(&out), "label"));
    buf_finish(&out);
    irc_delivery_refuse(&fixture->delivery, slice_of("#hall"), slice_of("no"));
    expect_said(fixture, 1000, "@label=1 PRIVMSG #Hall :11\r\n");
    irc_delivery_refuse(&fixture->delivery, slice_of("#hall"), slice_of("no"));
    expect_told(fixture, "");
    irc_delivery_refuse_label(&fixture->delivery, slice_of("1"), slice_of("no"));
    expect_told(fixture, "-1(no)");
}

static void delivery__label__that_is_never_answered_ends_with_a_pong(void **state) {
    struct fixture *fixture = *state;
    use_labels(fixture);
    say(fixture, TARGET_ROOM, "#Hall", "one");
    expect_said(fixture, 0, "@label=1 PRIVMSG #Hall :one\r\n");
    irc_delivery_pong(&fixture->delivery, slice_of("usher-1"));
    expect_told(fixture, "");
    irc_delivery_pong(&fixture->delivery, slice_of("usher-2"));
    expect_told(fixture, "+1");
    // The answer that comes late means nothing to the next message.
    say(fixture, TARGET_ROOM, "#Hall", "two");
    expect_said(fixture, 0, "@label=2 PRIVMSG #Hall :two\r\n");
    irc_delivery_refuse_label(&fixture->delivery, slice_of("1"), slice_of("no"));
    expect_told(fixture, "");
}

static void delivery__refuse__ends_the_first_to_that_target(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_ROOM, "#Hall", "one");
    say(fixture, TARGET_ROOM, "#Hall", "two");
    expect_said(fixture, 0,
                "PRIVMSG #Hall :one\r\nPRIVMSG #Hall :two\r\nPING :usher-1\r\n");
    irc_delivery_refuse(&fixture->delivery, slice_of("#elsewhere"), slice_of("no"));
    irc_delivery_refuse(&fixture->delivery, slice_of("#HALL"), slice_of("moderated"));
    irc_delivery_pong(&fixture->delivery, slice_of("usher-1"));
    expect_told(fixture, "-1(moderated)+2");
}

static void delivery__refuse__stops_a_message_half_said(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_ROOM, "#Hall", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12");
    struct buf out = {0};
    irc_delivery_pump(&fixture->delivery, 0, &out, OUT_MAX);
    assert_null(strstr(buf_str(&out), ":11"));
    assert_null(strstr(buf_str(&out), "PING"));
    buf_finish(&out);
    assert_int_equal(irc_delivery_wait_ms(&fixture->delivery, 0), 1000);
    irc_delivery_refuse(&fixture->delivery, slice_of("#hall"), slice_of("no"));
    expect_told(fixture, "-1(no)");
    expect_said(fixture, 100000, "");
    assert_int_equal(irc_delivery_wait_ms(&fixture->delivery, 0), -1);
}

static void delivery__repeat__says_again_what_was_dropped(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_ROOM, "#Hall", "one\ntwo");
    say(fixture, TARGET_ROOM, "#Hall", "three");
    expect_said(fixture, 0,
                "PRIVMSG #Hall :one\r\nPRIVMSG #Hall :two\r\n"
                "PRIVMSG #Hall :three\r\nPING :usher-1\r\n");
    irc_delivery_repeat(&fixture->delivery, slice_of("#other"), slice_of("slow"));
    irc_delivery_repeat(&fixture->delivery, slice_of("#hall"), slice_of("slow"));
    irc_delivery_pong(&fixture->delivery, slice_of("usher-1"));
    expect_told(fixture, "+2");
    expect_said(fixture, 0,
                "PRIVMSG #Hall :one\r\nPRIVMSG #Hall :two\r\nPING :usher-2\r\n");
    irc_delivery_pong(&fixture->delivery, slice_of("usher-2"));
    expect_told(fixture, "+1");
}

static void delivery__repeat__keeps_the_order(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_ROOM, "#Hall", "one");
    say(fixture, TARGET_ROOM, "#Hall", "two");
    say(fixture, TARGET_ROOM, "#Hall", "three");
    expect_said(fixture, 0,
                "PRIVMSG #Hall :one\r\nPRIVMSG #Hall :two\r\n"
                "PRIVMSG #Hall :three\r\nPING :usher-1\r\n");
    say(fixture, TARGET_ROOM, "#Hall", "four");
    for (int i = 0; i < 3; i++) {
        irc_delivery_repeat(&fixture->delivery, slice_of("#hall"), slice_of("slow"));
    }
    expect_said(fixture, 100000,
                "PRIVMSG #Hall :one\r\nPRIVMSG #Hall :two\r\n"
                "PRIVMSG #Hall :three\r\nPRIVMSG #Hall :four\r\nPING :usher-2\r\n");
}

static void delivery__repeat__ends_after_some_times(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_ROOM, "#Hall", "one\ntwo");
    int times = 0;
    while (fixture->told.len == 0) {
        struct buf out = {0};
        pump(fixture, times * 100000, &out);
        assert_non_null(strstr(buf_str(&out), "PRIVMSG #Hall :one\r\n"));
        buf_finish(&out);
        // Each of its lines is answered.
        irc_delivery_repeat(&fixture->delivery, slice_of("#hall"), slice_of("slow"));
        irc_delivery_repeat(&fixture->delivery, slice_of("#hall"), slice_of("slow"));
        times++;
    }
    expect_told(fixture, "-1(slow)");
    assert_int_equal(times, 6);
    expect_said(fixture, 1000000, "");
}

static void delivery__add_raw__leaves_control_its_room(void **state) {
    struct fixture *fixture = *state;
    for (int i = 0; i < LIMIT_IRC_RAW_LINES; i++) {
        irc_delivery_add_raw(&fixture->delivery, IRC_CLASS_LOOKUP, "WHO #x");
    }
    irc_delivery_add_raw(&fixture->delivery, IRC_CLASS_CONTROL, "JOIN #x");
    struct buf out = {0};
    irc_delivery_pump(&fixture->delivery, 0, &out, OUT_MAX);
    assert_true(slice_starts_nocase(buf_slice(&out), "JOIN #x\r\n"));
    buf_finish(&out);
}

static void delivery__control_ms__is_long_for_many_lines(void **state) {
    struct fixture *fixture = *state;
    struct buf out = {0};
    assert_int_equal(irc_delivery_control_ms(&fixture->delivery, 0), 0);
    for (int i = 0; i < 100; i++) {
        irc_delivery_add_raw(&fixture->delivery, IRC_CLASS_CONTROL, "JOIN #x");
    }
    assert_int_equal(irc_delivery_control_ms(&fixture->delivery, 0), 100000);
    irc_delivery_add_raw(&fixture->delivery, IRC_CLASS_LOOKUP, "WHO #x"); // later
    assert_int_equal(irc_delivery_control_ms(&fixture->delivery, 0), 100000);
    irc_delivery_pump(&fixture->delivery, 0, &out, OUT_MAX); // the burst
    buf_finish(&out);
    int64_t left_ms = irc_delivery_control_ms(&fixture->delivery, 0);
    assert_true(left_ms > 80000 && left_ms < 100000);
    irc_queue_slow_down(&fixture->delivery.queue, 0);
    assert_true(irc_delivery_control_ms(&fixture->delivery, 0) > 2 * 80000);
}

static void delivery__add_raw__drops_more_than_a_few(void **state) {
    struct fixture *fixture = *state;
    struct buf out = {0};
    for (int i = 0; i < 10 * LIMIT_IRC_RAW_LINES; i++) {
        irc_delivery_add_raw(&fixture->delivery, IRC_CLASS_CONTROL, "PART #x");
    }
    for (int64_t now_ms = 0; now_ms < 1000000; now_ms += 1000) {
        irc_delivery_pump(&fixture->delivery, now_ms, &out, OUT_MAX);
    }
    assert_int_equal(out.len, LIMIT_IRC_RAW_LINES * strlen("PART #x\r\n"));
    buf_finish(&out);
    irc_delivery_add_raw(&fixture->delivery, IRC_CLASS_CONTROL, "PART #y");
    expect_said(fixture, 2000000, "PART #y\r\n");
}

// A room that the bot is banned from for good.
static void delivery__pump__goes_on_beside_a_room_that_holds_all_it_may(void **state) {
    struct fixture *fixture = *state;
    for (int i = 0; i < 300; i++) {
        say(fixture, TARGET_ROOM, "#closed", "text");
    }
    expect_said(fixture, 0, "");
    buf_clear(&fixture->told);
    say(fixture, TARGET_ROOM, "#Hall", "here");
    expect_said(fixture, 0, "PRIVMSG #Hall :here\r\nPING :usher-1\r\n");
    assert_in_range(fixture->delivery.held_count, 1, LIMIT_IN_FLIGHT_MESSAGES / 2);
}

static void delivery__pump__resolves_a_person_to_the_present_nick(void **state) {
    struct fixture *fixture = *state;
    struct irc_user *user = irc_users_join(&fixture->users, slice_of("ana!a@h"), 0);
    char *token = mem_copy(irc_user_identity(user));
    say(fixture, TARGET_PERSON, token, "one");
    irc_users_rename(&fixture->users, slice_of("ana"), slice_of("anna"));
    expect_said(fixture, 0, "PRIVMSG anna :one\r\nPING :usher-1\r\n");
    irc_users_quit(&fixture->users, slice_of("anna"));
    say(fixture, TARGET_PERSON, token, "two");
    say(fixture, TARGET_ROOM, "#unknown", "three");
    say(fixture, TARGET_ROOM, "#hall", " \n\x01");
    expect_said(fixture, 0, "");
    expect_told(fixture, "-2(gone)-3(no such room in the configuration)"
                         "-4(nothing to say)");
    free(token);
}

static void delivery__pump__holds_until_the_account_is_there(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_PERSON, "ana", "one");
    say(fixture, TARGET_PERSON, "bob", "two");
    say(fixture, TARGET_PERSON, "ana", "three");
    say(fixture, TARGET_ROOM, "#Hall", "four");
    expect_said(fixture, 0, "PRIVMSG #Hall :four\r\nPING :usher-1\r\n");
    say(fixture, TARGET_PERSON, "ana", "five");
    struct irc_user *user = irc_users_join(&fixture->users, slice_of("nick!a@h"), 0);
    irc_users_set_account(&fixture->users, user, slice_of("Ana"));
    expect_said(fixture, 0,
                "PRIVMSG nick :one\r\nPRIVMSG nick :three\r\nPRIVMSG nick :five\r\n"
                "PING :usher-2\r\n");
    expect_told(fixture, "");
}

static void delivery__pump__holds_until_the_room_is_joined(void **state) {
    struct fixture *fixture = *state;
    say(fixture, TARGET_ROOM, "#closed", "one");
    say(fixture, TARGET_ROOM, "#closed", "two");
    expect_said(fixture, 0, "");
    irc_channels_joined(&fixture->channels, 1, 0);
    fixture->delivery.room_joined = true;
    expect_said(fixture, 0,
                "PRIVMSG #closed :one\r\nPRIVMSG #closed :two\r\nPING :usher-1\r\n");
}

static void delivery__pump__refuses_the_oldest_of_too_many_held(void **state) {
    struct fixture *fixture = *state;
    for (int i = 0; i < LIMIT_IRC_HELD_MESSAGES + 2; i++) {
        say(fixture, TARGET_PERSON, "ana", "text");
    }
    expect_said(fixture, 0, "");
    assert_int_equal(fixture->delivery.held_count, LIMIT_IRC_HELD_MESSAGES);
    expect_told(fixture, "-1(too many messages wait for who is not there)"
                         "-2(too many messages wait for who is not there)");
}

static void delivery__pump__keeps_lines_within_what_others_get_whole(void **state) {
    struct fixture *fixture = *state;
    struct buf text = {0};
    struct buf out = {0};
    for (int i = 0; i < 300; i++) {
        buf_add_str(&text, "w\xc3\xb6rter ");
    }
    say(fixture, TARGET_ROOM, "#Hall", buf_str(&text));
    irc_delivery_pump(&fixture->delivery, 0, &out, OUT_MAX);
    struct slice rest = buf_slice(&out);
    struct slice line;
    size_t longest = 0;
    while (slice_take_until(&rest, '\n', &line)) {
        size_t len = fixture->delivery.prefix_len + line.len + 1;
        longest = len > longest ? len : longest;
    }
    assert_in_range(longest, 500, 512);
    buf_finish(&text);
    buf_finish(&out);
}

// 401 for the nick before: the person is still there, under the next.
static void delivery__repeat__follows_a_person_renamed_meanwhile(void **state) {
    struct fixture *fixture = *state;
    irc_users_join(&fixture->users, slice_of("ana!a@host"), 0);
    char *identity =
        mem_copy(irc_user_identity(irc_users_find(&fixture->users, slice_of("ana"))));
    say(fixture, TARGET_PERSON, identity, "reminder");
    expect_said(fixture, 0, "PRIVMSG ana :reminder\r\nPING :usher-1\r\n");
    irc_users_rename(&fixture->users, slice_of("ana"), slice_of("anna"));
    irc_delivery_repeat(&fixture->delivery, slice_of("ana"), slice_of("No such nick"));
    expect_said(fixture, 0, "PRIVMSG anna :reminder\r\nPING :usher-2\r\n");
    expect_told(fixture, "");
    free(identity);
}

// An account whose nick is gone is one that is not there: held, by the header.
static void delivery__repeat__holds_for_an_account_that_left_unseen(void **state) {
    struct fixture *fixture = *state;
    struct irc_user *chair =
        irc_users_speaker(&fixture->users, slice_of("chair!c@host"));
    irc_users_set_account(&fixture->users, chair, slice_of("chair"));
    say(fixture, TARGET_PERSON, "chair", "#1 approved");
    expect_said(fixture, 0, "PRIVMSG chair :#1 approved\r\nPING :usher-1\r\n");
    irc_users_forget_stranger(&fixture->users, slice_of("chair"));
    irc_delivery_repeat(&fixture->delivery, slice_of("chair"),
                        slice_of("No such nick"));
    expect_said(fixture, 0, "");
    expect_told(fixture, "");
    assert_int_equal(fixture->delivery.held_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(delivery__repeat__follows_a_person_renamed_meanwhile),
        TEST(delivery__repeat__holds_for_an_account_that_left_unseen),
        TEST(delivery__pump__asks_once_for_many_messages),
        TEST(delivery__pong__acknowledges_what_was_said_before),
        TEST(delivery__echo__acknowledges_by_the_last_line),
        TEST(delivery__label__acknowledges_the_message_that_has_it),
        TEST(delivery__label__an_error_without_it_refuses_nothing),
        TEST(delivery__label__that_is_never_answered_ends_with_a_pong),
        TEST(delivery__refuse__ends_the_first_to_that_target),
        TEST(delivery__refuse__stops_a_message_half_said),
        TEST(delivery__repeat__says_again_what_was_dropped),
        TEST(delivery__repeat__keeps_the_order),
        TEST(delivery__repeat__ends_after_some_times),
        TEST(delivery__add_raw__leaves_control_its_room),
        TEST(delivery__control_ms__is_long_for_many_lines),
        TEST(delivery__add_raw__drops_more_than_a_few),
        TEST(delivery__pump__goes_on_beside_a_room_that_holds_all_it_may),
        TEST(delivery__pump__resolves_a_person_to_the_present_nick),
        TEST(delivery__pump__holds_until_the_account_is_there),
        TEST(delivery__pump__holds_until_the_room_is_joined),
        TEST(delivery__pump__refuses_the_oldest_of_too_many_held),
        TEST(delivery__pump__keeps_lines_within_what_others_get_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
