// SPDX-License-Identifier: MIT
// Asks "!now" in a channel and measures how long the answer takes: one at a time,
// then a burst at once. Prints "P50_US P99_US BURST_US".
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "irc.h"

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void wait_answer(struct irc *irc, const char *channel) {
    const char *line;
    do {
        line = irc_line(irc);
        if (line == NULL) {
            fputs("an answer did not come\n", stderr);
            exit(1);
        }
    } while (!irc_is_message(line, channel));
}

static int64_t ask_once(struct irc *irc, const char *channel, const char *ask,
                        size_t len) {
    int64_t start = now_us();
    irc_send(irc, ask, len);
    wait_answer(irc, channel);
    return now_us() - start;
}

static int64_t ask_burst(struct irc *irc, const char *channel, const char *ask,
                         int count) {
    size_t len = strlen(ask);
    char *all = malloc(len * (size_t)count);
    for (int i = 0; i < count; i++) {
        memcpy(all + len * (size_t)i, ask, len);
    }
    int64_t start = now_us();
    irc_send(irc, all, len * (size_t)count);
    free(all);
    for (int i = 0; i < count; i++) {
        wait_answer(irc, channel);
    }
    return now_us() - start;
}

int main(int argc, char **argv) {
    enum { ROUNDS_MAX = 100000 };
    static struct irc irc;
    if (argc != 5) {
        fputs("usage: bench_measure PORT CHANNEL ROUNDS BURST\n", stderr);
        return 2;
    }
    const char *channel = argv[2];
    int rounds = atoi(argv[3]);
    char ask[128];
    int len = snprintf(ask, sizeof ask, "PRIVMSG %s :!now\r\n", channel);
    if (rounds < 1 || rounds > ROUNDS_MAX || len >= (int)sizeof ask) {
        return 2;
    }
    irc_open(&irc, atoi(argv[1]), "asker", channel);
    int64_t *taken = malloc((size_t)rounds * sizeof *taken);
    for (int i = 0; i < rounds; i++) {
        taken[i] = ask_once(&irc, channel, ask, (size_t)len);
    }
    qsort(taken, (size_t)rounds, sizeof *taken, compare);
    int burst = atoi(argv[4]);
    int64_t burst_us = burst > 0 ? ask_burst(&irc, channel, ask, burst) : 0;
    printf("%lld %lld %lld\n", (long long)taken[rounds / 2],
           (long long)taken[rounds * 99 / 100], (long long)burst_us);
    free(taken);
    return 0;
}
