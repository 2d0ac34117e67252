// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/memory.h"
#include "net/irc/sasl.h"
#include "net/irc/signon.h"

#define INTRODUCTION "NICK usher\r\nUSER usher 0 * :the bot\r\n"

static char *alternatives[] = {"usher_"};

static const struct irc_options plain = {.nick = "usher",
                                         .realname = "the bot",
                                         .alternative_nicks = alternatives,
                                         .alternative_nick_count = 1};
static const struct irc_options with_sasl = {.nick = "usher",
                                             .realname = "the bot",
                                             .password = "pw",
                                             .sasl_account = "acc",
                                             .sasl_password = "sesame"};

struct fixture {
    struct irc_signon signon;
    struct buf out;
};

// What the bot says to that line; the caller frees.
static char *answer(struct fixture *fixture, const char *text,
                    enum irc_signon_result expected) {
    struct irc_line line;
    assert_true(irc_line_parse(slice_of(text), &line));
    buf_clear(&fixture->out);
    assert_int_equal(irc_signon_handle(&fixture->signon, &line, &fixture->out),
                     expected);
    return mem_copy(buf_str(&fixture->out));
}

static void expect(struct fixture *fixture, const char *text, const char *expected) {
    check_take(answer(fixture, text, IRC_SIGNON_GOING), expected);
}

static void expect_result(struct fixture *fixture, const char *text,
                          enum irc_signon_result expected) {
    free(answer(fixture, text, expected));
}

static void start(struct fixture *fixture, const struct irc_options *options,
                  const char *expected) {
    *fixture = (struct fixture){0};
    irc_signon_start(&fixture->signon, options, &fixture->out);
    assert_string_equal(buf_str(&fixture->out), expected);
}

static void finish(struct fixture *fixture) {
    irc_signon_finish(&fixture->signon);
    buf_finish(&fixture->out);
}

static void signon__handle__goes_on_without_capabilities(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &plain, "CAP LS 302\r\n" INTRODUCTION);
    expect(&fixture, ":s 421 * CAP :Unknown command", "");
    expect(&fixture, ":s 433 * usher :in use", "NICK usher_\r\n");
    expect(&fixture, ":s 432 * usher_ :bad", "NICK usher1\r\n");
    expect(&fixture, ":s 433 * usher1 :in use", "NICK usher2\r\n");
    expect_result(&fixture, ":s 001 Usher2 :Welcome", IRC_SIGNON_WELCOME);
    assert_string_equal(buf_str(&fixture.signon.nick), "Usher2");
    expect_result(&fixture, ":s 433 * x :in use", IRC_SIGNON_OTHER);
    expect_result(&fixture, ":s 001 Usher2 :again", IRC_SIGNON_OTHER);
    finish(&fixture);
}

static void signon__handle__gives_up_when_no_nick_is_accepted(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &plain, "CAP LS 302\r\n" INTRODUCTION);
    for (int i = 0; i < 11; i++) {
        expect_result(&fixture, ":s 433 * x :in use", IRC_SIGNON_GOING);
    }
    expect_result(&fixture, ":s 433 * x :in use", IRC_SIGNON_FAILED);
    assert_string_equal(buf_str(&fixture.signon.reason),
                        "no nick was accepted: in use");
    finish(&fixture);
}

static void signon__handle__asks_for_what_is_offered_over_lines(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &plain, "CAP LS 302\r\n" INTRODUCTION);
    expect(&fixture, ":s CAP * LS * :nobody-knows server-time sasl=EXTERNAL,PLAIN", "");
    expect(&fixture, ":s CAP * LS :echo-message account-tag away-notify",
           "CAP REQ :account-tag echo-message server-time away-notify\r\n");
    expect(&fixture, ":s CAP * ACK :sasl", ""); // not asked for
    expect(&fixture, ":s CAP * ACK :account-tag echo-message", "");
    expect(&fixture, ":s CAP * ACK :server-time away-notify ", "CAP END\r\n");
    assert_int_equal(fixture.signon.enabled, IRC_ACCOUNT_TAG | IRC_ECHO_MESSAGE |
                                                 IRC_SERVER_TIME | IRC_AWAY_NOTIFY);
    expect_result(&fixture, ":s 001 usher :Welcome", IRC_SIGNON_WELCOME);
    expect(&fixture, ":s CAP usher DEL :account-tag", "");
    assert_int_equal(fixture.signon.enabled,
                     IRC_ECHO_MESSAGE | IRC_SERVER_TIME | IRC_AWAY_NOTIFY);
    expect(&fixture, ":s CAP usher NEW :account-tag sasl=PLAIN",
           "CAP REQ :account-tag\r\n");
    expect(&fixture, ":s CAP usher ACK :account-tag", "");
    assert_true((fixture.signon.enabled & IRC_ACCOUNT_TAG) != 0);
    finish(&fixture);
}

