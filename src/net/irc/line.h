// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_LINE_H
#define USHER_NET_IRC_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

// One line of the IRC protocol taken apart (RFC 1459 2.3.1, IRCv3 message tags).
// All parts are borrowed from the text that was parsed.

enum { IRC_PARAMS_MAX = 15 }; // RFC 2812 2.3: the last takes what is left

struct irc_line {
    struct slice tags;   // without "@", still escaped; empty when there are none
    struct slice source; // without ":"; empty when there is none
    struct slice verb;
    struct slice params[IRC_PARAMS_MAX];
    size_t param_count;
};

// False when the text has no verb. The text has no line end.
bool irc_line_parse(struct slice text, struct irc_line *line);

// The parameter, or the empty slice when there are fewer.
struct slice irc_line_param(const struct irc_line *line, size_t index);

// Whether the line has the tag; of several with one name the last counts. `value`
// (may be NULL) is replaced by the unescaped value.
bool irc_line_tag(const struct irc_line *line, const char *name, struct buf *value);

// Takes the first `key[=value]` off the front of tags; false when none is left.
// The value is still escaped.
bool irc_line_take_tag(struct slice *tags, struct slice *key, struct slice *value);

// Replaces `value` by the escaped tag value in plain (IRCv3 message tags).
void irc_line_unescape(struct slice escaped, struct buf *value);

// The three digits of a numeric answer, 0 for any other verb.
int irc_line_numeric(const struct irc_line *line);

// `nick!user@host`, each part empty where it is missing.
struct irc_source {
    struct slice nick, user, host;
};

struct irc_source irc_source_split(struct slice source);

// The nick that the line comes from.
struct slice irc_line_nick(const struct irc_line *line);

#endif
