// SPDX-License-Identifier: MIT
#include "net/irc/text.h"

#include <string.h>

#include "base/utf8.h"

static bool is_control(char c) {
    return (unsigned char)c < 0x20 || c == 0x7f;
}

// How much of the text goes into a line of at most `max` bytes.
static size_t fitting(struct slice text, size_t max) {
    size_t whole = utf8_prefix(text, max);
    if (whole == text.len || text.data[whole] == ' ') {
        return whole;
    }
    size_t word = whole;
    while (word > 0 && text.data[word - 1] != ' ') {
        word--;
    }
    while (word > 0 && text.data[word - 1] == ' ') {
        word--;
    }
    if (word > 0) {
        return word;
    }
    return whole > 0 ? whole : max; // stray continuation bytes only
}

static void add_visible(struct buf *line, struct slice text) {
    while (text.len > 0) {
        size_t run = 0;
        while (run < text.len && !is_control(text.data[run])) {
            run++;
        }
        buf_add(line, text.data, run);
        text = slice_from(text, run + 1);
    }
}

bool irc_text_take_line(struct slice *rest, size_t max, struct buf *line) {
    buf_clear(line);
    while (rest->len > 0 && line->len == 0) {
        const char *end = memchr(rest->data, '\n', rest->len);
        struct slice whole = {rest->data,
                              end != NULL ? (size_t)(end - rest->data) : rest->len};
        size_t len = fitting(whole, max);
        add_visible(line, (struct slice){whole.data, len});
        while (len < whole.len && whole.data[len] == ' ') {
            len++;
        }
        *rest = slice_from(*rest, len == whole.len ? len + 1 : len);
        while (line->len > 0 && line->data[line->len - 1] == ' ') {
            line->data[--line->len] = '\0';
        }
    }
    return line->len > 0;
}

enum irc_text_kind irc_text_unframe(struct slice *text) {
    if (text->len == 0 || text->data[0] != '\x01') {
        return IRC_TEXT_PLAIN;
    }
    *text = slice_from(*text, 1);
    if (text->len > 0 && text->data[text->len - 1] == '\x01') {
        text->len--;
    }
    if (!slice_starts_nocase(*text, "ACTION ")) {
        return IRC_TEXT_CTCP;
    }
    *text = slice_from(*text, strlen("ACTION "));
    return IRC_TEXT_ACTION;
}

static size_t digits_at(struct slice text, const char *alphabet, size_t max) {
    size_t len = 0;
    while (len < max && len < text.len && text.data[len] != '\0' &&
           strchr(alphabet, text.data[len]) != NULL) {
        len++;
    }
    return len;
}

// Length of the "FOREGROUND[,BACKGROUND]" that follows a colour code.
static size_t colour_at(struct slice text, const char *alphabet, size_t max) {
    size_t len = digits_at(text, alphabet, max);
    if (len > 0 && len < text.len && text.data[len] == ',') {
        size_t more = digits_at(slice_from(text, len + 1), alphabet, max);
        len += more > 0 ? more + 1 : 0;
    }
    return len;
}

// Length of the formatting code at the start of the text, 0 where there is none.
static size_t code_at(struct slice text) {
    switch (text.data[0]) {
    case 0x03:
        return 1 + colour_at(slice_from(text, 1), "0123456789", 2);
    case 0x04:
        return 1 + colour_at(slice_from(text, 1), "0123456789abcdefABCDEF", 6);
    case 0x02: // bold, reset, monospace, reverse, italics, strike, underline
    case 0x0f:
    case 0x11:
    case 0x16:
    case 0x1d:
    case 0x1e:
    case 0x1f:
        return 1;
    default:
        return 0;
    }
}

void irc_text_unformat(struct slice text, struct buf *plain) {
    buf_clear(plain);
    while (text.len > 0) {
        size_t run = 0;
        while (run < text.len && code_at(slice_from(text, run)) == 0) {
            run++;
        }
        buf_add(plain, text.data, run);
        text = slice_from(text, run);
        text = slice_from(text, text.len > 0 ? code_at(text) : 0);
    }
}
