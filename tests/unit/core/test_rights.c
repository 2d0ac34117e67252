// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "core/rights.h"

static char irc[] = "irc";
static char itu[] = "itu";
static char chair[] = "chair[1]";
static char mods[] = "#mods";

static const struct person by_account = {irc, chair, chair, "Chair", NULL, false};
static const struct person by_nick = {irc, "~1", NULL, chair, "host", false};
static const struct person elsewhere = {itu, chair, chair, "Chair", NULL, false};
static const struct person past = {irc, chair, chair, "Chair", NULL, true};

static void rights__is_moderator__wants_the_proved_account(void **state) {
    (void)state;
    struct moderator moderator = {irc, chair};
    const struct workshop workshop = {.moderators = &moderator, .moderator_count = 1};
    const struct person other = {irc, "chair{1}", "chair{1}", "chair", NULL, false};
    assert_true(rights_is_moderator(&workshop, &by_account));
    assert_false(rights_is_moderator(&workshop, &by_nick));
    assert_false(rights_is_moderator(&workshop, &elsewhere));
    assert_false(rights_is_moderator(&workshop, &other));
    assert_false(rights_is_moderator(&(struct workshop){0}, &by_account));
}

static void rights__by_operating__wants_an_account_or_trust(void **state) {
    (void)state;
    const struct room room = {irc, mods, false};
    const struct room trusting = {irc, mods, true};
    assert_true(rights_by_operating(&room, &by_account));
    assert_false(rights_by_operating(&room, &by_nick));
    assert_true(rights_by_operating(&trusting, &by_nick));
    assert_false(rights_by_operating(&trusting, &elsewhere));
    assert_false(rights_by_operating(&trusting, &past));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights__is_moderator__wants_the_proved_account),
        cmocka_unit_test(rights__by_operating__wants_an_account_or_trust),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
