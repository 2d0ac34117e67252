// SPDX-License-Identifier: MIT
#include "net/irc/sasl.h"

#include <gsasl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

enum { PIECE_BYTES = 400 };

struct irc_sasl {
    Gsasl *library;
    Gsasl_session *session; // NULL: the mechanism can't be had
    struct buf incoming;    // base64, until its last piece
    bool complete;
};

static void set(struct irc_sasl *sasl, Gsasl_property property, const char *value) {
    if (gsasl_property_set(sasl->session, property, value) != GSASL_OK) {
        abort(); // only for want of memory
    }
}

struct irc_sasl *irc_sasl_create(const char *mechanism, const char *account,
                                 const char *password) {
    struct irc_sasl *sasl = mem_alloc(1, sizeof *sasl);
    if (gsasl_init(&sasl->library) != GSASL_OK) {
        abort(); // only for want of memory
    }
    if (gsasl_client_start(sasl->library, mechanism, &sasl->session) != GSASL_OK) {
        sasl->session = NULL;
        return sasl;
    }
    if (password == NULL) {
        set(sasl, GSASL_AUTHZID, account);
    } else {
        set(sasl, GSASL_AUTHID, account);
        set(sasl, GSASL_PASSWORD, password);
    }
    return sasl;
}

void irc_sasl_destroy(struct irc_sasl *sasl) {
    if (sasl == NULL) {
        return;
    }
    if (sasl->session != NULL) {
        gsasl_finish(sasl->session);
    }
    gsasl_done(sasl->library);
    buf_finish(&sasl->incoming);
    free(sasl);
}

static void add_piece(struct buf *out, struct slice piece) {
    buf_add_str(out, "AUTHENTICATE ");
    buf_add_slice(out, piece);
    buf_add_str(out, "\r\n");
}

static void add_answer(struct buf *out, const char *bytes, size_t len) {
    char *encoded = NULL;
    size_t encoded_len = 0;
    if (gsasl_base64_to(bytes, len, &encoded, &encoded_len) != GSASL_OK) {
        abort(); // only for want of memory
    }
    struct slice rest = {encoded, encoded_len};
    while (rest.len >= PIECE_BYTES) {
        add_piece(out, (struct slice){rest.data, PIECE_BYTES});
        rest = slice_from(rest, PIECE_BYTES);
    }
    add_piece(out, rest.len > 0 ? rest : slice_of("+"));
    gsasl_free(encoded);
}

// The rounds that a SCRAM server asks for (RFC 5802 5.1, "i=") are computed here, in
// the loop.
static bool is_affordable(struct slice message) {
    struct slice part;
    while (slice_take_until(&message, ',', &part)) {
        int64_t rounds = 0;
        if (slice_starts_nocase(part, "i=") &&
            (!slice_to_number(slice_from(part, 2), &rounds) ||
             rounds > LIMIT_SASL_ITERATIONS)) {
            return false;
        }
    }
    return true;
}

static enum err step(struct irc_sasl *sasl, struct slice message, struct buf *out,
                     struct error *error) {
    if (!is_affordable(message)) {
        return error_set(error, ERR_LIMIT, "the server asks for too much computation");
    }
    char *answer = NULL;
    size_t len = 0;
    int code = gsasl_step(sasl->session, message.data, message.len, &answer, &len);
    if (code != GSASL_OK && code != GSASL_NEEDS_MORE) {
        return error_set(error, ERR_DENIED, "%s", gsasl_strerror(code));
    }
    sasl->complete = code == GSASL_OK;
    add_answer(out, answer, len);
    gsasl_free(answer);
    return OK;
}

static enum err take_message(struct irc_sasl *sasl, struct buf *out,
                             struct error *error) {
    char *message = NULL;
    size_t len = 0;
    int code =
        gsasl_base64_from(buf_str(&sasl->incoming), sasl->incoming.len, &message, &len);
    buf_clear(&sasl->incoming);
    if (code != GSASL_OK) {
        return error_set(error, ERR_INVALID, "the server's answer is malformed");
    }
    enum err err = step(sasl, (struct slice){message, len}, out, error);
    gsasl_free(message);
    return err;
}

enum err irc_sasl_take(struct irc_sasl *sasl, struct slice piece, struct buf *out,
                       struct error *error) {
    if (sasl->session == NULL) {
        return error_set(error, ERR_DENIED, "libgsasl does not have it");
    }
    if (sasl->complete || piece.len > PIECE_BYTES) {
        return error_set(error, ERR_INVALID, "the server's answer is malformed");
    }
    if (!slice_is(piece, "+")) {
        buf_add_slice(&sasl->incoming, piece);
    }
    if (sasl->incoming.len > LIMIT_SASL_BYTES) {
        return error_set(error, ERR_LIMIT, "the server's answer is too long");
    }
    return piece.len == PIECE_BYTES ? OK : take_message(sasl, out, error);
}

bool irc_sasl_is_complete(const struct irc_sasl *sasl) {
    return sasl->complete;
}
