// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "net/irc/history.h"

// Lines in; requests, what is told and positions out, as one text.
struct fixture {
    struct irc_isupport isupport;
    struct irc_channels channels;
    struct irc_batches batches;
    struct irc_history history;
    struct buf out;
    const char *kept_hall;
    const char *kept_direct;
};

static const struct irc_channel names[] = {{"#Hall", NULL}, {"#side", NULL}};

static void on_ask(void *context, const char *line) {
    struct fixture *fixture = context;
    buf_printf(&fixture->out, "[%s]", line);
}

static void on_tell(void *context, const struct incoming *incoming) {
    struct fixture *fixture = context;
    buf_printf(&fixture->out, "%s%s ", incoming->text, incoming->may_be_old ? "!" : "");
}

static void on_position(void *context, const char *key, const char *position) {
    struct fixture *fixture = context;
    assert_memory_equal(key, "position ", 9);
    buf_printf(&fixture->out, "(%s %s)", key + 9, position + strlen("2015-09-08T12:"));
}

static char *on_recall(void *context, const char *key) {
    const struct fixture *fixture = context;
    if (strcmp(key, "position #Hall") == 0) {
        return mem_copy(fixture->kept_hall);
    }
    return strcmp(key, "position direct") == 0 ? mem_copy(fixture->kept_direct) : NULL;
}

static const struct irc_history_events events = {on_ask, on_tell, on_position,
                                                 on_recall};

static int set_up(void **state) {
    struct fixture *fixture = mem_alloc(1, sizeof *fixture);
    irc_isupport_init(&fixture->isupport);
    irc_channels_init(&fixture->channels, names, 2, &fixture->isupport);
    irc_history_init(&fixture->history, &events, fixture, &fixture->channels,
                     &fixture->isupport);
    fixture->history.enabled = true;
    fixture->kept_hall = "2015-09-08T12:00:00.000Z m0";
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    irc_history_finish(&fixture->history);
    irc_batches_finish(&fixture->batches);
    irc_channels_finish(&fixture->channels);
    irc_isupport_finish(&fixture->isupport);
    buf_finish(&fixture->out);
    free(fixture);
    return 0;
}

static void expect(struct fixture *fixture, const char *expected) {
    assert_string_equal(buf_str(&fixture->out), expected);
    buf_clear(&fixture->out);
}

static int64_t at(const char *time) {
    int64_t time_ms = 0;
    char *whole = str_printf("2015-09-08T12:%sZ", time);
    assert_int_equal(civil_parse_rfc3339(slice_of(whole), &time_ms), OK);
    free(whole);
    return time_ms;
}

static struct incoming message(const char *text, const char *time, bool old) {
    static const char *const own_names[] = {"usher", NULL};
    return (struct incoming){.person = {.network = "net", .identity = "ana"},
                             .back = {.network = "net", .id = "#Hall"},
                             .text = text,
                             .event = text,
                             .sent_ms = at(time),
                             .own_names = own_names,
                             .may_be_old = old};
}

// Said now; the text is its id, too.
static void say(struct fixture *fixture, int64_t number, const char *text,
                const char *time) {
    struct incoming incoming = message(text, time, false);
    irc_history_hear(&fixture->history, number, &incoming, slice_of(text));
}

static struct irc_line parse(const char *text) {
    struct irc_line line;
    assert_true(irc_line_parse(slice_of(text), &line));
    return line;
}

static void begin(struct fixture *fixture, const char *text) {
    struct irc_line line = parse(text);
    irc_history_begun(&fixture->history, irc_batches_begin(&fixture->batches, &line));
}

static void end(struct fixture *fixture) {
    struct irc_line line = parse("BATCH -r");
    const struct irc_batch *batch = irc_batches_ended(&fixture->batches, &line);
    irc_history_ended(&fixture->history, batch);
    irc_batches_forget(&fixture->batches, batch);
}

