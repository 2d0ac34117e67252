// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "net/irc/channels.h"

static const struct irc_channel names[] = {
    {"#a", NULL}, {"#Keyed", "sesame"}, {"#b", NULL}};

static char *next_join(struct irc_channels *channels, int64_t now_ms) {
    struct buf line = {0};
    irc_channels_add_join(channels, now_ms, &line);
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
        int64_t wait_ms = irc_channels_lost(&channels, 1, 1000);
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
    assert_int_equal(irc_channels_lost(&channels, 1, 301000 + 3600000), 2000);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels__add_join__puts_keys_first),
        cmocka_unit_test(channels__lost__waits_longer_each_time),
        cmocka_unit_test(channels__expire__finds_joins_without_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
