// SPDX-License-Identifier: MIT
#include "base/slice.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

struct slice slice_of(const char *text) {
    return (struct slice){text, text != NULL ? strlen(text) : 0};
}

bool slice_equal(struct slice a, struct slice b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool slice_is(struct slice a, const char *text) {
    return slice_equal(a, slice_of(text));
}

bool slice_is_nocase(struct slice a, const char *text) {
    return a.len == strlen(text) && slice_starts_nocase(a, text);
}

bool slice_starts_nocase(struct slice a, const char *prefix) {
    size_t len = strlen(prefix);
    return a.len >= len && (len == 0 || strncasecmp(a.data, prefix, len) == 0);
}

struct slice slice_trim(struct slice text) {
    while (text.len > 0 && is_blank(text.data[0])) {
        text = slice_from(text, 1);
    }
    while (text.len > 0 && is_blank(text.data[text.len - 1])) {
        text.len--;
    }
    return text;
}

struct slice slice_from(struct slice text, size_t offset) {
    if (offset > text.len) {
        offset = text.len;
    }
    return (struct slice){text.data != NULL ? text.data + offset : NULL,
                          text.len - offset};
}

struct slice slice_take_word(struct slice *rest) {
    struct slice text = slice_trim(*rest);
    size_t len = 0;
    while (len < text.len && !is_blank(text.data[len])) {
        len++;
    }
    *rest = slice_trim(slice_from(text, len));
    return (struct slice){text.data, len};
}

bool slice_take_until(struct slice *rest, char end, struct slice *taken) {
    if (rest->len == 0) {
        return false;
    }
    const char *found = memchr(rest->data, end, rest->len);
    size_t len = found != NULL ? (size_t)(found - rest->data) : rest->len;
    *taken = (struct slice){rest->data, len};
    *rest = slice_from(*rest, found != NULL ? len + 1 : len);
    return true;
}

bool slice_to_number(struct slice text, int64_t *number) {
    if (text.len == 0 || text.len > 18) {
        return false;
    }
    int64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    *number = value;
    return true;
}

int ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

void ascii_lower_all(char *text) {
    for (; *text != '\0'; text++) {
        *text = (char)ascii_lower(*text);
    }
}

char *slice_copy(struct slice text) {
    char *copy = mem_alloc(text.len + 1, 1);
    if (text.len > 0) {
        memcpy(copy, text.data, text.len);
    }
    return copy;
}
