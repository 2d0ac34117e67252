// SPDX-License-Identifier: MIT
#include "written.h"

#include <string.h>

#include "expect.h"

enum {
    LINE_BYTES = 512,
    LINE_BYTES_MOST = 8192, // that LINELEN may grant
    TAGS_BYTES = 4096,
};

// A line that begins otherwise is made of somebody's text.
static const char *const verbs[] = {
    "PASS",   "CAP",   "NICK",    "USER",    "AUTHENTICATE", "JOIN",     "PART",
    "PING",   "PONG",  "PRIVMSG", "NOTICE",  "WHO",          "WHOIS",    "MODE",
    "NAMES",  "TOPIC", "MONITOR", "WATCH",   "CHATHISTORY",  "MARKREAD", "ISON",
    "TAGMSG", "KNOCK", "INVITE",  "SETNAME", "QUIT",
};

void written_connected(struct written *written) {
    written->line_max = LINE_BYTES;
}

void written_stopping(struct written *written) {
    written->stopping = true;
}

void written_told(struct written *written, struct slice line) {
    static const char token[] = "LINELEN=";
    for (; line.len >= sizeof token; line = slice_from(line, 1)) {
        if (memcmp(line.data, token, strlen(token)) != 0) {
            continue;
        }
        size_t len = 0;
        for (size_t i = strlen(token); i < line.len && len < LINE_BYTES_MOST; i++) {
            char c = line.data[i];
            if (c < '0' || c > '9') {
                break;
            }
            len = len * 10 + (size_t)(c - '0');
        }
        if (len > written->line_max && len <= LINE_BYTES_MOST) {
            written->line_max = len;
        }
    }
}

static void check_verb(const struct written *written, struct slice line) {
    struct slice verb = slice_take_word(&line);
    size_t i = 0;
    while (i < sizeof verbs / sizeof verbs[0] && !slice_is(verb, verbs[i])) {
        i++;
    }
    expect(i < sizeof verbs / sizeof verbs[0], "a line that is no command");
    expect(written->stopping || !slice_is(verb, "QUIT"), "QUIT without a stop");
}

// The line without its line end.
static void check_line(const struct written *written, struct slice line) {
    expect(memchr(line.data, '\0', line.len) == NULL, "a line with NUL in it");
    expect(memchr(line.data, '\r', line.len) == NULL, "a line with CR in it");
    if (line.len > 0 && line.data[0] == '@') {
        const char *space = memchr(line.data, ' ', line.len);
        expect(space != NULL, "tags without a command");
        size_t len = (size_t)(space - line.data) + 1;
        expect(len <= TAGS_BYTES, "too many tags");
        line = slice_from(line, len);
    }
    expect(line.len + strlen("\r\n") <= written->line_max, "a line that is too long");
    check_verb(written, line);
}

void written_check(struct written *written, struct slice bytes) {
    while (bytes.len > 0) {
        const char *end = memchr(bytes.data, '\n', bytes.len);
        expect(end != NULL, "a line without end");
        size_t len = (size_t)(end - bytes.data);
        expect(len > 0 && end[-1] == '\r', "a line that does not end with CR LF");
        check_line(written, (struct slice){bytes.data, len - 1});
        written->lines++;
        bytes = slice_from(bytes, len + 1);
    }
}
