// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/memory.h"
#include "net/irc/signon.h"

#define INTRODUCTION "NICK usher\r\nUSER usher 0 * :the bot\r\n"

static char *alternatives[] = {"usher_"};

static const struct irc_options plain = {.nick = "usher",
                                         .realname = "the bot",
                                         .alternative_nicks = alternatives,
                                         .alternative_nick_count = 1};
static const struct irc_options with_password = {
    .nick = "usher", .realname = "the bot", .password = "pw"};
static const struct irc_options with_external = {.nick = "usher",
                                                 .realname = "the bot",
                                                 .sasl_account = "acc",
                                                 .sasl_mechanism = "EXTERNAL"};
static const struct irc_options with_scram = {.nick = "usher",
                                              .realname = "the bot",
                                              .sasl_account = "acc",
                                              .sasl_mechanism = "SCRAM-SHA-256",
                                              .sasl_password = "sesame"};
static const struct irc_options with_sasl = {.nick = "usher",
                                             .realname = "the bot",
                                             .password = "pw",
                                             .sasl_account = "acc",
                                             .sasl_mechanism = "PLAIN",
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
    irc_signon_start(&fixture->signon, options, true, &fixture->out);
    assert_string_equal(buf_str(&fixture->out), expected);
}

static void start_without_tls(struct fixture *fixture,
                              const struct irc_options *options) {
    *fixture = (struct fixture){0};
    irc_signon_start(&fixture->signon, options, false, &fixture->out);
    assert_string_equal(buf_str(&fixture->out), "CAP LS 302\r\n");
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
    start(&fixture, &with_sasl, "CAP LS 302\r\nPASS :pw\r\n");
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

static void signon__handle__shows_its_certificate_by_external(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &with_external, "CAP LS 302\r\n");
    expect(&fixture, ":s CAP * LS :sasl=PLAIN,EXTERNAL", "CAP REQ :sasl\r\n");
    expect(&fixture, ":s CAP * ACK :sasl", "AUTHENTICATE EXTERNAL\r\n");
    expect(&fixture, ":s CAP * ACK :sasl", ""); // not a second time
    expect(&fixture, "AUTHENTICATE +", "AUTHENTICATE YWNj\r\n");
    expect(&fixture, ":s 903 * :success", INTRODUCTION "CAP END\r\n");
    finish(&fixture);
}

static void signon__handle__names_the_mechanism_that_lacks(void **state) {
    (void)state;
    static const struct {
        const char *line;
        const char *reason;
    } cases[] = {
        {":s CAP * LS :sasl=PLAIN", "the server offers no SASL SCRAM-SHA-256"},
        {":s CAP * LS :message-tags", "the server offers no SASL SCRAM-SHA-256"},
        {":s 908 * PLAIN,EXTERNAL :are available",
         "the server offers no SASL SCRAM-SHA-256: PLAIN,EXTERNAL"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture fixture;
        start(&fixture, &with_scram, "CAP LS 302\r\n");
        expect_result(&fixture, cases[i].line, IRC_SIGNON_REFUSED);
        assert_string_equal(buf_str(&fixture.signon.reason), cases[i].reason);
        finish(&fixture);
    }
}

// As far as the server's first message.
static void begin_scram(struct fixture *fixture) {
    start(fixture, &with_scram, "CAP LS 302\r\n");
    expect(fixture, ":s CAP * LS :sasl", "CAP REQ :sasl\r\n");
    expect(fixture, ":s CAP * ACK :sasl", "AUTHENTICATE SCRAM-SHA-256\r\n");
    char *first = answer(fixture, "AUTHENTICATE +", IRC_SIGNON_GOING);
    assert_memory_equal(first, "AUTHENTICATE biwsbj1hY2Ms", 25); // n,,n=acc,
    free(first);
}

static void signon__handle__trusts_no_success_without_proof(void **state) {
    (void)state;
    static const char *const lines[] = {
        ":s 903 * :success",
        ":s 907 * :already",
        "AUTHENTICATE dj1BQUFB", // v=AAAA
        "AUTHENTICATE ***",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct fixture fixture;
        begin_scram(&fixture);
        check_take(answer(&fixture, lines[i], IRC_SIGNON_REFUSED), "");
        assert_true(fixture.signon.reason.len > 0);
        finish(&fixture);
    }
}

static void signon__handle__tries_again_when_sasl_is_broken_off(void **state) {
    (void)state;
    struct fixture fixture;
    begin_scram(&fixture);
    check_take(answer(&fixture, ":s 906 * :aborted", IRC_SIGNON_FAILED), "");
    assert_string_equal(buf_str(&fixture.signon.reason),
                        "the server broke SASL off: aborted");
    finish(&fixture);
}

static void signon__handle__without_tls_waits_for_the_capabilities(void **state) {
    (void)state;
    static const char *const unknown[] = {":s 421 * CAP :Unknown command",
                                          ":s 451 * :You have not registered"};
    struct fixture fixture;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        start_without_tls(&fixture, &with_password);
        expect(&fixture, unknown[i], "PASS :pw\r\n" INTRODUCTION);
        expect(&fixture, unknown[i], "");
        finish(&fixture);
    }
    start_without_tls(&fixture, &with_password);
    expect(&fixture, ":s CAP * LS * :batch", "");
    expect(&fixture, ":s CAP * LS :chghost",
           "PASS :pw\r\n" INTRODUCTION "CAP REQ :batch chghost\r\n");
    finish(&fixture);
    start_without_tls(&fixture, &with_sasl);
    expect(&fixture, ":s 451 * :You have not registered", "");
    expect(&fixture, ":s CAP * LS :sasl", "PASS :pw\r\nCAP REQ :sasl\r\n");
    finish(&fixture);
}

