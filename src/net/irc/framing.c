// SPDX-License-Identifier: MIT
#include "net/irc/framing.h"

#include <string.h>

#include "base/limits.h"

void irc_framing_finish(struct irc_framing *framing) {
    buf_finish(&framing->bytes);
    *framing = (struct irc_framing){0};
}

void irc_framing_add(struct irc_framing *framing, const char *bytes, size_t len) {
    buf_drop(&framing->bytes, framing->at);
    framing->at = 0;
    buf_add(&framing->bytes, bytes, len);
}

static void drop_overlong(struct irc_framing *framing) {
    if (framing->bytes.len - framing->at > LIMIT_IRC_LINE_BYTES) {
        framing->at = framing->bytes.len;
        framing->discarding = true;
    }
}

static bool take_line(struct irc_framing *framing, struct slice *line) {
    struct slice rest = slice_from(buf_slice(&framing->bytes), framing->at);
    const char *end = rest.len > 0 ? memchr(rest.data, '\n', rest.len) : NULL;
    if (end == NULL) {
        drop_overlong(framing);
        return false;
    }
    *line = (struct slice){rest.data, (size_t)(end - rest.data)};
    framing->at += line->len + 1;
    while (line->len > 0 && line->data[line->len - 1] == '\r') {
        line->len--;
    }
    return true;
}

static bool is_usable(const struct slice *line) {
    return line->len <= LIMIT_IRC_LINE_BYTES &&
           memchr(line->data, '\0', line->len) == NULL &&
           memchr(line->data, '\r', line->len) == NULL;
}

bool irc_framing_next(struct irc_framing *framing, struct slice *line) {
    while (take_line(framing, line)) {
        if (line->len == 0 && !framing->discarding) {
            continue;
        }
        if (!framing->discarding && is_usable(line)) {
            return true;
        }
        framing->discarding = false;
        framing->discarded++;
    }
    return false;
}
