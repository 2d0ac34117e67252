// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_JOINING_H
#define USHER_NET_IRC_JOINING_H

#include "net/irc/connection.h"

// Into the channels, and back into them: what a refusal, a kick or an invitation
// means for the next try.

void irc_joining_invited(struct irc *irc, const struct irc_line *line); // INVITE

#endif
