// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_SETTINGS_H
#define USHER_NET_IRC_SETTINGS_H

#include "net/irc/irc.h"

// Copies of options, owned by the network. Line ends are taken out of every text on
// the way, so that none can become a second line to the server.

void irc_settings_copy(struct irc_options *to, const struct irc_options *from);
// Frees the texts of any options that own them.
void irc_settings_finish(struct irc_options *settings);

#endif
