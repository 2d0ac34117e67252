// SPDX-License-Identifier: MIT
#include "net/irc/position.h"

#include <stdlib.h>

#include "base/civil.h"

enum { MSGID_BYTES_MAX = 256 }; // a request must fit a line

void irc_position_finish(struct irc_position *position) {
    free(position->msgid);
    *position = (struct irc_position){0};
}

static bool is_word(struct slice text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] <= ' ' || text.data[i] > '~') {
            return false;
        }
    }
    return text.len > 0 && text.len <= MSGID_BYTES_MAX;
}

void irc_position_set(struct irc_position *position, int64_t time_ms,
                      struct slice msgid) {
    char *copy = is_word(msgid) ? slice_copy(msgid) : NULL;
    free(position->msgid);
    *position = (struct irc_position){true, time_ms, copy};
}

bool irc_position_parse(struct irc_position *position, const char *text) {
    struct slice rest = slice_of(text);
    int64_t time_ms = 0;
    if (civil_parse_rfc3339(slice_take_word(&rest), &time_ms) != OK ||
        (rest.len > 0 && !is_word(rest))) {
        irc_position_finish(position);
        return false;
    }
    irc_position_set(position, time_ms, rest);
    return true;
}

void irc_position_add_time(struct buf *out, int64_t time_ms) {
    int64_t milliseconds = ((time_ms % 1000) + 1000) % 1000;
    struct civil c = civil_from_seconds((time_ms - milliseconds) / 1000);
    buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day,
               c.hour, c.minute, c.second, (int)milliseconds);
}

void irc_position_write(const struct irc_position *position, struct buf *text) {
    buf_clear(text);
    irc_position_add_time(text, position->time_ms);
    if (position->msgid != NULL) {
        buf_add_char(text, ' ');
        buf_add_str(text, position->msgid);
    }
}
