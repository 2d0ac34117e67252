// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_NICK_H
#define USHER_NET_IRC_NICK_H

#include "net/irc/connection.h"

// The bot's own nick, and how others see it. Under another nick than the configured
// one (it was taken, or somebody forced it) the bot tries to get that back: as soon as
// it is seen to be free, and at growing waits.

bool irc_nick_is_own(const struct irc *irc, struct slice nick);

// How others see the bot decides how much of a line is left for text. A source
// without user and host, or an empty one, leaves those as they were known.
void irc_nick_measure(struct irc *irc, struct slice source);

// 001 came, with a nick that need not be the configured one.
void irc_nick_signed_on(struct irc *irc);

// What the server is like is known (end of MOTD): the bot says that it is one, and has
// its nick watched.
void irc_nick_settle(struct irc *irc, const struct irc_line *line);

// NICK of the bot itself.
void irc_nick_changed(struct irc *irc, const struct irc_line *line);

// Somebody's nick is not in use any more.
void irc_nick_freed(struct irc *irc, struct slice nick);
void irc_nick_offline(struct irc *irc, const struct irc_line *line); // 731

// Whether the error is the answer to the bot's NICK.
bool irc_nick_refused(struct irc *irc, int code);

// The timer of `regain` has fired: asks for the configured nick.
void irc_nick_try(struct irc *irc);

#endif