static void signon__time_out__goes_on_without_capabilities(void **state) {
    (void)state;
    struct fixture fixture;
    start_without_tls(&fixture, &with_password);
    buf_clear(&fixture.out);
    assert_int_equal(irc_signon_time_out(&fixture.signon, &fixture.out),
                     IRC_SIGNON_GOING);
    assert_string_equal(buf_str(&fixture.out), "PASS :pw\r\n" INTRODUCTION);
    assert_int_equal(irc_signon_time_out(&fixture.signon, &fixture.out),
                     IRC_SIGNON_FAILED);
    finish(&fixture);
    start_without_tls(&fixture, &with_sasl);
    buf_clear(&fixture.out);
    assert_int_equal(irc_signon_time_out(&fixture.signon, &fixture.out),
                     IRC_SIGNON_GOING);
    assert_int_equal(fixture.out.len, 0);
    assert_int_equal(irc_signon_time_out(&fixture.signon, &fixture.out),
                     IRC_SIGNON_REFUSED);
    finish(&fixture);
}

static void signon__handle__is_sent_to_tls_before_it_says_a_word(void **state) {
    (void)state;
    static const char *const lines[] = {
        ":s CAP * LS :sts=duration=1,port=6697 sasl=PLAIN",
        ":s CAP * LS * :sts=port=6697",
        ":s CAP * NEW :sts=port=6697",
    };
    struct fixture fixture;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        start_without_tls(&fixture, &with_sasl);
        check_take(answer(&fixture, lines[i], IRC_SIGNON_UPGRADE), "");
        assert_int_equal(fixture.signon.sts.port, 6697);
        finish(&fixture);
    }
    start_without_tls(&fixture, &plain);
    expect(&fixture, ":s CAP * LS :sts=port=0 batch",
           INTRODUCTION "CAP REQ :batch\r\n"); // never asked for
    finish(&fixture);
    start(&fixture, &plain, "CAP LS 302\r\n" INTRODUCTION);
    expect(&fixture, ":s CAP * LS :sts=port=6697,duration=60", "CAP END\r\n");
    assert_int_equal(fixture.signon.sts.duration_s, 60);
    finish(&fixture);
}

static void signon__handle__asks_for_sasl_alone_when_all_is_refused(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, &with_sasl, "CAP LS 302\r\nPASS :pw\r\n");
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
        start(&fixture, &with_sasl, "CAP LS 302\r\nPASS :pw\r\n");
        check_take(answer(&fixture, lines[i], IRC_SIGNON_REFUSED), "");
        assert_true(fixture.signon.reason.len > 0);
        finish(&fixture);
    }
    struct fixture fixture;
    start(&fixture, &with_sasl, "CAP LS 302\r\nPASS :pw\r\n");
    assert_int_equal(irc_signon_time_out(&fixture.signon, &fixture.out),
                     IRC_SIGNON_REFUSED);
    finish(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signon__handle__goes_on_without_capabilities),
        cmocka_unit_test(signon__handle__gives_up_when_no_nick_is_accepted),
        cmocka_unit_test(signon__handle__asks_for_what_is_offered_over_lines),
        cmocka_unit_test(signon__handle__ends_negotiation_when_nothing_is_wanted),
        cmocka_unit_test(signon__handle__does_sasl_before_nick),
        cmocka_unit_test(signon__handle__shows_its_certificate_by_external),
        cmocka_unit_test(signon__handle__names_the_mechanism_that_lacks),
        cmocka_unit_test(signon__handle__trusts_no_success_without_proof),
        cmocka_unit_test(signon__handle__tries_again_when_sasl_is_broken_off),
        cmocka_unit_test(signon__handle__without_tls_waits_for_the_capabilities),
        cmocka_unit_test(signon__time_out__goes_on_without_capabilities),
        cmocka_unit_test(signon__handle__is_sent_to_tls_before_it_says_a_word),
        cmocka_unit_test(signon__handle__asks_for_sasl_alone_when_all_is_refused),
        cmocka_unit_test(signon__handle__refuses_to_go_on_without_sasl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
