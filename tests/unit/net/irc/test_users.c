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
        cmocka_unit_test_setup_teardown(users__limit__lets_strangers_make_room, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