// A line of the history in the batch "r"; one of the bot's own where text is NULL.
static void past(struct fixture *fixture, const char *text, const char *time,
                 const char *msgid) {
    struct irc_line line = parse("@batch=r :ana!a@h PRIVMSG #hall :x");
    const struct irc_batch *batch = irc_batches_of(&fixture->batches, &line);
    if (!irc_history_is_asked(&fixture->history, batch)) {
        return;
    }
    struct incoming incoming = message(text != NULL ? text : "", time, true);
    incoming.event = msgid;
    irc_history_add(&fixture->history, text != NULL ? &incoming : NULL, at(time),
                    slice_of(msgid));
}

static void answer_nothing(struct fixture *fixture, const char *batch) {
    begin(fixture, batch);
    end(fixture);
}

#define HALL ":s BATCH +r chathistory #hall"
#define BY_ID(id) "[CHATHISTORY AFTER #Hall msgid=" id " 100]"
#define BY_TIME(time) "[CHATHISTORY AFTER #Hall timestamp=2015-09-08T12:" time "Z 100]"

static void history__joined__first_time_begins_at_the_join(void **state) {
    struct fixture *fixture = *state;
    fixture->kept_hall = NULL;
    irc_history_joined(&fixture->history, 0, at("00:05.250"));
    expect(fixture, "(#Hall 00:05.250Z)");
    say(fixture, 0, "one", "00:06");
    expect(fixture, "one (#Hall 00:06.000Z one)");
}

static void history__joined__tells_all_pages_before_what_is_said_now(void **state) {
    struct fixture *fixture = *state;
    fixture->isupport.history_max = 2;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, "[CHATHISTORY AFTER #Hall msgid=m0 2]");
    say(fixture, 0, "m3", "09:59"); // in the history, too
    say(fixture, 0, "live", "10:01");
    begin(fixture, HALL);
    past(fixture, "one", "01:00", "m1");
    past(fixture, NULL, "02:00", "m2");
    expect(fixture, "");
    end(fixture);
    expect(fixture, "one! (#Hall 02:00.000Z m2)"
                    "[CHATHISTORY AFTER #Hall msgid=m2 2]");
    begin(fixture, HALL);
    past(fixture, "three", "03:00", "m3");
    end(fixture);
    expect(fixture, "m3 (#Hall 03:00.000Z m3)" // as it was heard
                    "[CHATHISTORY AFTER #Hall msgid=m3 2]");
    say(fixture, 0, "later", "10:02");
    answer_nothing(fixture, HALL);
    expect(fixture, "live (#Hall 10:01.000Z live)later (#Hall 10:02.000Z later)");
    say(fixture, 0, "now", "10:03");
    expect(fixture, "now (#Hall 10:03.000Z now)");
}

static void history__joined__after_a_lost_connection_goes_on_from_memory(void **state) {
    struct fixture *fixture = *state;
    fixture->kept_hall = NULL;
    irc_history_joined(&fixture->history, 0, at("00:00"));
    say(fixture, 0, "one", "00:06");
    irc_history_clear(&fixture->history);
    fixture->kept_hall = "2015-09-08T12:00:00.000Z"; // stored later than told
    expect(fixture, "(#Hall 00:00.000Z)one (#Hall 00:06.000Z one)");
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, BY_ID("one"));
}

static void history__forgotten_id__falls_back_to_the_time(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    answer_nothing(fixture, HALL);
    expect(fixture, BY_ID("m0") "[CHATHISTORY AFTER #Hall "
                                "timestamp=2015-09-08T11:59:59.999Z 100]");
    begin(fixture, HALL);
    past(fixture, "known", "00:00", "m0");
    past(fixture, "new", "00:00", "m1"); // in the same millisecond
    end(fixture);
    expect(fixture, "new! (#Hall 00:00.000Z m1)" BY_ID("m1"));
    answer_nothing(fixture, HALL);
    expect(fixture, "");
    say(fixture, 0, "now", "10:03");
    expect(fixture, "now (#Hall 10:03.000Z now)");
}

