// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_LIBRARY_H
#define USHER_NET_IRC_LIBRARY_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"
#include "net/irc/line.h"

// libircclient as the dispatcher of what comes in. It never sees the network: its
// connection ends in a socket pair over which it is handed lines rebuilt so that
// nothing in them can stall or crash it. In the place of the source stands the
// number under which the parsed line waits, so that the handler gets that line, with
// tags, all parameters and full length. Lines are collected and handed over some at
// a time, in order: a system call a line would cost more than all the rest.

struct irc_library;

// Every line handed over has a source and the parameters that its verb needs.
struct irc_library_events {
    void (*message)(void *context, const struct irc_line *line); // target, text
    void (*join)(void *context, const struct irc_line *line);    // channel
    void (*part)(void *context, const struct irc_line *line);    // channel
    void (*kick)(void *context, const struct irc_line *line);    // channel, nick
    void (*nick)(void *context, const struct irc_line *line);    // nick
    void (*quit)(void *context, const struct irc_line *line);
    void (*notice)(void *context, const struct irc_line *line); // target, text
    void (*mode)(void *context, const struct irc_line *line);   // target, modes
    void (*invite)(void *context, const struct irc_line *line); // nick, channel
    void (*numeric)(void *context, int code, const struct irc_line *line);
};

// One for each connection. Fails with ERR_IO, or ERR_LIMIT when descriptors that
// select() can handle have run out. All handlers are given.
enum err irc_library_create(const struct irc_library_events *events, void *context,
                            struct irc_library **library,
                            struct error *error) ATTR_MUST_USE;

// Not from inside a handler. NULL is fine.
void irc_library_destroy(struct irc_library *library);

// Whether the line is of a kind that has a handler, and well-formed; it is called in
// this function or in the next flush. Until then the text of the line must stay.
bool irc_library_add(struct irc_library *library, const struct irc_line *line);

// Calls the handlers of all lines that still wait. ERR_IO when the library is out of
// order: then it is to be replaced.
enum err irc_library_flush(struct irc_library *library) ATTR_MUST_USE;

// Forgets lines that wait; may be called from inside a handler. NULL is fine.
void irc_library_discard(struct irc_library *library);

#endif
