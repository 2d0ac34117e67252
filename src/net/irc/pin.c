// SPDX-License-Identifier: MIT
#include "net/irc/pin.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "base/slice.h"

enum { DIGEST_BYTES = 32 };

static bool same_digits(const char *a, const char *b) {
    while (true) {
        a += strspn(a, ":");
        b += strspn(b, ":");
        if (ascii_lower(*a) != ascii_lower(*b)) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
        a++;
        b++;
    }
}

static void show(const unsigned char *digest, char *text) {
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        snprintf(text + i * 3, 4, i + 1 < DIGEST_BYTES ? "%02X:" : "%02X", digest[i]);
    }
}

// Instead of OpenSSL's own verification; 1 accepts. What a server can show wrong is
// its certificate alone: that it has the key is part of the handshake.
static int verify(X509_STORE_CTX *store, void *context) {
    struct irc_pin *pin = context;
    const X509 *certificate = X509_STORE_CTX_get0_cert(store);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    if (certificate == NULL ||
        X509_digest(certificate, EVP_sha256(), digest, &len) != 1 ||
        len != DIGEST_BYTES) {
        return 0;
    }
    show(digest, pin->presented);
    pin->mismatched = !same_digits(pin->presented, pin->expected);
    X509_STORE_CTX_set_error(store,
                             pin->mismatched ? X509_V_ERR_CERT_REJECTED : X509_V_OK);
    return pin->mismatched ? 0 : 1;
}

void irc_pin_apply(struct irc_pin *pin, void *ssl_ctx) {
    pin->presented[0] = '\0';
    pin->mismatched = false;
    SSL_CTX_set_cert_verify_callback(ssl_ctx, verify, pin);
}
