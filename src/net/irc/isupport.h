// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_ISUPPORT_H
#define USHER_NET_IRC_ISUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "net/irc/line.h"

// What the server says about itself in numeric 005 (modern.ircdocs.horse,
// RPL_ISUPPORT), as far as the bot needs it, and the comparison of names that
// follows from it. Starts with what RFC 1459 prescribes.

enum irc_casemapping { IRC_ASCII, IRC_RFC1459, IRC_RFC1459_STRICT };

// Whether a channel mode has a parameter (CHANMODES, PREFIX).
enum irc_mode_kind {
    IRC_MODE_LIST,     // with one: an entry of a list; without: shows the list
    IRC_MODE_ALWAYS,   // set and unset
    IRC_MODE_SET_ONLY, // set
    IRC_MODE_NEVER,
    IRC_MODE_MEMBER, // always: the nick of a member, such as an operator
    IRC_MODE_UNKNOWN,
};

struct irc_isupport {
    enum irc_casemapping casemapping;
    size_t line_len; // bytes of a line with its end
    bool whox;
    // Modes of members, the highest first, and their marks before a nick in NAMES, in
    // the same order: "ov" and "@+".
    struct buf member_modes;
    struct buf prefixes;
    struct buf modes[IRC_MODE_MEMBER]; // of the channel, by their kind
    uint64_t operator_modes;           // irc_mode_bit of `o` and of those above it
    int64_t history_max;               // lines CHATHISTORY gives at once; 0: no limit
    bool history_by_msgid;             // it takes ids of messages
    bool monitor;                      // MONITOR tells when a nick comes and goes
    char bot;                          // the user mode of bots; '\0': none
};

void irc_isupport_init(struct irc_isupport *isupport);
void irc_isupport_finish(struct irc_isupport *isupport);

// Takes over the tokens of one 005.
void irc_isupport_read(struct irc_isupport *isupport, const struct irc_line *line);

enum irc_mode_kind irc_isupport_mode(const struct irc_isupport *isupport, char mode);

// The bit of a mode, a letter, in a set of modes; 0 for anything else.
uint64_t irc_mode_bit(char mode);

// Takes the marks off the front of a nick of NAMES; the bits of the modes they stand
// for.
uint64_t irc_isupport_take_marks(const struct irc_isupport *isupport,
                                 struct slice *name);

// Replaces `folded` by the name in the form that is the same for equal names.
void irc_fold(const struct irc_isupport *isupport, struct slice name,
              struct buf *folded);

bool irc_same_name(const struct irc_isupport *isupport, struct slice a, struct slice b);

#endif
