// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_IRC_H
#define USHER_NET_IRC_IRC_H

#include <stdbool.h>
#include <stdint.h>

#include "net/network.h"

// An account on an IRC network (RFC 1459, 2812, IRCv3). Speaks only to its
// configured channels and to persons directly.

struct irc_channel {
    char *name;
    char *key; // NULL: none
};

// All strings are borrowed until irc_create returns, which copies them.
struct irc_options {
    char *host;
    int64_t port;
    bool tls;
    char *ca_file;          // NULL: the system's
    char *fingerprint;      // SHA-256 of the server's certificate; NULL: by CA and host
    char *client_cert_file; // NULL: none
    char *proxy;            // NULL: none; "socks5h://…" or "http://…"
    char *nick;
    char **alternative_nicks;
    size_t alternative_nick_count;
    char *realname;
    char *password;     // server password; NULL: none
    char *sasl_account; // NULL: no SASL
    char *sasl_mechanism;
    char *sasl_password;    // NULL with EXTERNAL
    char *nickserv_account; // NULL: no sign-on by message
    char *nickserv_password;
    char *nickserv_service;
    int64_t flood_burst;
    int64_t flood_per_second;
    bool accounts_only; // answers only persons with a services account
    struct irc_channel *channels;
    size_t channel_count;
};

// The network sends nothing before its start function is called.
struct network *irc_create(const char *name, const struct irc_options *options,
                           struct event_base *base, const struct network_events *events,
                           void *context);

#endif
