// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_SASL_H
#define USHER_NET_IRC_SASL_H

#include "base/buf.h"

// Appends the AUTHENTICATE lines that answer a server's "+" in SASL PLAIN
// (RFC 4616, IRCv3 SASL 3.1): base64 in pieces of 400 bytes, an empty one after a
// last piece that is full.
void irc_sasl_add_plain(struct buf *out, const char *account, const char *password);

#endif
