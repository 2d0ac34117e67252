// SPDX-License-Identifier: MIT
#include "net/irc/joining.h"

#include "net/irc/nick.h"

void irc_joining_invited(struct irc *irc, const struct irc_line *line) {
    int64_t number = irc_channels_find(&irc->channels, line->params[1]);
    if (number != IRC_NO_CHANNEL && irc_nick_is_own(irc, line->params[0]) &&
        irc->channels.status[number].state == IRC_CHANNEL_OUT) {
        irc->channels.status[number].due_ms = 0;
        irc_connection_check_channels(irc);
    }
}
