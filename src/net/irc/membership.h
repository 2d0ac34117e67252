// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_MEMBERSHIP_H
#define USHER_NET_IRC_MEMBERSHIP_H

#include "net/irc/connection.h"

// Who is in the channels, the bot and others: each function takes in one line.

void irc_membership_join(struct irc *irc, const struct irc_line *line);
void irc_membership_part(struct irc *irc, const struct irc_line *line);
void irc_membership_kick(struct irc *irc, const struct irc_line *line);
void irc_membership_nick(struct irc *irc, const struct irc_line *line);
void irc_membership_mode(struct irc *irc, const struct irc_line *line);
void irc_membership_quit(struct irc *irc, const struct irc_line *line);
void irc_membership_account(struct irc *irc, const struct irc_line *line);
void irc_membership_host(struct irc *irc, const struct irc_line *line); // CHGHOST
void irc_membership_away(struct irc *irc, const struct irc_line *line);
void irc_membership_names(struct irc *irc, const struct irc_line *line);     // 353
void irc_membership_names_end(struct irc *irc, const struct irc_line *line); // 366
void irc_membership_who(struct irc *irc, const struct irc_line *line);       // 354

#endif
