// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_TEXT_H
#define USHER_NET_IRC_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

// The text of messages: from the bot's lines to lines that fit the protocol, and
// from what clients send to plain text.

// Takes the next line off the front of *rest and replaces `line` by it: at most
// `max` bytes (at least 4), cut between words where possible, always between
// characters; control characters, tabs too, are left out, so are empty lines. False at
// the end.
bool irc_text_take_line(struct slice *rest, size_t max, struct buf *line);

// What a PRIVMSG carries.
enum irc_text_kind { IRC_TEXT_PLAIN, IRC_TEXT_ACTION, IRC_TEXT_CTCP };

// Takes the CTCP frame off (modern.ircdocs.horse/ctcp); of an ACTION the word, too.
enum irc_text_kind irc_text_unframe(struct slice *text);

// Replaces `plain` by the text without the formatting that clients add (colours,
// bold and the like; modern.ircdocs.horse/formatting). Other control characters
// stay.
void irc_text_unformat(struct slice text, struct buf *plain);

#endif