static void history__refused_id__falls_back_to_the_time_then_gives_up(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    say(fixture, 0, "live", "10:01");
    assert_true(irc_history_refused(&fixture->history, slice_of(""),
                                    slice_of("INVALID_MSGREFTYPE")));
    buf_clear(&fixture->out);
    // What was not later than the position is known, whatever its id.
    begin(fixture, HALL);
    past(fixture, "old", "00:00", "x");
    past(fixture, "new", "00:00.001", "y");
    end(fixture);
    expect(fixture, "new! (#Hall 00:00.001Z y)" BY_ID("y"));
    assert_true(irc_history_refused(&fixture->history, slice_of(""), slice_of("NO")));
    expect(fixture, BY_TIME("00:00.000"));
    assert_true(irc_history_refused(&fixture->history, slice_of(""), slice_of("NO")));
    expect(fixture, "live (#Hall 10:01.000Z live)");
    assert_false(irc_history_refused(&fixture->history, slice_of(""), slice_of("NO")));
}

static void history__without_ids__pages_by_time(void **state) {
    struct fixture *fixture = *state;
    fixture->isupport.history_by_msgid = false;
    fixture->kept_hall = "2015-09-08T12:00:00.500Z";
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, BY_TIME("00:00.499"));
    begin(fixture, HALL);
    past(fixture, "one", "01:00", "m1");
    past(fixture, "two", "01:00", "m2");
    end(fixture);
    expect(fixture, "one! two! (#Hall 01:00.000Z m2)" BY_TIME("00:59.999"));
    begin(fixture, HALL);
    past(fixture, "one", "01:00", "m1");
    past(fixture, "two", "01:00", "m2");
    past(fixture, "three", "01:00", "m3");
    end(fixture);
    expect(fixture, "three! (#Hall 01:00.000Z m3)" BY_TIME("00:59.999"));
    begin(fixture, HALL);
    past(fixture, "three", "01:00", "m3");
    end(fixture);
    expect(fixture, "");
    say(fixture, 0, "now", "10:03");
    expect(fixture, "now (#Hall 10:03.000Z now)");
}

static void history__same_page_again__ends(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    for (int i = 0; i < 2; i++) {
        begin(fixture, HALL);
        past(fixture, "one", "01:00", "m1");
        past(fixture, "two", "01:00", "m2");
        end(fixture);
    }
    expect(fixture, BY_ID("m0") "one! two! (#Hall 01:00.000Z m2)" BY_ID("m2"));
    assert_int_equal(fixture->history.rooms[0].state, IRC_HISTORY_LIVE);
}

static void history__rooms__take_turns(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 1, at("00:00"));
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, "(#side 00:00.000Z)" BY_ID("m0"));
    irc_history_joined(&fixture->history, 1, at("10:00"));
    say(fixture, 1, "side", "10:01");
    expect(fixture, "");
    // Kicked out of the one being fetched: the other's turn comes.
    irc_history_left(&fixture->history, 0);
    expect(fixture, "[CHATHISTORY AFTER #side "
                    "timestamp=2015-09-08T11:59:59.999Z 100]");
    answer_nothing(fixture, ":s BATCH +r chathistory #side");
    expect(fixture, "side (#side 10:01.000Z side)");
}

static void history__batches_not_asked_for__are_nothing(void **state) {
    struct fixture *fixture = *state;
    begin(fixture, HALL);
    past(fixture, "unasked", "01:00", "m1");
    end(fixture);
    irc_history_joined(&fixture->history, 0, at("10:00"));
    buf_clear(&fixture->out);
    begin(fixture, ":s BATCH +r chathistory #side");
    past(fixture, "other", "01:00", "m1");
    end(fixture);
    begin(fixture, ":s BATCH +r draft/chathistory-targets");
    end(fixture);
    expect(fixture, "");
}

static void history__labels__tell_the_answer_from_a_replay(void **state) {
    struct fixture *fixture = *state;
    fixture->history.labels = true;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, "[@label=h1 CHATHISTORY AFTER #Hall msgid=m0 100]");
    begin(fixture, HALL);
    past(fixture, "replayed", "01:00", "m1");
    end(fixture);
    assert_false(
        irc_history_refused(&fixture->history, slice_of("h2"), slice_of("NO")));
    expect(fixture, "");
    begin(fixture, "@label=h1 " HALL);
    past(fixture, "one", "01:00", "m1");
    end(fixture);
    expect(fixture, "one! (#Hall 01:00.000Z m1)"
                    "[@label=h2 CHATHISTORY AFTER #Hall msgid=m1 100]");
}

