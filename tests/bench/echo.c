// SPDX-License-Identifier: MIT
// The floor: answers every "!now" in the channel with a line as long as usher's.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "irc.h"

int main(int argc, char **argv) {
    static struct irc irc;
    if (argc != 4) {
        fputs("usage: bench_echo PORT CHANNEL ANSWER\n", stderr);
        return 2;
    }
    const char *channel = argv[2];
    char answer[600];
    int len =
        snprintf(answer, sizeof answer, "PRIVMSG %s :%.400s\r\n", channel, argv[3]);
    irc_open(&irc, atoi(argv[1]), "echo", channel);
    const char *line;
    while ((line = irc_line(&irc)) != NULL) {
        if (irc_is_message(line, channel) && strstr(line, " :!now") != NULL) {
            irc_send(&irc, answer, (size_t)len);
        }
    }
    return 0;
}
