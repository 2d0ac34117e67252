// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_ISUPPORT_H
#define USHER_NET_IRC_ISUPPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "net/irc/line.h"

// What the server says about itself in numeric 005 (modern.ircdocs.horse,
// RPL_ISUPPORT), as far as the bot needs it, and the comparison of names that
// follows from it. Starts with what RFC 1459 prescribes.

enum irc_casemapping { IRC_ASCII, IRC_RFC1459, IRC_RFC1459_STRICT };

struct irc_isupport {
    enum irc_casemapping casemapping;
    size_t line_len; // bytes of a line with its end
    bool whox;
    bool monitor;        // MONITOR tells when a nick comes and goes
    char bot;            // the user mode of bots; '\0': none
    struct buf prefixes; // marks before a nick in NAMES, such as "@+"
};

void irc_isupport_init(struct irc_isupport *isupport);
void irc_isupport_finish(struct irc_isupport *isupport);

// Takes over the tokens of one 005.
void irc_isupport_read(struct irc_isupport *isupport, const struct irc_line *line);

// Replaces `folded` by the name in the form that is the same for equal names.
void irc_fold(const struct irc_isupport *isupport, struct slice name,
              struct buf *folded);

bool irc_same_name(const struct irc_isupport *isupport, struct slice a, struct slice b);

#endif
