// SPDX-License-Identifier: MIT
// Says many messages in a channel: plain talk, "!now" every fifth time, a question to
// the panel every hundredth; waits for the answers to "!now" as it goes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "irc.h"

enum { WINDOW = 100, EVERY_NOW = 5, EVERY_ASK = 50 };

static void say(struct irc *irc, const char *channel, long number) {
    char line[256];
    int len;
    if (number % EVERY_NOW == 0) {
        len = snprintf(line, sizeof line, "PRIVMSG %s :!now\r\n", channel);
    } else if (number % WINDOW == EVERY_ASK + 1) {
        len = snprintf(line, sizeof line, "PRIVMSG %s :!ask What about case %ld?\r\n",
                       channel, number);
    } else {
        len = snprintf(line, sizeof line,
                       "PRIVMSG %s :Somebody says thing %ld to somebody else\r\n",
                       channel, number);
    }
    irc_send(irc, line, (size_t)len);
}

static void wait_answers(struct irc *irc, const char *channel, int count) {
    while (count > 0) {
        const char *line = irc_line(irc);
        if (line == NULL) {
            fputs("answers did not come\n", stderr);
            exit(1);
        }
        count -= irc_is_message(line, channel) && strstr(line, " :Session 1") != NULL;
    }
}

int main(int argc, char **argv) {
    static struct irc irc;
    if (argc != 4 || strlen(argv[2]) > 64) {
        fputs("usage: bench_talk PORT CHANNEL MESSAGES\n", stderr);
        return 2;
    }
    irc_open(&irc, atoi(argv[1]), "talker", argv[2]);
    long messages = atol(argv[3]);
    for (long said = 0; said < messages; said += WINDOW) {
        for (long i = 0; i < WINDOW; i++) {
            say(&irc, argv[2], said + i);
        }
        wait_answers(&irc, argv[2], WINDOW / EVERY_NOW);
    }
    return 0;
}
