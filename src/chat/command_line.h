// SPDX-License-Identifier: MIT
#ifndef USHER_CHAT_COMMAND_LINE_H
#define USHER_CHAT_COMMAND_LINE_H

#include <stdbool.h>

#include "core/message.h"

// Whether a message is a command, and which words it has. A command begins with
// "!", or with the bot's name ("usher: now", "usher, now", "@usher now", any case),
// or stands alone in a direct room.

enum addressing { ADDRESSED_BY_BANG, ADDRESSED_BY_NAME, ADDRESSED_DIRECTLY };

struct command_line {
    enum addressing addressing;
    struct slice word; // the command, may be empty
    struct slice rest; // what follows, trimmed
};

// False when the message is not meant for the bot. The slices point into the
// message's text.
bool command_line_parse(const struct incoming *incoming, struct command_line *line);

// Whether two words differ by one edit: a character put in, left out, changed, or
// two neighbours swapped. Case of ASCII letters does not count.
bool command_line_one_edit(struct slice word, const char *name);

#endif
