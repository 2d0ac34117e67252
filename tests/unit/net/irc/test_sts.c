// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "base/memory.h"
#include "net/irc/connection.h"

enum { NOW_MS = 1000 * 1000 };

static void check_offer(const char *value, int64_t port, int64_t duration_s) {
    struct irc_sts_offer offer = irc_sts_read(slice_of(value));
    assert_int_equal(offer.port, port);
    assert_int_equal(offer.duration_s, duration_s);
}

static void sts__read__takes_what_it_knows(void **state) {
    (void)state;
    check_offer("port=6697,duration=2592000", 6697, 2592000);
    check_offer("preload,duration=0,what=1", 0, 0);
    check_offer("port=6697", 6697, -1);
    check_offer("", 0, -1);
    check_offer("port=,duration=", 0, -1);
    check_offer("port=65536,duration=-1", 0, -1);
    check_offer("port=+1,duration=1e9", 0, -1);
    check_offer("port=99999999999999999999,duration=99999999999999999999", 0, -1);
    check_offer("duration=999999999999999999", 0, 315360000); // ten years
}

static void sts__persist__holds_until_it_expires(void **state) {
    (void)state;
    struct irc_sts sts = {0};
    assert_int_equal(irc_sts_port(&sts, NOW_MS), 0);
    irc_sts_persist(&sts, 60, 6697, NOW_MS);
    assert_int_equal(irc_sts_port(&sts, NOW_MS + 59999), 6697);
    assert_int_equal(irc_sts_port(&sts, NOW_MS + 60000), 0);
    irc_sts_persist(&sts, 60, 6698, NOW_MS + 60000);
    assert_int_equal(irc_sts_port(&sts, NOW_MS + 60000), 6698);
    irc_sts_persist(&sts, 0, 6698, NOW_MS);
    assert_int_equal(irc_sts_port(&sts, NOW_MS), 0);
}

static void sts__parse__counts_for_the_host_alone(void **state) {
    (void)state;
    struct irc_sts sts = {0};
    struct irc_sts again = {0};
    irc_sts_persist(&sts, 60, 6697, NOW_MS);
    char *text = irc_sts_text(&sts, "irc.example.org");
    irc_sts_parse(&again, text, "irc.example.net");
    assert_int_equal(again.port, 0);
    irc_sts_parse(&again, text, "IRC.example.org");
    assert_memory_equal(&again, &sts, sizeof sts);
    free(text);
    again = (struct irc_sts){0};
    irc_sts_parse(&again, "h 1 x 3", "h");
    irc_sts_parse(&again, "", "h");
    assert_int_equal(again.port, 0);
}

// The policy of a network that is configured without TLS, and what is kept for it.

struct kept {
    char *text;
    size_t count; // of changes
};

static char *recall(void *context, const struct network *network, const char *key) {
    (void)network;
    const struct kept *kept = context;
    assert_string_equal(key, "sts");
    return mem_copy(kept->text);
}

static void remember(void *context, const struct network *network, const char *key,
                     const char *value) {
    (void)network;
    struct kept *kept = context;
    assert_string_equal(key, "sts");
    free(kept->text);
    kept->text = mem_copy(value);
    kept->count++;
}

static const struct network_events events = {.recall = recall, .remember = remember};

static struct irc start(struct kept *kept) {
    static char host[] = "h";
    static char name[] = "irc";
    return (struct irc){.network = {.events = &events, .context = kept, .name = name},
                        .options = {.host = host, .port = 6667}};
}

static void check_port(struct irc *irc, int64_t port, bool secure) {
    irc_sts_choose_port(irc);
    assert_int_equal(irc->port, port);
    assert_true(irc->secure == secure);
}

static void hear(struct irc *irc, const char *value) {
    irc->signon.sts = irc_sts_read(slice_of(value));
    irc_sts_heard(irc);
}

static void sts__choose_port__stays_with_tls_from_the_upgrade_on(void **state) {
    (void)state;
    struct kept kept = {0};
    struct irc irc = start(&kept);
    check_port(&irc, 6667, false);
    hear(&irc, "duration=60"); // counts over TLS alone
    assert_int_equal(kept.count, 0);
    irc.signon.sts.port = 6697;
    irc_sts_upgrade(&irc);
    check_port(&irc, 6697, true);
    check_port(&irc, 6697, true);
    assert_null(kept.text);
}

static void sts__heard__is_kept_over_a_restart(void **state) {
    (void)state;
    struct kept kept = {0};
    struct irc irc = start(&kept);
    irc.signon.sts.port = 6697;
    irc_sts_upgrade(&irc);
    check_port(&irc, 6697, true);
    hear(&irc, "port=1,duration=60");
    irc_sts_heard(&irc); // once a line
    assert_int_equal(kept.count, 1);

    struct irc later = start(&kept);
    check_port(&later, 6697, true);
    hear(&later, "duration=0");
    assert_null(kept.text);
    check_port(&later, 6667, false);
}

static void sts__choose_port__forgets_what_has_expired(void **state) {
    (void)state;
    struct kept kept = {.text = mem_copy("h 6697 60 1")};
    struct irc irc = start(&kept);
    check_port(&irc, 6667, false);
    assert_null(kept.text);
}

static void sts__closed__begins_the_policy_anew(void **state) {
    (void)state;
    struct kept kept = {.text = mem_copy("h 6697 60 1")};
    struct irc irc = start(&kept);
    irc.stage = IRC_ON;
    irc.sts = (struct irc_sts){6697, 1000, 1};
    irc_sts_closed(&irc);
    assert_int_equal(kept.count, 1);
    check_port(&irc, 6697, true);
    irc_sts_refresh(&irc); // more than half is left
    assert_int_equal(kept.count, 1);
    irc.sts.expires_ms -= 600 * 1000;
    irc_sts_refresh(&irc);
    assert_int_equal(kept.count, 2);
    free(kept.text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sts__read__takes_what_it_knows),
        cmocka_unit_test(sts__persist__holds_until_it_expires),
        cmocka_unit_test(sts__parse__counts_for_the_host_alone),
        cmocka_unit_test(sts__choose_port__stays_with_tls_from_the_upgrade_on),
        cmocka_unit_test(sts__heard__is_kept_over_a_restart),
        cmocka_unit_test(sts__choose_port__forgets_what_has_expired),
        cmocka_unit_test(sts__closed__begins_the_policy_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
