// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_WATCH_H
#define USHER_NET_IRC_WATCH_H

#include <stdbool.h>
#include <stdint.h>

// Finds out that a connection is dead without having been closed. After a silence,
// or while something that was sent is not acknowledged, the server is asked (PING).
// It is dead when nothing at all comes for as long again; and, since it may talk on
// while it reads nothing, when the answer does not come in a longer time. Time is
// given by the caller.

enum {
    IRC_WATCH_SILENCE_MS = 60 * 1000,
    IRC_WATCH_ANSWER_MS = 5 * 60 * 1000, // a slow server has a lot to say before
};

struct irc_watch {
    int64_t heard_ms;
    int64_t asked_ms;
    bool asked;  // and not answered
    bool silent; // nothing has come since the start
};

enum irc_watch_verdict { IRC_WATCH_WELL, IRC_WATCH_ASK, IRC_WATCH_DEAD };

void irc_watch_start(struct irc_watch *watch, int64_t now_ms);
void irc_watch_heard(struct irc_watch *watch, int64_t now_ms); // anything
void irc_watch_answered(struct irc_watch *watch);              // PONG

// What to do now, and in *wait_ms when to look again. `open`: something sent waits
// for its acknowledgement. ASK is taken for done.
enum irc_watch_verdict irc_watch_look(struct irc_watch *watch, int64_t now_ms,
                                      bool open, int64_t *wait_ms);

#endif
