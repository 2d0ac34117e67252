// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_FRAMING_H
#define USHER_NET_IRC_FRAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

// A stream of bytes cut into lines that end with LF or CR LF (RFC 1459 8). A
// line longer than LIMIT_IRC_LINE_BYTES is discarded up to its end, as is one with
// a NUL or a lone CR in it; empty lines are skipped. Zeroed is empty.

struct irc_framing {
    struct buf bytes;
    size_t at;        // start of what has not been handed out
    bool discarding;  // inside an over-long line
    size_t discarded; // lines
};

void irc_framing_finish(struct irc_framing *framing);

// Takes in bytes as they come; lines handed out before are no longer valid.
void irc_framing_add(struct irc_framing *framing, const char *bytes, size_t len);

// The next whole line, without its end; false when there is none yet.
bool irc_framing_next(struct irc_framing *framing, struct slice *line);

#endif
