// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "core/message.h"
#include "core/wording.h"

enum { MINUTE = 60000 };

static char title[] = "Best practices";
static char room[] = "Popov";
static char join[] = "https://join.example.org";
static char id[] = "1";
static struct session session;
static struct agenda agenda;

static int64_t at(const char *rfc3339) {
    int64_t ms = 0;
    assert_int_equal(civil_parse_rfc3339(slice_of(rfc3339), &ms), OK);
    return ms;
}

static int set_up(void **state) {
    (void)state;
    session = (struct session){.id = id,
                               .number = 1,
                               .title = title,
                               .room = room,
                               .join = join,
                               .start_ms = at("2015-09-08T12:30Z"),
                               .end_ms = at("2015-09-08T14:00Z")};
    agenda = (struct agenda){
        .zone = zone_find("Europe/Zurich"), .sessions = &session, .session_count = 1};
    return 0;
}

static void wording__session__has_times_and_zone(void **state) {
    (void)state;
    check_take(wording_session(&agenda, &session, session.start_ms),
               "Session 1: Best practices, 14:30-16:00 CEST, Popov");
    check_take(wording_session(&agenda, &session, at("2015-09-07T12:00Z")),
               "Session 1: Best practices, 2015-09-08 14:30-16:00 CEST, Popov");
}

static char *notice(enum notice_kind kind, int64_t ahead_min, const char *now) {
    int64_t base = kind == NOTICE_BEFORE_END ? session.end_ms : session.start_ms;
    const struct notice one = {&session, kind, ahead_min * MINUTE,
                               base - ahead_min * MINUTE};
    return wording_notice(&agenda, &one, at(now));
}

static void wording__notice__on_time(void **state) {
    (void)state;
#define TAIL "Session 1: Best practices (14:30 CEST, Popov) https://join.example.org"
    check_take(notice(NOTICE_BEFORE, 5, "2015-09-08T12:25Z"), "In 5 minutes: " TAIL);
    check_take(notice(NOTICE_BEFORE, 15, "2015-09-08T12:15:20Z"),
               "In 15 minutes: " TAIL);
    check_take(notice(NOTICE_START, 0, "2015-09-08T12:30Z"), "Now: " TAIL);
    check_take(notice(NOTICE_BEFORE_END, 5, "2015-09-08T13:55Z"),
               "5 minutes left: " TAIL);
}

static void wording__notice__late_says_what_is_true_now(void **state) {
    (void)state;
    check_take(notice(NOTICE_BEFORE, 15, "2015-09-08T12:23Z"), "In 7 minutes: " TAIL);
    check_take(notice(NOTICE_BEFORE, 5, "2015-09-08T12:32:50Z"),
               "Started 2 minutes ago: " TAIL);
    check_take(notice(NOTICE_START, 0, "2015-09-08T12:34Z"),
               "Started 4 minutes ago: " TAIL);
    check_take(notice(NOTICE_BEFORE_END, 5, "2015-09-08T13:58Z"),
               "2 minutes left: " TAIL);
}

static void wording__duration__has_two_units_at_most(void **state) {
    (void)state;
    static const struct {
        int64_t minutes;
        const char *text;
    } cases[] = {
        {0, "1 minute"},        {1, "1 minute"},           {59, "59 minutes"},
        {60, "1 hour"},         {90, "1 hour 30 minutes"}, {1440, "1 day"},
        {1505, "1 day 1 hour"}, {4320, "3 days"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = {0};
        wording_add_duration(&out, cases[i].minutes * MINUTE);
        check_take(buf_take(&out), cases[i].text);
    }
}

static void wording__question__in_every_form(void **state) {
    (void)state;
    char text[] = "Why?";
    char name[] = "ana";
    char reason[] = "off topic";
    struct question question = {
        .number = 12, .session = 1, .votes = 3, .text = text, .asker_name = name};
    check_take(wording_question(&question),
               "#12 pending 3 votes [session 1] ana: Why?");
    check_take(wording_question_new(&question), "#12 new [session 1] ana: Why?");
    check_take(wording_question_asked(&question), "Question #12 from ana: Why?");
    question.state = QUESTION_APPROVED;
    check_take(wording_question_told(&question), "#12 approved");
    question.state = QUESTION_ASKING;
    check_take(wording_question_told(&question), "#12 is being asked now");
    question.state = QUESTION_DISMISSED;
    question.reason = reason;
    check_take(wording_question_told(&question), "#12 dismissed: off topic");
    question.state = QUESTION_ANSWERED;
    check_take(wording_question_told(&question), "#12 answered");
}

static void message__html__escapes_and_links(void **state) {
    (void)state;
    struct message message = {0};
    message_line(&message, "<b>\"&'");
    message_item(&message, "see https://example.org/?a=1&b=<x> now");
    message_line(&message, "end");
    assert_string_equal(buf_str(&message.text),
                        "<b>\"&'\nsee https://example.org/?a=1&b=<x> now\nend");
    assert_string_equal(
        message_html(&message),
        "&lt;b&gt;&quot;&amp;&#39;<ul><li>see <a "
        "href=\"https://example.org/?a=1&amp;b=&lt;x&gt;\">https://example.org/"
        "?a=1&amp;b=&lt;x&gt;</a> now</li></ul>end");
    message_finish(&message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wording__session__has_times_and_zone),
        cmocka_unit_test(wording__notice__on_time),
        cmocka_unit_test(wording__notice__late_says_what_is_true_now),
        cmocka_unit_test(wording__duration__has_two_units_at_most),
        cmocka_unit_test(wording__question__in_every_form),
        cmocka_unit_test(message__html__escapes_and_links),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
