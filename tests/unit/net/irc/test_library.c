// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/irc/library.h"

struct fixture {
    struct irc_library *library;
    struct buf heard; // kind and last parameter of each line
};

static void hear(void *context, const char *kind, const struct irc_line *line) {
    struct fixture *fixture = context;
    buf_printf(&fixture->heard, "%s(", kind);
    struct slice last = irc_line_param(line, line->param_count - 1);
    buf_add_slice(&fixture->heard, last.len < 100 ? last : slice_of("long"));
    buf_add_char(&fixture->heard, ')');
}

#define HEAR(kind)                                                        \
    static void hear_##kind(void *context, const struct irc_line *line) { \
        hear(context, #kind, line);                                       \
    }

HEAR(message)
HEAR(join)
HEAR(part)
HEAR(kick)
HEAR(nick)
HEAR(quit)
HEAR(notice)
HEAR(mode)
HEAR(invite)

static void hear_numeric(void *context, int code, const struct irc_line *line) {
    struct fixture *fixture = context;
    buf_printf(&fixture->heard, "%d:", code);
    hear(context, "numeric", line);
}

static const struct irc_library_events events = {
    .message = hear_message,
    .join = hear_join,
    .part = hear_part,
    .kick = hear_kick,
    .nick = hear_nick,
    .quit = hear_quit,
    .notice = hear_notice,
    .mode = hear_mode,
    .invite = hear_invite,
    .numeric = hear_numeric,
};

