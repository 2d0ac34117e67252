// SPDX-License-Identifier: MIT
#include "net/irc/nick.h"

#include <string.h>

bool irc_nick_is_own(const struct irc *irc, struct slice nick) {
    return irc_same_name(&irc->isupport, nick, buf_slice(&irc->nick));
}

void irc_nick_measure(struct irc *irc, struct slice source) {
    size_t nick_len = irc_source_split(source).nick.len;
    if (source.len > nick_len + 1) {
        irc->mask_len = source.len - nick_len - 1;
    }
    irc->delivery.prefix_len = strlen(":! ") + irc->nick.len + irc->mask_len;
}

void irc_nick_changed(struct irc *irc, const struct irc_line *line) {
    buf_clear(&irc->nick);
    buf_add_slice(&irc->nick, line->params[0]);
    irc_nick_measure(irc, line->source);
}
