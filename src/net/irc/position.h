// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_POSITION_H
#define USHER_NET_IRC_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

// How far a room has been heard: when the last message in it was said by the server's
// clock, and its id. Kept as "TIMESTAMP MSGID", or without the id where there was
// none. Zeroed is unknown.

struct irc_position {
    bool known;
    int64_t time_ms;
    char *msgid; // NULL: none
};

void irc_position_finish(struct irc_position *position);

// The id is copied; one that can't stand in a command is left out.
void irc_position_set(struct irc_position *position, int64_t time_ms,
                      struct slice msgid);

// False, and unknown, when the text is none.
bool irc_position_parse(struct irc_position *position, const char *text);
void irc_position_write(const struct irc_position *position, struct buf *text);

// Appends the form that CHATHISTORY asks for: "2015-09-08T12:30:00.000Z".
void irc_position_add_time(struct buf *out, int64_t time_ms);

#endif
