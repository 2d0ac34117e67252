// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_BENCH_IRC_H
#define USHER_TESTS_BENCH_IRC_H

#include <stdbool.h>
#include <stddef.h>

// The least of an IRC client, for measuring: blocking, one connection, no checks
// that the server of the same run could fail.

struct irc {
    int fd;
    char in[65536];
    size_t len, at;
};

// Signs on and joins the channel; ends the program where that fails.
void irc_open(struct irc *irc, int port, const char *nick, const char *channel);
void irc_send(struct irc *irc, const char *bytes, size_t len);

// The next line without its end, answering PING by itself; NULL at the end of the
// connection. Borrowed until the next call.
char *irc_line(struct irc *irc);

// Whether the line is a PRIVMSG to the channel, and not said by `nick`.
bool irc_is_message(const char *line, const char *channel);

#endif
