// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_PACE_H
#define USHER_NET_IRC_PACE_H

#include "net/irc/connection.h"

// The server says that the bot says too much: it is slower for a while, also on the
// next connection, and what was dropped is said again.

void irc_pace_try_again(struct irc *irc, const struct irc_line *line);      // 263
void irc_pace_target_dropped(struct irc *irc, const struct irc_line *line); // 439, 707

// FAIL (IRCv3 standard replies), with the label of what it answers, or none: whether
// it is one of these.
bool irc_pace_failed(struct irc *irc, const struct irc_line *line, struct slice label);

// The text of an ERROR.
void irc_pace_farewell(struct irc *irc, struct slice text);

#endif