static void history__labels_that_come_and_go__lose_no_answer(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    fixture->history.labels = true;
    begin(fixture, HALL);
    past(fixture, "one", "01:00", "m1");
    end(fixture);
    expect(fixture, BY_ID("m0") "one! (#Hall 01:00.000Z m1)"
                                "[@label=h2 CHATHISTORY AFTER #Hall msgid=m1 100]");
    fixture->history.labels = false;
    begin(fixture, HALL);
    past(fixture, "two", "02:00", "m2");
    end(fixture);
    expect(fixture, "two! (#Hall 02:00.000Z m2)" BY_ID("m2"));
}

static void history__begun_late__goes_on_from_what_was_heard(void **state) {
    struct fixture *fixture = *state;
    fixture->history.enabled = false;
    irc_history_joined(&fixture->history, 0, at("00:00"));
    fixture->history.enabled = true;
    say(fixture, 0, "one", "00:06");
    expect(fixture, "one (#Hall 00:06.000Z one)");
    irc_history_clear(&fixture->history);
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, BY_ID("one"));
}

static void history__no_answer__lets_the_room_go_on(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    say(fixture, 0, "live", "10:01");
    begin(fixture, HALL);
    past(fixture, "one", "01:00", "m1");
    irc_history_time_out(&fixture->history);
    expect(fixture, BY_ID("m0") "one! (#Hall 01:00.000Z m1)"
                                "live (#Hall 10:01.000Z live)");
    past(fixture, "late", "02:00", "m2");
    end(fixture);
    expect(fixture, "");
}

static void history__too_many_held__drops_the_oldest(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    for (int i = 0; i < LIMIT_IRC_HELD_LINES + 1; i++) {
        say(fixture, 0, i == 0 ? "first" : "other", "10:01");
    }
    assert_int_equal(fixture->history.rooms[0].held.count, LIMIT_IRC_HELD_LINES);
    assert_string_equal(fixture->history.rooms[0].held.items[0].incoming->text,
                        "other");
}

static void history__too_long__is_given_up(void **state) {
    struct fixture *fixture = *state;
    irc_history_joined(&fixture->history, 0, at("10:00"));
    size_t pages = 0;
    for (int id = 0; fixture->history.rooms[0].state == IRC_HISTORY_FETCHING; pages++) {
        begin(fixture, HALL);
        for (int i = 0; i < 100; i++) {
            char *msgid = str_printf("p%d", id++);
            past(fixture, NULL, "01:00", msgid);
            free(msgid);
        }
        end(fixture);
    }
    assert_int_equal(pages, LIMIT_IRC_HISTORY_LINES / 100);
}

static void history__malformed_position__is_none(void **state) {
    struct fixture *fixture = *state;
    static const char *const malformed[] = {"",
                                            "m0",
                                            "2015-09-08T12:00:00.000Z m0 more",
                                            "2015-09-08T12:00:00.000Z m\r\n",
                                            " ",
                                            "99",
                                            "2015-09-08 m0"};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        struct irc_position position = {0};
        assert_false(irc_position_parse(&position, malformed[i]));
        assert_false(position.known);
    }
    fixture->kept_hall = malformed[0];
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, "(#Hall 10:00.000Z)");
}

static void history__disabled__keeps_and_holds_nothing(void **state) {
    struct fixture *fixture = *state;
    fixture->history.enabled = false;
    irc_history_welcome(&fixture->history, at("10:00"));
    irc_history_joined(&fixture->history, 0, at("10:00"));
    say(fixture, 0, "one", "10:01");
    say(fixture, IRC_NO_CHANNEL, "two", "10:01");
    expect(fixture, "one two ");
}

#define DIRECT(nick) ":s BATCH +r chathistory " nick

