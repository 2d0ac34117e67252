// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_WIRE_H
#define USHER_NET_IRC_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

struct event_base;

// The connection to a server: libcurl looks the host up, goes through the proxy,
// does TLS and checks the certificate, then bytes go through it in both ways. The
// wire is used again for each new connection. What is sent is collected and leaves
// in one write when the wire is flushed.

struct irc_wire;

// All strings are borrowed for as long as the wire lives.
struct irc_wire_options {
    const char *host;
    const char *ca_file;          // NULL: the system's
    const char *fingerprint;      // NULL: the certificate is verified by CA and host
    const char *client_cert_file; // NULL: none
    const char *proxy;            // NULL: none
};

enum irc_wire_end {
    IRC_WIRE_LOST,        // can't connect, or the connection broke
    IRC_WIRE_CERTIFICATE, // a certificate, the server's or our own, is not good
};

// Called from the loop only. The wire may be opened or closed in any of them, but
// not destroyed.
struct irc_wire_events {
    void (*connected)(void *context);
    void (*line)(void *context, struct slice line); // stays until `drained`
    void (*drained)(void *context);                 // these were all for now
    void (*written)(void *context);                 // what had to wait has been sent
    // By itself, not by irc_wire_close; the wire is closed already.
    void (*ended)(void *context, enum irc_wire_end end, const char *reason);
};

struct irc_wire *irc_wire_create(const struct irc_wire_options *options,
                                 struct event_base *base,
                                 const struct irc_wire_events *events, void *context);
void irc_wire_destroy(struct irc_wire *wire);

// Begins to connect; `connected` or `ended` follows.
void irc_wire_open(struct irc_wire *wire, int64_t port, bool tls);

// At once, without a word to the server. Does nothing on a closed wire.
void irc_wire_close(struct irc_wire *wire);

// Where to append lines, each with its CR LF; they leave with the next flush.
struct buf *irc_wire_out(struct irc_wire *wire);
void irc_wire_flush(struct irc_wire *wire);

// Bytes that the other side has not taken yet.
size_t irc_wire_pending(const struct irc_wire *wire);

#endif
