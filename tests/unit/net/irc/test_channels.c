// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "net/irc/channels.h"

static const struct irc_channel names[] = {
    {"#a", NULL}, {"#Keyed", "sesame"}, {"#b", NULL}};

static char *next_join(struct irc_channels *channels, int64_t now_ms) {
    struct buf line = {0};
    irc_channels_add_join(channels, now_ms, now_ms, &line);
    return buf_take(&line);
}

static void channels__add_join__puts_keys_first(void **state) {
    (void)state;
    struct irc_isupport isupport;
    struct irc_channels channels;
    irc_isupport_init(&isupport);
    irc_channels_init(&channels, names, 3, &isupport);
    check_take(next_join(&channels, 0), "JOIN #Keyed,#a,#b sesame");
    check_take(next_join(&channels, 0), "");
    assert_int_equal(irc_channels_find(&channels, slice_of("#KEYED")), 1);
    assert_int_equal(irc_channels_find(&channels, slice_of("#c")), IRC_NO_CHANNEL);
    irc_channels_finish(&channels);
    irc_isupport_finish(&isupport);
}

static void channels__lost__waits_longer_each_time(void **state) {
    (void)state;
    struct irc_isupport isupport;
    struct irc_channels channels;
    irc_isupport_init(&isupport);
    irc_channels_init(&channels, names, 3, &isupport);
    free(next_join(&channels, 0));
    assert_int_equal(channels.unsettled, 3);
    irc_channels_joined(&channels, 0, 0);
    irc_channels_joined(&channels, 2, 0);
    int64_t last = 0;
    for (int i = 0; i < 20; i++) {
        int64_t wait_ms = irc_channels_lost(&channels, 1, 1000, IRC_WAIT_GROWING);
        assert_true(wait_ms >= last && wait_ms <= 300000);
        assert_int_equal(irc_channels_next_due(&channels), 1000 + wait_ms);
        last = wait_ms;
    }
    assert_int_equal(last, 300000);
    assert_int_equal(channels.unsettled, 0);
    check_take(next_join(&channels, 300999), "");
    check_take(next_join(&channels, 301000), "JOIN #Keyed sesame");
    // After a long stay a kick counts as the first.
    irc_channels_joined(&channels, 1, 301000);
    assert_int_equal(
        irc_channels_lost(&channels, 1, 301000 + 3600000, IRC_WAIT_GROWING), 2000);
    irc_channels_finish(&channels);
    irc_isupport_finish(&isupport);
}

static void channels__expire__counts_from_when_the_line_goes_out(void **state) {
    (void)state;
    struct irc_isupport isupport;
    struct irc_channels channels;
    struct buf line = {0};
    irc_isupport_init(&isupport);
    irc_channels_init(&channels, names, 3, &isupport);
    assert_true(irc_channels_add_join(&channels, 0, 90000, &line));
    assert_int_equal(irc_channels_next_due(&channels), 150000);
    assert_int_equal(irc_channels_expire(&channels, 149999), IRC_NO_CHANNEL);
    assert_int_equal(irc_channels_expire(&channels, 150000), 0);
    buf_finish(&line);
    irc_channels_finish(&channels);
    irc_isupport_finish(&isupport);
}

static void channels__expire__finds_joins_without_answer(void **state) {
    (void)state;
    struct irc_isupport isupport;
    struct irc_channels channels;
    irc_isupport_init(&isupport);
    irc_channels_init(&channels, names, 3, &isupport);
    free(next_join(&channels, 0));
    irc_channels_joined(&channels, 0, 10);
    assert_int_equal(irc_channels_expire(&channels, 59999), IRC_NO_CHANNEL);
    assert_int_equal(irc_channels_expire(&channels, 60000), 1);
    assert_int_equal(irc_channels_expire(&channels, 60000), 2);
    assert_int_equal(irc_channels_expire(&channels, 60000), IRC_NO_CHANNEL);
    assert_int_equal(channels.unsettled, 0);
    irc_channels_reset(&channels);
    assert_int_equal(channels.unsettled, 3);
    irc_channels_finish(&channels);
    irc_isupport_finish(&isupport);
}

struct fixture {
    struct irc_isupport isupport;
    struct irc_channels channels;
};