static void history__direct__is_told_at_once_by_time(void **state) {
    struct fixture *fixture = *state;
    fixture->kept_direct = "2015-09-08T12:00:00.000Z m0";
    irc_history_welcome(&fixture->history, at("10:00"));
    say(fixture, IRC_NO_CHANNEL, "live", "10:01");
    expect(fixture, "");
    irc_history_start(&fixture->history);
    expect(fixture, "[CHATHISTORY TARGETS timestamp=2015-09-08T11:59:59.999Z "
                    "timestamp=2015-09-08T13:10:00.000Z 100]");
    begin(fixture, ":s BATCH +r draft/chathistory-targets");
    irc_history_add_person(&fixture->history, slice_of("ana"));
    irc_history_add_person(&fixture->history, slice_of("#hall"));
    irc_history_add_person(&fixture->history, slice_of(""));
    irc_history_add_person(&fixture->history, slice_of("a b"));
    irc_history_add_person(&fixture->history, slice_of("bob"));
    end(fixture);
    expect(fixture, "[CHATHISTORY AFTER ana msgid=m0 100]");
    begin(fixture, DIRECT("Ana"));
    past(fixture, "one", "01:00", "m1");
    past(fixture, "three", "03:00", "m3");
    end(fixture);
    expect(fixture, "[CHATHISTORY AFTER ana msgid=m3 100]");
    answer_nothing(fixture, DIRECT("ana"));
    // The id is of the other conversation.
    buf_clear(&fixture->out);
    answer_nothing(fixture, DIRECT("bob"));
    expect(fixture, "[CHATHISTORY AFTER bob "
                    "timestamp=2015-09-08T11:59:59.999Z 100]");
    begin(fixture, DIRECT("bob"));
    past(fixture, "two", "02:00", "m2");
    end(fixture);
    buf_clear(&fixture->out);
    answer_nothing(fixture, DIRECT("bob"));
    expect(fixture, "one! two! three! (direct 03:00.000Z m3)"
                    "live (direct 10:01.000Z live)");
}

static void history__direct__without_targets_goes_on(void **state) {
    struct fixture *fixture = *state;
    fixture->kept_direct = "2015-09-08T12:00:00.000Z m0";
    irc_history_welcome(&fixture->history, at("10:00"));
    say(fixture, IRC_NO_CHANNEL, "live", "10:01");
    irc_history_joined(&fixture->history, 0, at("10:00"));
    expect(fixture, BY_ID("m0")); // direct messages come last
    irc_history_left(&fixture->history, 0);
    buf_clear(&fixture->out);
    assert_true(irc_history_refused(&fixture->history, slice_of(""), slice_of("NO")));
    expect(fixture, "live (direct 10:01.000Z live)");
}

static void history__direct__first_time_begins_at_the_sign_on(void **state) {
    struct fixture *fixture = *state;
    irc_history_welcome(&fixture->history, at("10:00"));
    irc_history_start(&fixture->history);
    expect(fixture, "(direct 10:00.000Z)");
    say(fixture, IRC_NO_CHANNEL, "now", "10:01");
    expect(fixture, "now (direct 10:01.000Z now)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(history__joined__first_time_begins_at_the_join),
        TEST(history__joined__tells_all_pages_before_what_is_said_now),
        TEST(history__joined__after_a_lost_connection_goes_on_from_memory),
        TEST(history__forgotten_id__falls_back_to_the_time),
        TEST(history__refused_id__falls_back_to_the_time_then_gives_up),
        TEST(history__without_ids__pages_by_time),
        TEST(history__same_page_again__ends),
        TEST(history__rooms__take_turns),
        TEST(history__batches_not_asked_for__are_nothing),
        TEST(history__labels__tell_the_answer_from_a_replay),
        TEST(history__labels_that_come_and_go__lose_no_answer),
        TEST(history__begun_late__goes_on_from_what_was_heard),
        TEST(history__no_answer__lets_the_room_go_on),
        TEST(history__too_many_held__drops_the_oldest),
        TEST(history__too_long__is_given_up),
        TEST(history__malformed_position__is_none),
        TEST(history__disabled__keeps_and_holds_nothing),
        TEST(history__direct__is_told_at_once_by_time),
        TEST(history__direct__without_targets_goes_on),
        TEST(history__direct__first_time_begins_at_the_sign_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
