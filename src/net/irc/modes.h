// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_MODES_H
#define USHER_NET_IRC_MODES_H

#include <stdbool.h>

#include "net/irc/isupport.h"

// The changes in one MODE of a channel (RFC 2812 3.2.3): "+o-v ana ben". Which letters
// have a parameter is what the server said (CHANMODES, PREFIX).
//
//     struct irc_modes modes;
//     struct irc_mode mode;
//     irc_modes_start(&modes, isupport, line);
//     while (irc_modes_next(&modes, &mode)) { … }

struct irc_mode {
    char letter;
    bool set; // else unset
    enum irc_mode_kind kind;
    struct slice param; // empty where there is none
};

struct irc_modes {
    const struct irc_isupport *isupport; // borrowed, as is the line
    const struct irc_line *line;
    struct slice letters; // not read yet
    struct slice rest;    // of the last parameter, which holds all that are too many
    size_t next_param;
    bool set;
    bool doubtful; // letters and parameters don't fit: who got what is not known
};

// The line's parameters are the channel, the letters, then theirs.
void irc_modes_start(struct irc_modes *modes, const struct irc_isupport *isupport,
                     const struct irc_line *line);

// The next change; false at the end, which comes early where the rest can't be told.
// Then `doubtful` says whether any of them is sure.
bool irc_modes_next(struct irc_modes *modes, struct irc_mode *mode);

#endif
