// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_NICKSERV_H
#define USHER_NET_IRC_NICKSERV_H

#include <stdbool.h>
#include <stdint.h>

#include "net/irc/line.h"

// Sign-on to services by message (IDENTIFY), where there is no SASL: once a
// connection, to the configured service alone. The channels wait for what comes of
// it, since some let nobody in without an account: for the login itself, for a while
// after the service has said something else, or for so long in all. Whatever comes of
// it, the bot goes on; what went wrong is logged.

struct irc;

struct irc_nickserv {
    int64_t until_ms; // monotonic; 0: nothing is waited for
    char *said;       // by the service; NULL: nothing yet
};

void irc_nickserv_clear(struct irc *irc); // the connection is over

// 001 came.
void irc_nickserv_identify(struct irc *irc);

// For how long the channels still have to wait.
int64_t irc_nickserv_wait_ms(struct irc *irc, int64_t now_ms);

void irc_nickserv_logged_in(struct irc *irc, const struct irc_line *line); // 900
void irc_nickserv_account(struct irc *irc, const struct irc_line *line);   // ACCOUNT
void irc_nickserv_notice(struct irc *irc, const struct irc_line *line);    // NOTICE

// An error numeric about that target; whether it was the service's, waited for.
bool irc_nickserv_refused(struct irc *irc, struct slice target, struct slice reason);

#endif
