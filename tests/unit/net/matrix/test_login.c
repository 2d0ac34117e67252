// SPDX-License-Identifier: MIT
#include "net/matrix/login.h"

#include "../../../support/fake_matrix.h"

// Signing on: which server, which token, and what follows when one is refused.

static struct fake_matrix *fake_of(void **state) {
    return *state;
}

static int set_up(void **state) {
    static char user[] = "@usher:x";
    static char password[] = "open";
    static struct matrix_options options = {.user = user, .password = password};
    return fake_matrix_set_up(state, &options);
}

static int set_up_fixed(void **state) {
    static char user[] = "@usher:x";
    static char token[] = "fixed";
    static struct matrix_options options = {.user = user, .access_token = token};
    return fake_matrix_set_up(state, &options);
}

static void start(struct fake_matrix *fake) {
    fake->network->functions->start(fake->network);
}

static const char *kept(const struct fake_matrix *fake, const char *key) {
    return table_get(&fake->memory, key);
}

// --- the server ---

static void login__versions__of_before_r0_6_are_refused(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "GET versions", "200 OK", "{'versions':['r0.5.0','v2.0',5]}");
    start(fake);
    fake_matrix_run_until(fake, "down\n");
    assert_true(fake_matrix_has(fake, "speaks none of the versions v1 and r0.6"));
    assert_false(fake_matrix_has(fake, "POST"));
}

static void login__versions__of_r0_6_have_their_own_paths(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "GET versions", "200 OK", "{'versions':['r0.6.1']}");
    start(fake);
    fake_matrix_run_until(fake, "POST r0/login\n");
}

static void login__versions__without_a_client_api_it_says_what_it_found(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "GET versions", "404 Not Found", "<html>");
    start(fake);
    fake_matrix_run_until(fake, "down\n");
    assert_true(fake_matrix_has(fake, "trouble - I can't sign on: there is no Matrix "
                                      "server at http://127.0.0.1:"));
    // Without TLS nobody is asked for another address.
    assert_false(fake_matrix_has(fake, "well-known/matrix/client\n"));
}

static void login__versions__a_server_that_is_away_is_asked_again(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "GET versions", "502 Bad Gateway", "<html>");
    start(fake);
    fake_matrix_run_until(fake, "up\n");
    assert_false(fake_matrix_has(fake, "trouble"));
}

static void login__retry__asks_what_was_given_up(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "POST /login", "403 Forbidden",
                    "{'errcode':'M_FORBIDDEN','error':'no'}");
    start(fake);
    fake_matrix_run_until(fake, "down\n");
    fake->network->functions->retry(fake->network);
    fake_matrix_run_until(fake, "up\n");
}

// --- tokens that end ---

#define LOGIN "{'user_id':'@usher:x','access_token':'a1','device_id':'DEV',"

static void login__refresh__comes_before_the_end_of_the_token(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "POST /login", "200 OK",
                    LOGIN "'refresh_token':'r1','expires_in_ms':400}");
    fake_matrix_lay(fake, "POST /refresh", "200 OK",
                    "{'access_token':'a2','refresh_token':'r2'}");
    start(fake);
    fake_matrix_run_until(fake, "POST /login\n");
    assert_non_null(strstr(fake->body, "\"refresh_token\":true"));
    fake_matrix_run_until(fake, "POST /refresh\n");
    assert_string_equal(fake->body, "{\"refresh_token\":\"r1\"}");
    fake_matrix_run_until(fake, "GET /account/whoami\n");
    assert_string_equal(kept(fake, "access_token"), "a2");
    assert_string_equal(kept(fake, "refresh_token"), "r2");
    assert_null(kept(fake, "token_expires"));
    assert_false(fake_matrix_has(fake, "down"));
}

static void login__refresh__that_fails_ahead_of_time_is_made_again(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "POST /login", "200 OK",
                    LOGIN "'refresh_token':'r1','expires_in_ms':400}");
    fake_matrix_lay(fake, "POST /refresh", "502 Bad Gateway", "");
    fake_matrix_lay(fake, "POST /refresh", "200 OK", "{'access_token':'a2'}");
    start(fake);
    fake_matrix_run_until(fake, "GET /account/whoami\n");
    assert_string_equal(kept(fake, "access_token"), "a2");
    assert_string_equal(kept(fake, "refresh_token"), "r1");
    assert_false(fake_matrix_has(fake, "down"));
}

