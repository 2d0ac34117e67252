// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_JOINING_H
#define USHER_NET_IRC_JOINING_H

#include "net/irc/connection.h"

// Into the channels, and back into them: what a refusal, a kick or an invitation
// means for the next try. What keeps the bot out of a channel is logged, and told to
// the moderators once until it is in again.

// A JOIN was answered, channels are due, or services have answered: joins what is due,
// sets the timer, and tells that the network is up once every channel is settled.
void irc_joining_go_on(struct irc *irc);

// Whether the line, an error, is why a channel that is being joined can't be.
bool irc_joining_refused(struct irc *irc, int code, const struct irc_line *line);

// The same for FAIL (IRCv3 standard replies): command, code, context …, description.
bool irc_joining_failed(struct irc *irc, const struct irc_line *line);

// The bot was kicked by somebody, or made to leave by nobody known: its own nick.
void irc_joining_put_out(struct irc *irc, size_t number, struct slice by);

void irc_joining_invited(struct irc *irc, const struct irc_line *line); // INVITE

// 900, or ACCOUNT of the bot itself: it has an account.
void irc_joining_identified(struct irc *irc, const struct irc_line *line);

#endif