static int set_up(void **state) {
    struct fixture *fixture = mem_alloc(1, sizeof *fixture);
    struct error error = {0};
    assert_int_equal(irc_library_create(&events, fixture, &fixture->library, &error),
                     OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    irc_library_destroy(fixture->library);
    buf_finish(&fixture->heard);
    free(fixture);
    return 0;
}

static bool add(struct fixture *fixture, const char *text) {
    struct irc_line line;
    assert_true(irc_line_parse(slice_of(text), &line));
    return irc_library_add(fixture->library, &line);
}

static void expect_heard(struct fixture *fixture, const char *expected) {
    assert_int_equal(irc_library_flush(fixture->library), OK);
    assert_string_equal(buf_str(&fixture->heard), expected);
    buf_clear(&fixture->heard);
}

static void library__flush__tells_each_kind_in_order(void **state) {
    struct fixture *fixture = *state;
    assert_true(add(fixture, ":s 001 me :hi"));
    assert_true(add(fixture, "@time=x :a!b@c PRIVMSG #c :one two"));
    assert_true(add(fixture, ":a!b@c PRIVMSG usherette :like the library's nick"));
    assert_true(add(fixture, ":a!b@c JOIN #c acc :real"));
    assert_true(add(fixture, ":a!b@c PART #c"));
    assert_true(add(fixture, ":a!b@c KICK #c bob :out"));
    assert_true(add(fixture, ":a!b@c NICK :new"));
    assert_true(add(fixture, ":a!b@c QUIT"));
    assert_true(add(fixture, ":s NOTICE usher :note"));
    assert_true(add(fixture, ":s NOTICE #c :channel's"));
    assert_true(add(fixture, ":usher MODE usher +B"));
    assert_true(add(fixture, ":a!b@c MODE #c +o-v x :y"));
    assert_true(add(fixture, ":a!b@c INVITE usher :#d"));
    assert_true(add(fixture, ":s 376 me"));
    expect_heard(fixture, "1:numeric(hi)message(one two)"
                          "message(like the library's nick)join(real)part(#c)"
                          "kick(out)nick(new)quit()notice(note)notice(channel's)"
                          "mode(+B)mode(y)invite(#d)376:numeric(me)");
    expect_heard(fixture, "");
}

// Its sockets got the lowest numbers that were free.
static void break_sockets(int lowest) {
    for (int i = 0; i < 4; i++) {
        (void)shutdown(lowest + i, SHUT_RDWR);
    }
}

static void library__add__takes_any_count_when_out_of_order(void **state) {
    struct fixture *fixture = *state;
    struct error error = {0};
    int lowest = dup(STDERR_FILENO);
    close(lowest);
    irc_library_destroy(fixture->library);
    assert_int_equal(irc_library_create(&events, fixture, &fixture->library, &error),
                     OK);
    break_sockets(lowest);
    for (int i = 0; i < 200; i++) {
        assert_true(add(fixture, ":a!b@c PRIVMSG #c :text"));
    }
    assert_int_equal(irc_library_flush(fixture->library), ERR_IO);
    assert_string_equal(buf_str(&fixture->heard), "");
}

static void library__add__leaves_out_what_the_library_cannot_take(void **state) {
    struct fixture *fixture = *state;
    static const char *const lines[] = {
        ":srv NOTICE",     ":srv NOTICE x", "NICK foo",       ":a MODE usher",
        ":a INVITE usher", "PRIVMSG a :b",  ":a PRIVMSG #c",  ":a NICK",
        ":a KICK #c",      ":a JOIN",       ":a PART",        ":s 000 me :x",
        ":s 001",          ":s PING x",     ":a PRIVMS #c x", ":a PRIVMSGG #c x",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_false(add(fixture, lines[i]));
    }
    expect_heard(fixture, "");
}

static void library__flush__survives_what_trips_it(void **state) {
    struct fixture *fixture = *state;
    char *spaces = str_printf(":a!b@c PRIVMSG #c :%2000s", "x");
    char *source = str_printf(":%02000d QUIT :long source", 0);
    char *channel = str_printf(":a!b@c JOIN #%03000d", 0);
    assert_true(add(fixture, ":a!b@c PRIVMSG usher :\x01"));
    assert_true(add(fixture, ":a!b@c PRIVMSG usher :\x01\x01"));
    assert_true(add(fixture, ":a!b@c PRIVMSG usher :\x01"
                             "DCC CHAT chat 1 1\x01"));
    assert_true(add(fixture, ":a!b@c PRIVMSG usher :\x01"
                             "VERSION\x01"));
    assert_true(add(fixture, ":a!b@c PRIVMSG usher :"));
    assert_true(add(fixture, ":a!b@c PRIVMSG %s%n :%s%n"));
    assert_true(add(fixture, ":a!b@c KICK \x01:x y"));
    expect_heard(fixture, "message(\x01)message(\x01\x01)"
                          "message(\x01"
                          "DCC CHAT chat 1 1\x01)"
                          "message(\x01"
                          "VERSION\x01)message()message(%s%n)kick(y)");
    assert_true(add(fixture, spaces));
    assert_true(add(fixture, source));
    assert_true(add(fixture, channel));
    assert_true(add(fixture, ":s 005 me 1 2 3 4 5 6 7 8 9 10 11 12 13 :last"));
    expect_heard(fixture, "message(long)quit(long source)join(long)5:numeric(last)");
    free(spaces);
    free(source);
    free(channel);
}

static void library__add__takes_more_than_fits_at_once(void **state) {
    struct fixture *fixture = *state;
    struct buf expected = {0};
    char *lines[500];
    for (int i = 0; i < 500; i++) {
        lines[i] = str_printf(":a!b@c PRIVMSG #channel-%d :text of message %d", i, i);
        buf_printf(&expected, "message(text of message %d)", i);
        assert_true(add(fixture, lines[i]));
    }
    expect_heard(fixture, buf_str(&expected));
    for (int i = 0; i < 500; i++) {
        free(lines[i]);
    }
    buf_finish(&expected);
}

static void library__discard__forgets(void **state) {
    struct fixture *fixture = *state;
    assert_true(add(fixture, ":a!b@c QUIT :one"));
    irc_library_discard(fixture->library);
    assert_true(add(fixture, ":a!b@c QUIT :two"));
    expect_heard(fixture, "quit(two)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(library__add__takes_any_count_when_out_of_order,
                                        set_up, tear_down),
        TEST(library__flush__tells_each_kind_in_order),
        TEST(library__add__leaves_out_what_the_library_cannot_take),
        TEST(library__flush__survives_what_trips_it),
        TEST(library__add__takes_more_than_fits_at_once),
        TEST(library__discard__forgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
