// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <gsasl.h>
#include <string.h>

#include "base/limits.h"
#include "net/irc/sasl.h"

enum { PIECE_BYTES = 400 };

struct fixture {
    struct irc_sasl *sasl;
    struct buf out;
    struct error error;
};

static struct fixture start(const char *mechanism, const char *password) {
    return (struct fixture){.sasl = irc_sasl_create(mechanism, "user", password)};
}

static void finish(struct fixture *fixture) {
    irc_sasl_destroy(fixture->sasl);
    buf_finish(&fixture->out);
    error_finish(&fixture->error);
}

static enum err take(struct fixture *fixture, const char *piece) {
    buf_clear(&fixture->out);
    return irc_sasl_take(fixture->sasl, slice_of(piece), &fixture->out,
                         &fixture->error);
}

// What the lines in `out` carry, decoded; the caller frees.
static char *said(const struct fixture *fixture) {
    struct buf joined = {0};
    struct slice rest = buf_slice(&fixture->out);
    struct slice line;
    while (slice_take_until(&rest, '\n', &line)) {
        assert_true(slice_starts_nocase(line, "AUTHENTICATE "));
        line = slice_from(line, strlen("AUTHENTICATE "));
        line.len--;
        assert_in_range(line.len, 1, PIECE_BYTES);
        assert_true(rest.len == 0 || line.len == PIECE_BYTES);
        buf_add_slice(&joined, slice_is(line, "+") ? slice_of("") : line);
    }
    char *bytes = NULL;
    size_t len = 0;
    assert_int_equal(gsasl_base64_from(buf_str(&joined), joined.len, &bytes, &len),
                     GSASL_OK);
    char *text = slice_copy((struct slice){bytes, len});
    gsasl_free(bytes);
    buf_finish(&joined);
    return text;
}

// A message of the server, in its pieces; the answer is to follow the last.
static enum err hear(struct fixture *fixture, const char *message) {
    char *encoded = NULL;
    size_t len = 0;
    assert_int_equal(gsasl_base64_to(message, strlen(message), &encoded, &len),
                     GSASL_OK);
    enum err err = OK;
    struct slice rest = {encoded, len};
    for (; rest.len >= PIECE_BYTES && err == OK; rest = slice_from(rest, PIECE_BYTES)) {
        char *piece = slice_copy((struct slice){rest.data, PIECE_BYTES});
        err = take(fixture, piece);
        assert_int_equal(fixture->out.len, 0);
        free(piece);
    }
    if (err == OK) {
        char *piece = slice_copy(rest);
        err = take(fixture, rest.len > 0 ? piece : "+");
        free(piece);
    }
    gsasl_free(encoded);
    return err;
}

static void sasl__take__says_who_it_is(void **state) {
    (void)state;
    struct fixture plain = start("PLAIN", "sesame");
    assert_int_equal(take(&plain, "+"), OK);
    assert_string_equal(buf_str(&plain.out), "AUTHENTICATE AHVzZXIAc2VzYW1l\r\n");
    assert_true(irc_sasl_is_complete(plain.sasl));
    assert_int_equal(take(&plain, "+"), ERR_INVALID); // not twice
    assert_int_equal(plain.out.len, 0);
    finish(&plain);

    struct fixture external = start("EXTERNAL", NULL);
    assert_int_equal(take(&external, "+"), OK);
    assert_string_equal(buf_str(&external.out), "AUTHENTICATE dXNlcg==\r\n");
    assert_true(irc_sasl_is_complete(external.sasl));
    finish(&external);
}

static size_t count_lines(const char *text) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, "AUTHENTICATE ")) != NULL; at++) {
        count++;
    }
    return count;
}

