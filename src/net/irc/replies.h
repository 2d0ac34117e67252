// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_REPLIES_H
#define USHER_NET_IRC_REPLIES_H

#include "net/irc/connection.h"

// What the server says about the bot's commands beside numerics: standard-replies
// (FAIL, WARN, NOTE: command, code, context, description) and the ACK of
// labeled-response.

void irc_replies_fail(struct irc *irc, const struct irc_line *line);
void irc_replies_remark(struct irc *irc, const struct irc_line *line); // WARN, NOTE
void irc_replies_ack(struct irc *irc, const struct irc_line *line);

#endif
