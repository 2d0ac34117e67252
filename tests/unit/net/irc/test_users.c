// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/memory.h"
#include "net/irc/users.h"

struct fixture {
    struct irc_isupport isupport;
    struct irc_users users;
};

static int set_up(void **state) {
    struct fixture *fixture = mem_alloc(1, sizeof *fixture);
    irc_isupport_init(&fixture->isupport);
    irc_users_init(&fixture->users, &fixture->isupport, 100);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    irc_users_finish(&fixture->users);
    irc_isupport_finish(&fixture->isupport);
    free(fixture);
    return 0;
}

static struct irc_users *users_of(void **state) {
    return &((struct fixture *)*state)->users;
}

static char *identity_of_speaker(struct irc_users *users, const char *source) {
    return mem_copy(irc_user_identity(irc_users_speaker(users, slice_of(source))));
}

static void users__rename__keeps_the_token(void **state) {
    struct irc_users *users = users_of(state);
    irc_users_join(users, slice_of("ana!a@host"), 0);
    char *identity = identity_of_speaker(users, "ana!a@host");
    assert_int_equal(identity[0], '~');
    assert_int_equal(strlen(identity), IRC_TOKEN_LEN);
    irc_users_rename(users, slice_of("Ana"), slice_of("anna"));
    check_take(identity_of_speaker(users, "anna!a@host"), identity);
    assert_string_equal(irc_users_of(users, identity)->nick, "anna");
    assert_null(irc_users_find(users, slice_of("ana")));
    irc_users_rename(users, slice_of("anna"), slice_of("ANNA")); // case only
    assert_string_equal(irc_users_of(users, identity)->nick, "ANNA");
    free(identity);
}

static void users__part__forgets_with_the_last_channel(void **state) {
    struct irc_users *users = users_of(state);
    irc_users_join(users, slice_of("ana!a@host"), 0);
    irc_users_join(users, slice_of("ana!a@host"), 7);
    irc_users_join(users, slice_of("ana!a@host"), 7);
    char *identity = identity_of_speaker(users, "ana!a@host");
    assert_true(irc_users_has_member(users, 7, identity));
    irc_users_part(users, slice_of("ANA"), 7);
    assert_false(irc_users_has_member(users, 7, identity));
    assert_true(irc_users_has_member(users, 0, identity));
    irc_users_part(users, slice_of("ana"), 7); // not in it
    irc_users_leave(users, 0);
    assert_null(irc_users_of(users, identity));
    char *later = identity_of_speaker(users, "ana!a@host");
    assert_string_not_equal(later, identity);
    free(later);
    free(identity);
}

static void users__quit__ends_a_person(void **state) {
    struct irc_users *users = users_of(state);
    char *identity = identity_of_speaker(users, "ana!a@host");
    irc_users_join(users, slice_of("ana!a@host"), 1);
    check_take(identity_of_speaker(users, "ana!a@host"), identity);
    irc_users_quit(users, slice_of("ana"));
    assert_null(irc_users_of(users, identity));
    irc_users_quit(users, slice_of("ana"));
    free(identity);
}

static void users__speaker__does_not_take_another_stranger_for_the_same(void **state) {
    struct irc_users *users = users_of(state);
    char *identity = identity_of_speaker(users, "ana!a@host");
    check_take(identity_of_speaker(users, "ANA!a@host"), identity);
    char *other = identity_of_speaker(users, "ana!b@elsewhere");
    assert_string_not_equal(other, identity);
    assert_null(irc_users_of(users, identity));
    // A name in NAMES says nothing of user and host: a new person, to be safe.
    struct irc_user *member = irc_users_join(users, slice_of("ana"), 0);
    assert_string_not_equal(irc_user_identity(member), other);
    free(other);
    free(identity);
}

static void users__set_account__is_the_identity_of_all_its_nicks(void **state) {
    struct irc_users *users = users_of(state);
    struct irc_user *one = irc_users_join(users, slice_of("ana!a@host"), 0);
    struct irc_user *two = irc_users_join(users, slice_of("ana2!a@host"), 1);
    char *token = mem_copy(irc_user_identity(one));
    irc_users_set_account(users, one, slice_of("AnaAccount"));
    irc_users_set_account(users, two, slice_of("anaaccount"));
    assert_string_equal(irc_user_identity(one), "anaaccount");
    assert_true(irc_users_has_member(users, 0, "anaaccount"));
    assert_true(irc_users_has_member(users, 1, "anaaccount"));
    assert_false(irc_users_has_member(users, 2, "anaaccount"));
    assert_null(irc_users_of(users, token));
    irc_users_quit(users, slice_of("ana2"));
    assert_ptr_equal(irc_users_of(users, "anaaccount"), one);
    irc_users_set_account(users, one, slice_of("*"));
    assert_string_equal(irc_user_identity(one), token);
    irc_users_set_account(users, one, slice_of("~0123456789abcdef"));
    assert_null(one->account);
    irc_users_set_account(users, one, slice_of("ana\xff"));
    assert_null(one->account);
    free(token);
}

