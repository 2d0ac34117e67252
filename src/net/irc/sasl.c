// SPDX-License-Identifier: MIT
#include "net/irc/sasl.h"

#include <stdint.h>

enum { PIECE_BYTES = 400 };

// RFC 4648 4.
static void add_base64(struct buf *out, struct slice bytes) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (bytes.len > 0) {
        uint32_t group = 0;
        for (size_t i = 0; i < 3; i++) {
            group = group << 8 | (i < bytes.len ? (unsigned char)bytes.data[i] : 0U);
        }
        size_t digits = bytes.len < 3 ? bytes.len + 1 : 4;
        for (size_t i = 0; i < digits; i++) {
            buf_add_char(out, alphabet[group >> (18 - 6 * i) & 63]);
        }
        buf_add(out, "==", 4 - digits);
        bytes = slice_from(bytes, 3);
    }
}

static void add_piece(struct buf *out, struct slice piece) {
    buf_add_str(out, "AUTHENTICATE ");
    buf_add_slice(out, piece);
    buf_add_str(out, "\r\n");
}

void irc_sasl_add_plain(struct buf *out, const char *account, const char *password) {
    struct buf plain = {0};
    struct buf encoded = {0};
    buf_add_char(&plain, '\0');
    buf_add_str(&plain, account);
    buf_add_char(&plain, '\0');
    buf_add_str(&plain, password);
    add_base64(&encoded, buf_slice(&plain));

    struct slice rest = buf_slice(&encoded);
    while (rest.len >= PIECE_BYTES) {
        add_piece(out, (struct slice){rest.data, PIECE_BYTES});
        rest = slice_from(rest, PIECE_BYTES);
    }
    add_piece(out, rest.len > 0 ? rest : slice_of("+"));
    buf_finish(&plain);
    buf_finish(&encoded);
}
