// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_NICK_H
#define USHER_NET_IRC_NICK_H

#include "net/irc/connection.h"

// The bot's own nick, and how others see it.

bool irc_nick_is_own(const struct irc *irc, struct slice nick);

// How others see the bot decides how much of a line is left for text. A source
// without user and host, or an empty one, leaves those as they were known.
void irc_nick_measure(struct irc *irc, struct slice source);

// NICK of the bot itself.
void irc_nick_changed(struct irc *irc, const struct irc_line *line);

#endif
