// SPDX-License-Identifier: MIT
#include "irc.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static _Noreturn void give_up(const char *what) {
    perror(what);
    exit(1);
}

static void quick(int fd) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void irc_send(struct irc *irc, const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t sent = send(irc->fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0) {
            give_up("send");
        }
        bytes += sent;
        len -= (size_t)sent;
    }
}

static char *take_line(struct irc *irc) {
    char *start = irc->in + irc->at;
    char *end = memchr(start, '\n', irc->len - irc->at);
    if (end == NULL) {
        return NULL;
    }
    irc->at = (size_t)(end - irc->in) + 1;
    *end = '\0';
    if (end > start && end[-1] == '\r') {
        end[-1] = '\0';
    }
    return start;
}

static bool read_more(struct irc *irc) {
    memmove(irc->in, irc->in + irc->at, irc->len - irc->at);
    irc->len -= irc->at;
    irc->at = 0;
    ssize_t got = recv(irc->fd, irc->in + irc->len, sizeof irc->in - irc->len, 0);
    quick(irc->fd);
    irc->len += got > 0 ? (size_t)got : 0;
    return got > 0;
}

char *irc_line(struct irc *irc) {
    for (;;) {
        char *line = take_line(irc);
        if (line == NULL) {
            if (!read_more(irc)) {
                return NULL;
            }
        } else if (strncmp(line, "PING ", 5) == 0) {
            line[1] = 'O';
            irc_send(irc, line, strlen(line));
            irc_send(irc, "\r\n", 2);
        } else {
            return line;
        }
    }
}

bool irc_is_message(const char *line, const char *channel) {
    const char *command = strchr(line, ' ');
    size_t len = strlen(channel);
    return command != NULL && strncmp(command, " PRIVMSG ", 9) == 0 &&
           strncmp(command + 9, channel, len) == 0 && command[9 + len] == ' ';
}

void irc_open(struct irc *irc, int port, const char *nick, const char *channel) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((unsigned short)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    // An answer that does not come is an end: of a peer that lost it.
    struct timeval patience = {.tv_sec = 60};
    *irc = (struct irc){.fd = socket(AF_INET, SOCK_STREAM, 0)};
    setsockopt(irc->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(irc->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        give_up("connect");
    }
    quick(irc->fd);
    dprintf(irc->fd, "NICK %s\r\nUSER %s 0 * :%s\r\nJOIN %s\r\n", nick, nick, nick,
            channel);
    for (const char *line = irc_line(irc); strstr(line, " 366 ") == NULL;) {
        line = irc_line(irc);
        if (line == NULL) {
            give_up("join");
        }
    }
}