static void users__changes__goes_up_when_an_identity_appears(void **state) {
    struct irc_users *users = users_of(state);
    uint64_t before = users->changes;
    struct irc_user *user = irc_users_join(users, slice_of("ana!a@host"), 0);
    assert_true(users->changes > before);
    before = users->changes;
    irc_users_set_account(users, user, slice_of("ana"));
    assert_true(users->changes > before);
    before = users->changes;
    irc_users_set_account(users, user, slice_of("Ana"));
    assert_true(users->changes == before);
}

static void users__limit__lets_strangers_make_room(void **state) {
    struct irc_users *users = users_of(state);
    for (int i = 0; i < 300; i++) {
        char *source = str_printf("stranger%d!s@host", i);
        irc_users_speaker(users, slice_of(source));
        free(source);
    }
    assert_int_equal(users->by_nick.used, 100);
    assert_null(irc_users_find(users, slice_of("stranger0")));
    assert_non_null(irc_users_find(users, slice_of("stranger299")));
    for (int i = 0; i < 300; i++) {
        char *source = str_printf("member%d!m@host", i);
        assert_true((irc_users_join(users, slice_of(source), 0) != NULL) == (i < 100));
        free(source);
    }
    free(identity_of_speaker(users, "late!l@host"));
    free(identity_of_speaker(users, "later!l@host"));
    assert_int_equal(users->by_nick.used, 100 + 1);
    assert_int_equal(users->by_identity.used, 100 + 1);
}

static void users__modes__are_of_one_channel_and_follow_the_nick(void **state) {
    struct irc_users *users = users_of(state);
    uint64_t op = irc_mode_bit('o');
    struct irc_user *ana = irc_users_join(users, slice_of("ana!a@host"), 0);
    irc_users_join(users, slice_of("ana!a@host"), 1);
    char *identity = mem_copy(irc_user_identity(ana));
    irc_users_set_modes(ana, 0, op | irc_mode_bit('v'));
    irc_users_set_modes(ana, 7, op); // not in it
    assert_true(irc_users_has_mode(users, 0, identity, op));
    assert_false(irc_users_has_mode(users, 1, identity, op));
    assert_false(irc_users_has_mode(users, 7, identity, op));
    assert_false(irc_users_has_mode(users, 0, "other", op));
    irc_users_rename(users, slice_of("ana"), slice_of("anna"));
    assert_true(irc_users_has_mode(users, 0, identity, op));
    irc_users_change_modes(ana, 0, op, false);
    assert_false(irc_users_has_mode(users, 0, identity, op));
    assert_true(irc_users_has_mode(users, 0, identity, irc_mode_bit('v')));
    irc_users_change_modes(ana, 0, op, true);
    irc_users_forget_modes(users, 0);
    assert_false(irc_users_has_mode(users, 0, identity, op | irc_mode_bit('v')));
    free(identity);
}

static void users__modes__end_with_the_membership(void **state) {
    struct irc_users *users = users_of(state);
    uint64_t op = irc_mode_bit('o');
    struct irc_user *ana = irc_users_join(users, slice_of("ana!a@host"), 0);
    irc_users_join(users, slice_of("ana!a@host"), 1);
    char *identity = mem_copy(irc_user_identity(ana));
    irc_users_set_modes(ana, 0, op);
    irc_users_join(users, slice_of("ana!a@host"), 0); // the part went unseen
    assert_false(irc_users_has_mode(users, 0, identity, op));
    irc_users_set_modes(ana, 0, op);
    irc_users_part(users, slice_of("ana"), 0);
    assert_false(irc_users_has_mode(users, 0, identity, op));
    irc_users_join(users, slice_of("ana!a@host"), 0);
    assert_false(irc_users_has_mode(users, 0, identity, op));
    free(identity);
}

static void users__modes__count_for_all_of_an_account(void **state) {
    struct irc_users *users = users_of(state);
    uint64_t op = irc_mode_bit('o');
    struct irc_user *one = irc_users_join(users, slice_of("one!a@host"), 0);
    struct irc_user *two = irc_users_join(users, slice_of("two!a@host"), 0);
    irc_users_set_modes(one, 0, op);
    irc_users_set_account(users, two, slice_of("chair"));
    assert_false(irc_users_has_mode(users, 0, "chair", op));
    irc_users_set_account(users, one, slice_of("Chair"));
    assert_true(irc_users_has_mode(users, 0, "chair", op));
    irc_users_set_account(users, one, slice_of("*")); // logged out
    assert_false(irc_users_has_mode(users, 0, "chair", op));
    irc_users_set_account(users, one, slice_of("chair"));
    irc_users_forget_accounts(users);
    assert_null(irc_users_of(users, "chair"));
    assert_true(irc_users_has_mode(users, 0, irc_user_identity(one), op));
}