static void signon__handle__ends_negotiation_when_nothing_is_wanted(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &plain, "CAP LS 302\r\n" INTRODUCTION);
    expect(&fixture, ":s CAP * LS :", "CAP END\r\n");
    finish(&fixture);
    start(&fixture, &plain, "CAP LS 302\r\n" INTRODUCTION);
    expect(&fixture, ":s CAP * LS :multi-prefix", "CAP REQ :multi-prefix\r\n");
    expect(&fixture, ":s CAP * NAK :multi-prefix", "CAP END\r\n");
    assert_int_equal(fixture.signon.enabled, 0);
    finish(&fixture);
}

static void signon__handle__does_sasl_before_nick(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &with_sasl, "PASS :pw\r\nCAP LS 302\r\n");
    expect(&fixture, ":s CAP * LS :sasl=PLAIN message-tags",
           "CAP REQ :message-tags sasl\r\n");
    expect(&fixture, ":s CAP * ACK :message-tags sasl", "AUTHENTICATE PLAIN\r\n");
    expect(&fixture, "AUTHENTICATE +", "AUTHENTICATE AGFjYwBzZXNhbWU=\r\n");
    expect_result(&fixture, ":s 900 * * acc :logged in", IRC_SIGNON_OTHER);
    expect_result(&fixture, ":s 001 usher :too early", IRC_SIGNON_OTHER);
    expect(&fixture, ":s 903 * :success", INTRODUCTION "CAP END\r\n");
    expect_result(&fixture, ":s 001 usher :Welcome", IRC_SIGNON_WELCOME);
    finish(&fixture);
}

static void signon__handle__asks_for_sasl_alone_when_all_is_refused(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &with_sasl, "PASS :pw\r\nCAP LS 302\r\n");
    expect(&fixture, ":s CAP * LS :sasl echo-message",
           "CAP REQ :echo-message sasl\r\n");
    expect(&fixture, ":s CAP * NAK :echo-message sasl", "CAP REQ :sasl\r\n");
    expect(&fixture, ":s CAP * ACK :sasl", "AUTHENTICATE PLAIN\r\n");
    finish(&fixture);
}

static void signon__handle__refuses_to_go_on_without_sasl(void **state) {
    (void)state;
    static const char *const lines[] = {
        ":s CAP * LS :message-tags",   ":s CAP * LS :sasl=EXTERNAL",
        ":s 421 * CAP :Unknown",       ":s CAP * LS :",
        ":s 904 * :bad password",      ":s 902 * :locked",
        ":s 464 * :Password mismatch", ":s 465 * :banned",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct fixture fixture;
        start(&fixture, &with_sasl, "PASS :pw\r\nCAP LS 302\r\n");
        check_take(answer(&fixture, lines[i], IRC_SIGNON_REFUSED), "");
        assert_true(fixture.signon.reason.len > 0);
        finish(&fixture);
    }
    struct fixture fixture;
    start(&fixture, &with_sasl, "PASS :pw\r\nCAP LS 302\r\n");
    assert_int_equal(irc_signon_time_out(&fixture.signon), IRC_SIGNON_REFUSED);
    finish(&fixture);
}

static size_t count_lines(const char *text) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, "AUTHENTICATE ")) != NULL; at++) {
        count++;
    }
    return count;
}

static void sasl__add_plain__goes_in_pieces_of_400(void **state) {
    (void)state;
    // NUL, "a", NUL and 297 characters make 300 bytes, in base64 400.
    static const struct {
        size_t lines;
        int password_len;
        bool empty_last;
    } cases[] = {{1, 294, false}, {2, 297, true}, {2, 298, false}, {3, 597, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = {0};
        char *password = str_printf("%0*d", cases[i].password_len, 0);
        irc_sasl_add_plain(&out, "a", password);
        assert_int_equal(count_lines(buf_str(&out)), cases[i].lines);
        assert_true((strstr(buf_str(&out), "AUTHENTICATE +\r\n") != NULL) ==
                    cases[i].empty_last);
        free(password);
        buf_finish(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signon__handle__goes_on_without_capabilities),
        cmocka_unit_test(signon__handle__gives_up_when_no_nick_is_accepted),
        cmocka_unit_test(signon__handle__asks_for_what_is_offered_over_lines),
        cmocka_unit_test(signon__handle__ends_negotiation_when_nothing_is_wanted),
        cmocka_unit_test(signon__handle__does_sasl_before_nick),
        cmocka_unit_test(signon__handle__asks_for_sasl_alone_when_all_is_refused),
        cmocka_unit_test(signon__handle__refuses_to_go_on_without_sasl),
        cmocka_unit_test(sasl__add_plain__goes_in_pieces_of_400),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