static void sasl__take__answers_in_pieces_of_400(void **state) {
    (void)state;
    // NUL, "user", NUL and 294 characters make 300 bytes, in base64 400.
    static const struct {
        size_t lines;
        int password_len;
        bool empty_last;
    } cases[] = {{1, 291, false}, {2, 294, true}, {2, 295, false}, {3, 594, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *password = str_printf("%0*d", cases[i].password_len, 0);
        struct fixture fixture = start("PLAIN", password);
        assert_int_equal(take(&fixture, "+"), OK);
        const char *out = buf_str(&fixture.out);
        assert_int_equal(count_lines(out), cases[i].lines);
        assert_true((strstr(out, "AUTHENTICATE +\r\n") != NULL) == cases[i].empty_last);
        free(password);
        finish(&fixture);
    }
}

// A server of libgsasl's, which knows one password.

static int answer_property(Gsasl *library, Gsasl_session *session,
                           Gsasl_property property) {
    (void)library;
    const char *value = property == GSASL_PASSWORD     ? "pencil"
                        : property == GSASL_SCRAM_ITER ? "4096"
                                                       : NULL;
    return value != NULL ? gsasl_property_set(session, property, value)
                         : GSASL_NO_CALLBACK;
}

// What the server says to the last words of the client; NULL when it refuses.
static char *reply(Gsasl_session *session, const struct fixture *fixture) {
    char *heard = said(fixture);
    char *bytes = NULL;
    size_t len = 0;
    int code = gsasl_step(session, heard, strlen(heard), &bytes, &len);
    char *text = code == GSASL_OK || code == GSASL_NEEDS_MORE
                     ? slice_copy((struct slice){bytes, len})
                     : NULL;
    gsasl_free(bytes);
    free(heard);
    return text;
}

// Both sides as far as they get; true when both trust the other.
static bool converse(const char *password, bool forge) {
    Gsasl *library = NULL;
    Gsasl_session *server = NULL;
    assert_int_equal(gsasl_init(&library), GSASL_OK);
    gsasl_callback_set(library, answer_property);
    assert_int_equal(gsasl_server_start(library, "SCRAM-SHA-256", &server), GSASL_OK);
    struct fixture client = start("SCRAM-SHA-256", password);
    assert_int_equal(take(&client, "+"), OK);
    char *first = reply(server, &client);
    assert_non_null(first);
    assert_int_equal(hear(&client, first), OK);
    assert_false(irc_sasl_is_complete(client.sasl));
    char *final = reply(server, &client);
    if (final != NULL && forge) {
        final[strlen("v=")] = final[strlen("v=")] == 'A' ? 'B' : 'A';
    }
    bool trusted = final != NULL && hear(&client, final) == OK;
    if (trusted) {
        assert_string_equal(buf_str(&client.out), "AUTHENTICATE +\r\n");
    }
    assert_true(irc_sasl_is_complete(client.sasl) == trusted);
    free(first);
    free(final);
    finish(&client);
    gsasl_finish(server);
    gsasl_done(library);
    return trusted;
}

static void sasl__take__scram_proves_both_sides(void **state) {
    (void)state;
    assert_true(converse("pencil", false));
    assert_false(converse("pen", false));
    assert_false(converse("pencil", true));
}

// The server's first message with the client's nonce and more.
static char *first_message(const struct fixture *client, int nonce_len,
                           const char *rest) {
    char *heard = said(client);
    const char *nonce = strstr(heard, ",r=");
    assert_non_null(nonce);
    char *message = str_printf("r=%s-%0*d,s=c2FsdA==%s", nonce + 3, nonce_len, 0, rest);
    free(heard);
    return message;
}

static enum err hear_first(struct fixture *client, int nonce_len, const char *rest) {
    assert_int_equal(take(client, "+"), OK);
    char *message = first_message(client, nonce_len, rest);
    enum err err = hear(client, message);
    free(message);
    return err;
}

static void sasl__take__joins_the_pieces_of_the_server(void **state) {
    (void)state;
    // One byte of nonce more or less: also a last piece that is full.
    for (int nonce_len = 700; nonce_len < 706; nonce_len++) {
        struct fixture client = start("SCRAM-SHA-256", "pencil");
        assert_int_equal(hear_first(&client, nonce_len, ",i=4096"), OK);
        char *answer = said(&client);
        assert_memory_equal(answer, "c=biws,r=", 9);
        assert_int_equal(strspn(strstr(answer, "-0") + 1, "0"), nonce_len);
        free(answer);
        finish(&client);
    }
}

static void sasl__take__bounds_what_the_server_asks(void **state) {
    (void)state;
    static const char *const rest[] = {",i=200001", ",i=99999999999999999999",
                                       ",i=1,i=200001", ",i=-1"};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        struct fixture client = start("SCRAM-SHA-256", "pencil");
        assert_int_equal(hear_first(&client, 4, rest[i]), ERR_LIMIT);
        assert_int_equal(client.out.len, 0);
        finish(&client);
    }
    struct fixture client = start("SCRAM-SHA-256", "pencil");
    assert_int_equal(hear_first(&client, LIMIT_SASL_BYTES, ",i=4096"), ERR_LIMIT);
    finish(&client);
}

static void sasl__take__refuses_what_is_malformed(void **state) {
    (void)state;
    static const struct {
        const char *piece;
        enum err expected;
    } cases[] = {{"=", ERR_INVALID},      {"*", ERR_INVALID},   {"", ERR_DENIED},
                 {"+", ERR_DENIED},       {"cg==", ERR_DENIED}, {"AAAA", ERR_DENIED},
                 {"ZT1ubw==", ERR_DENIED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture client = start("SCRAM-SHA-256", "pencil");
        assert_int_equal(take(&client, "+"), OK);
        assert_int_equal(take(&client, cases[i].piece), cases[i].expected);
        assert_int_equal(client.out.len, 0);
        assert_false(irc_sasl_is_complete(client.sasl));
        finish(&client);
    }
    struct fixture client = start("SCRAM-SHA-256", "pencil");
    char *long_piece = str_printf("%0*d", PIECE_BYTES + 1, 0);
    assert_int_equal(take(&client, long_piece), ERR_INVALID);
    free(long_piece);
    finish(&client);
}

static void sasl__take__says_what_the_library_lacks(void **state) {
    (void)state;
    struct fixture fixture = start("NONE-SUCH", "pencil");
    assert_int_equal(take(&fixture, "+"), ERR_DENIED);
    assert_string_equal(error_text(&fixture.error), "libgsasl does not have it");
    finish(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sasl__take__says_who_it_is),
        cmocka_unit_test(sasl__take__answers_in_pieces_of_400),
        cmocka_unit_test(sasl__take__scram_proves_both_sides),
        cmocka_unit_test(sasl__take__joins_the_pieces_of_the_server),
        cmocka_unit_test(sasl__take__bounds_what_the_server_asks),
        cmocka_unit_test(sasl__take__refuses_what_is_malformed),
        cmocka_unit_test(sasl__take__says_what_the_library_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
