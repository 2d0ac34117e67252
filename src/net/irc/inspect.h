// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_INSPECT_H
#define USHER_NET_IRC_INSPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "net/irc/connection.h"

// How an IRC network and its channels are for the bot (`inspect` of net/network.h).
// For who only looks, the modes of each channel that was joined are asked for, since
// nothing else says whether it is moderated (RFC 2812 3.2.3).

void irc_inspect(const struct network *network, const char *room,
                 struct network_report *report);

// The bot has joined the channel of that number: asks for its modes.
void irc_inspect_ask(struct irc *irc, size_t number);

// 324: nick, channel, modes, their parameters. Comes behind NAMES and WHOX.
void irc_inspect_modes(struct irc *irc, const struct irc_line *line);

// An error about that target: whether it is a channel whose modes were asked for. They
// are then not to be had, and nothing is known against it.
bool irc_inspect_refused(struct irc *irc, struct slice target);

// Whether there is a channel whose modes have not come yet.
bool irc_inspect_is_waiting(const struct irc *irc);

#endif
