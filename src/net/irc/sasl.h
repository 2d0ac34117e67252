// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_SASL_H
#define USHER_NET_IRC_SASL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

// The client's side of one SASL exchange over IRC (IRCv3 SASL 3.1): PLAIN, EXTERNAL
// or SCRAM-SHA-256, which libgsasl does. What is exchanged is base64 in pieces of
// 400 bytes, with an empty one ("+") after a last piece that is full.

struct irc_sasl;

// Copies what it is given. With EXTERNAL the password (may be NULL) has no part.
struct irc_sasl *irc_sasl_create(const char *mechanism, const char *account,
                                 const char *password);
void irc_sasl_destroy(struct irc_sasl *sasl); // NULL is fine

// Takes in one piece of the server's, and appends the AUTHENTICATE lines that answer
// it once it is the last. Any error ends the exchange: ERR_LIMIT (over
// LIMIT_SASL_BYTES, or a proof that takes more than LIMIT_SASL_ITERATIONS),
// ERR_INVALID (malformed), ERR_DENIED (the server does not know the password
// either, or the account can't be sent so).
enum err irc_sasl_take(struct irc_sasl *sasl, struct slice piece, struct buf *out,
                       struct error *error) ATTR_MUST_USE;

// Whether all has been said and, where the mechanism has the server prove that it
// knows the password, this was verified. Only then does the server's word count.
bool irc_sasl_is_complete(const struct irc_sasl *sasl);

#endif