static void keep_session(struct fake_matrix *fake) {
    table_set(&fake->memory, "access_token", mem_copy("a1"));
    table_set(&fake->memory, "refresh_token", mem_copy("r1"));
    table_set(&fake->memory, "token_expires", mem_copy("9000000000000"));
    table_set(&fake->memory, "device_id", mem_copy("DEV"));
    table_set(&fake->memory, "position", mem_copy("s0"));
}

static void login__soft_logout__is_mended_by_a_refresh(void **state) {
    struct fake_matrix *fake = fake_of(state);
    keep_session(fake);
    fake_matrix_lay(fake, "GET /account/whoami", "401 Unauthorized",
                    "{'errcode':'M_UNKNOWN_TOKEN','soft_logout':true}");
    fake_matrix_lay(fake, "POST /refresh", "200 OK", "{'access_token':'a2'}");
    start(fake);
    fake_matrix_run_until(fake, "up\n");
    assert_false(fake_matrix_has(fake, "POST /login"));
    assert_false(fake_matrix_has(fake, "trouble"));
    assert_string_equal(kept(fake, "access_token"), "a2");
}

static void login__soft_logout__without_a_refresh_is_the_same_device(void **state) {
    struct fake_matrix *fake = fake_of(state);
    keep_session(fake);
    fake_matrix_lay(fake, "GET /account/whoami", "401 Unauthorized",
                    "{'errcode':'M_UNKNOWN_TOKEN','soft_logout':true}");
    fake_matrix_lay(fake, "POST /refresh", "403 Forbidden",
                    "{'errcode':'M_FORBIDDEN','error':'old'}");
    start(fake);
    fake_matrix_run_until(fake, "POST /login\n");
    assert_non_null(strstr(fake->body, "\"device_id\":\"DEV\""));
    fake_matrix_run_until(fake, "up\n");
    assert_false(fake_matrix_has(fake, "trouble"));
    assert_string_equal(kept(fake, "access_token"), "token1");
    assert_null(kept(fake, "refresh_token"));
    assert_null(kept(fake, "token_expires"));
}

static void login__hard_logout__is_told_and_signs_on_as_the_same_device(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_bring_up(fake);
    fake_matrix_lay(fake, "GET /account/whoami", "401 Unauthorized",
                    "{'errcode':'M_UNKNOWN_TOKEN','error':'gone'}");
    fake_matrix_lay(fake, "GET /sync", "401 Unauthorized",
                    "{'errcode':'M_UNKNOWN_TOKEN'}");
    fake_matrix_release(fake);
    fake_matrix_run_until(fake, "POST /login\n");
    assert_non_null(strstr(fake->body, "\"device_id\":\"DEV\""));
    assert_true(fake_matrix_has(fake, "trouble - My session was ended from outside; I "
                                      "sign on again: M_UNKNOWN_TOKEN: gone\n"));
}

static void login__fixed_token__that_is_refused_waits(void **state) {
    struct fake_matrix *fake = fake_of(state);
    fake_matrix_lay(fake, "GET /account/whoami", "401 Unauthorized",
                    "{'errcode':'M_UNKNOWN_TOKEN','soft_logout':true}");
    start(fake);
    fake_matrix_run_until(fake, "down\n");
    assert_true(fake_matrix_has(fake, "trouble - I can't sign on: the access token is "
                                      "not valid (any more)\n"));
    assert_false(fake_matrix_has(fake, "POST"));
    assert_null(kept(fake, "access_token"));
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, fake_matrix_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(login__versions__of_before_r0_6_are_refused),
        TEST(login__versions__of_r0_6_have_their_own_paths),
        TEST(login__versions__without_a_client_api_it_says_what_it_found),
        TEST(login__versions__a_server_that_is_away_is_asked_again),
        TEST(login__retry__asks_what_was_given_up),
        TEST(login__refresh__comes_before_the_end_of_the_token),
        TEST(login__refresh__that_fails_ahead_of_time_is_made_again),
        TEST(login__soft_logout__is_mended_by_a_refresh),
        TEST(login__soft_logout__without_a_refresh_is_the_same_device),
        TEST(login__hard_logout__is_told_and_signs_on_as_the_same_device),
        cmocka_unit_test_setup_teardown(login__fixed_token__that_is_refused_waits,
                                        set_up_fixed, fake_matrix_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