static int set_up(void **state) {
    static struct fixture fixture;
    irc_isupport_init(&fixture.isupport);
    irc_channels_init(&fixture.channels, names, 3, &fixture.isupport);
    free(next_join(&fixture.channels, 0));
    irc_channels_joined(&fixture.channels, 0, 0);
    irc_channels_joined(&fixture.channels, 2, 0);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    irc_channels_finish(&fixture->channels);
    irc_isupport_finish(&fixture->isupport);
    return 0;
}

static void channels__lost__by_a_ban_waits_for_a_word(void **state) {
    struct irc_channels *channels = &((struct fixture *)*state)->channels;
    assert_true(irc_channels_lost(channels, 1, 1000, IRC_WAIT_WORD) == INT64_MAX);
    assert_true(irc_channels_next_due(channels) == INT64_MAX);
    check_take(next_join(channels, INT64_MAX - 1), "");
    irc_channels_identified(channels);
    check_take(next_join(channels, INT64_MAX - 1), "");
    // Over a new connection, too, whose first tries don't wait for it.
    irc_channels_reset(channels);
    assert_int_equal(channels->unsettled, 2);
    check_take(next_join(channels, 5000), "JOIN #a,#b");
    irc_channels_forgive(channels);
    check_take(next_join(channels, 5000), "JOIN #Keyed sesame");
    irc_channels_joined(channels, 1, 5000);
    irc_channels_reset(channels);
    check_take(next_join(channels, 5000), "JOIN #Keyed,#a,#b sesame");
}

static void channels__invited__makes_one_join_of_many_invitations(void **state) {
    struct irc_channels *channels = &((struct fixture *)*state)->channels;
    int64_t now_ms = 1000;
    size_t joins = 0;
    irc_channels_lost(channels, 1, now_ms, IRC_WAIT_WORD);
    for (int i = 0; i < 600; i++) { // a minute
        now_ms += 100;
        irc_channels_invited(channels, 1, now_ms);
        char *line = next_join(channels, now_ms);
        if (line[0] != '\0') {
            joins++;
            irc_channels_lost(channels, 1, now_ms, IRC_WAIT_WORD);
        }
        free(line);
    }
    assert_int_equal(joins, 2);
    // Where the bot is already it changes nothing.
    irc_channels_invited(channels, 0, now_ms);
    assert_int_equal(channels->status[0].state, IRC_CHANNEL_JOINED);
}

static void channels__identified__lets_in_where_an_account_is_asked_for(void **state) {
    struct irc_channels *channels = &((struct fixture *)*state)->channels;
    assert_int_equal(irc_channels_lost(channels, 1, 0, IRC_WAIT_ACCOUNT), 300000);
    assert_int_equal(irc_channels_lost(channels, 2, 0, IRC_WAIT_LONGEST), 300000);
    check_take(next_join(channels, 1), "");
    irc_channels_identified(channels);
    check_take(next_join(channels, 1), "JOIN #Keyed sesame");
}

static void channels__told__lasts_until_joined(void **state) {
    struct irc_channels *channels = &((struct fixture *)*state)->channels;
    channels->status[1].told = 5;
    irc_channels_lost(channels, 1, 0, IRC_WAIT_LONGEST);
    irc_channels_reset(channels);
    assert_int_equal(channels->status[1].told, 5);
    irc_channels_joined(channels, 1, 0);
    assert_int_equal(channels->status[1].told, 0);
    channels->status[1].kick_told = true;
    irc_channels_lost(channels, 1, 1000, IRC_WAIT_GROWING);
    assert_true(channels->status[1].kick_told);
    irc_channels_joined(channels, 1, 2000);
    irc_channels_lost(channels, 1, 2000 + 3600000, IRC_WAIT_GROWING);
    assert_false(channels->status[1].kick_told);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels__add_join__puts_keys_first),
        cmocka_unit_test(channels__lost__waits_longer_each_time),
        cmocka_unit_test(channels__expire__counts_from_when_the_line_goes_out),
        cmocka_unit_test(channels__expire__finds_joins_without_answer),
        WITH_FIXTURE(channels__lost__by_a_ban_waits_for_a_word),
        WITH_FIXTURE(channels__invited__makes_one_join_of_many_invitations),
        WITH_FIXTURE(channels__identified__lets_in_where_an_account_is_asked_for),
        WITH_FIXTURE(channels__told__lasts_until_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
