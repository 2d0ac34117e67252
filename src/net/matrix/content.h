// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_CONTENT_H
#define USHER_NET_MATRIX_CONTENT_H

#include "core/message.h"

// The content of an m.room.message event as the bot sends it (client-server API v1.11,
// "Instant messaging", "Rich replies", "Threading", "Event replacements", "User and
// room mentions"): an m.notice, a reply where the target says so, the new text of an
// earlier message where it says that. It always says whom it mentions, mostly nobody,
// so that no name in a text pings anybody.

// As JSON; the caller frees. `html`: the same text; NULL: none. It is left out where
// the event would grow too large with it.
char *matrix_content(const struct target *target, const char *text, const char *html);

#endif
