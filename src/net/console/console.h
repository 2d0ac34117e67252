// SPDX-License-Identifier: MIT
#ifndef USHER_NET_CONSOLE_CONSOLE_H
#define USHER_NET_CONSOLE_CONSOLE_H

#include "net/network.h"

// The terminal as a network of one room: a line of standard input is a message of
// the current person, "ana" at first. `/as NAME` changes the person, `/dm TEXT`
// says a line directly, `/quit` or the end of input ends it. Standard output shows
// `[ROOM] TEXT` and `[dm NAME] TEXT`, a prefix a line.

struct network *console_create(const char *name, const char *room,
                               struct event_base *base,
                               const struct network_events *events, void *context);

#endif
