// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_MESSAGES_H
#define USHER_NET_IRC_MESSAGES_H

#include "net/irc/connection.h"

// What is said (PRIVMSG): by people, now or while the bot was away, and by the bot
// itself as the server echoes it.

void irc_messages_receive(struct irc *irc, const struct irc_line *line);
void irc_messages_notice(struct irc *irc, const struct irc_line *line);

// When the line was sent: by the server's clock, else now.
int64_t irc_messages_sent_ms(struct irc *irc, const struct irc_line *line);

#endif
