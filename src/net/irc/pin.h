// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_PIN_H
#define USHER_NET_IRC_PIN_H

#include <stdbool.h>

// A server known by the SHA-256 fingerprint of its certificate instead of by CA and
// host name. It is compared within the TLS handshake, so that no byte goes to another
// server. The adapter to OpenSSL.

enum { IRC_PIN_TEXT_LEN = 32 * 3 }; // "AB:CD:…" with its NUL

struct irc_pin {
    const char *expected; // hex, in any case, with or without colons; borrowed
    char presented[IRC_PIN_TEXT_LEN]; // by the last server; "" when there was none
    bool mismatched;
};

// Makes a context of OpenSSL's (an SSL_CTX) accept the pinned certificate alone. The
// pin must outlive it.
void irc_pin_apply(struct irc_pin *pin, void *ssl_ctx);

#endif
