// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_NUMERICS_H
#define USHER_NET_IRC_NUMERICS_H

#include "net/irc/connection.h"

// Numeric replies after sign-on (RFC 2812 5, modern.ircdocs.horse).

void irc_numerics_receive(struct irc *irc, int code, const struct irc_line *line);

#endif