static void users__anyone_has_mode__with_an_account_or_at_all(void **state) {
    struct irc_users *users = users_of(state);
    uint64_t op = irc_mode_bit('o');
    struct irc_user *one = irc_users_join(users, slice_of("one!a@host"), 0);
    irc_users_join(users, slice_of("two!a@host"), 1);
    assert_false(irc_users_anyone_has_mode(users, 0, op, false));
    irc_users_set_modes(one, 0, op);
    assert_true(irc_users_anyone_has_mode(users, 0, op, false));
    assert_false(irc_users_anyone_has_mode(users, 0, op, true));
    assert_false(irc_users_anyone_has_mode(users, 1, op, false));
    irc_users_set_account(users, one, slice_of("chair"));
    assert_true(irc_users_anyone_has_mode(users, 0, op, true));
    irc_users_set_modes(one, 0, irc_mode_bit('v'));
    assert_false(irc_users_anyone_has_mode(users, 0, op, false));
}

static void users__set_account__compares_like_the_configuration(void **state) {
    struct irc_users *users = users_of(state);
    struct irc_user *user = irc_users_join(users, slice_of("ana!a@host"), 0);
    irc_users_set_account(users, user, slice_of("Chair[1]^"));
    assert_string_equal(user->account, "chair[1]^"); // whatever the case mapping
}

static void users__of__prefers_who_is_there_and_spoke_last(void **state) {
    struct irc_users *users = users_of(state);
    struct irc_user *user[3];
    static const char *const sources[] = {"one!a@h", "two!a@h", "three!a@h"};
    for (size_t i = 0; i < 3; i++) {
        user[i] = irc_users_join(users, slice_of(sources[i]), 0);
        irc_users_set_account(users, user[i], slice_of("ana"));
    }
    assert_ptr_equal(irc_users_of(users, "ana"), user[0]);
    irc_users_spoke(users, user[1]);
    assert_ptr_equal(irc_users_of(users, "ana"), user[1]);
    irc_users_spoke(users, user[2]);
    irc_users_spoke(users, user[2]);
    assert_ptr_equal(irc_users_of(users, "ana"), user[2]);
    user[2]->away = true;
    assert_ptr_equal(irc_users_of(users, "ana"), user[1]);
    user[0]->away = true;
    user[1]->away = true;
    assert_ptr_equal(irc_users_of(users, "ana"), user[2]);
    irc_users_spoke(users, user[0]);
    assert_false(user[0]->away);
    irc_users_quit(users, slice_of("two"));
    irc_users_quit(users, slice_of("one"));
    assert_ptr_equal(irc_users_of(users, "ana"), user[2]);
    irc_users_quit(users, slice_of("three"));
    assert_null(irc_users_of(users, "ana"));
}

static void users__set_mask__keeps_the_person(void **state) {
    struct irc_users *users = users_of(state);
    struct irc_user *ana = irc_users_join(users, slice_of("ana!a@host"), 0);
    char *identity = mem_copy(irc_user_identity(ana));
    irc_users_set_mask(ana, slice_of("a@cloak"));
    assert_string_equal(ana->mask, "a@cloak");
    irc_users_set_mask(ana, (struct slice){0}); // a source without it
    assert_string_equal(ana->mask, "a@cloak");
    check_take(identity_of_speaker(users, "ana!a@cloak"), identity);
    free(identity);
}

static void users__refold__finds_and_forgets_as_before(void **state) {
    struct fixture *fixture = *state;
    struct irc_users *users = users_of(state);
    irc_users_join(users, slice_of("[ana]!a@host"), 0);
    irc_users_join(users, slice_of("bob!b@host"), 0);
    fixture->isupport.casemapping = IRC_ASCII;
    irc_users_refold(users);
    irc_users_join(users, slice_of("{ana}!else@host"), 0);
    irc_users_set_account(users, irc_users_find(users, slice_of("{ana}")),
                          slice_of("else"));
    assert_int_equal(users->by_nick.used, 3);
    fixture->isupport.casemapping = IRC_RFC1459;
    irc_users_refold(users); // either, but only one
    assert_int_equal(users->by_nick.used, 2);
    assert_int_equal(users->by_identity.used, 2);
    irc_users_quit(users, slice_of("{ANA}"));
    irc_users_leave(users, 0);
    assert_int_equal(users->by_nick.used, 0);
    assert_int_equal(users->by_identity.used, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(users__rename__keeps_the_token, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(users__part__forgets_with_the_last_channel,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(users__quit__ends_a_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            users__speaker__does_not_take_another_stranger_for_the_same, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            users__set_account__is_the_identity_of_all_its_nicks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            users__changes__goes_up_when_an_identity_appears, set_up, tear_down),
        cmocka_unit_test_setup_teardown(users__refold__finds_and_forgets_as_before,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(users__limit__lets_strangers_make_room, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            users__modes__are_of_one_channel_and_follow_the_nick, set_up, tear_down),
        cmocka_unit_test_setup_teardown(users__modes__end_with_the_membership, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(users__modes__count_for_all_of_an_account,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            users__anyone_has_mode__with_an_account_or_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            users__set_account__compares_like_the_configuration, set_up, tear_down),
        cmocka_unit_test_setup_teardown(users__of__prefers_who_is_there_and_spoke_last,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(users__set_mask__keeps_the_person, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
