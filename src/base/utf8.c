// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/buf.h"

// Reads one character and steps over it; -1 for an invalid byte, stepping one.
static utf8proc_int32_t next_character(struct slice *rest) {
    utf8proc_int32_t character = -1;
    utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)rest->data,
                                            (utf8proc_ssize_t)rest->len, &character);
    *rest = slice_from(*rest, len > 0 ? (size_t)len : 1);
    return len > 0 ? character : -1;
}

static bool is_unwanted(utf8proc_int32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

char *utf8_clean(struct slice text) {
    struct buf clean = {0};
    while (text.len > 0) {
        const char *start = text.data;
        utf8proc_int32_t c = next_character(&text);
        if (c == -1) {
            buf_add_str(&clean, "\xef\xbf\xbd");
        } else if (c == '\n' || c == '\t' || c == '\r') {
            buf_add_char(&clean, ' ');
        } else if (!is_unwanted(c)) {
            buf_add(&clean, start, (size_t)(text.data - start));
        }
    }
    return buf_take(&clean);
}

bool utf8_is_clean(struct slice text) {
    while (text.len > 0) {
        if (is_unwanted(next_character(&text))) {
            return false;
        }
    }
    return true;
}

bool utf8_valid(struct slice text) {
    while (text.len > 0) {
        if (next_character(&text) == -1) {
            return false;
        }
    }
    return true;
}

size_t utf8_count(struct slice text) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    }
    return count;
}

size_t utf8_prefix(struct slice text, size_t max) {
    if (text.len <= max) {
        return text.len;
    }
    while (max > 0 && ((unsigned char)text.data[max] & 0xc0) == 0x80) {
        max--;
    }
    return max;
}

static bool is_word_character(utf8proc_int32_t c) {
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

static char *words_only(struct slice text) {
    struct buf words = {0};
    bool gap = false;
    while (text.len > 0) {
        const char *start = text.data;
        if (!is_word_character(next_character(&text))) {
            gap = words.len > 0;
            continue;
        }
        if (gap) {
            buf_add_char(&words, ' ');
            gap = false;
        }
        buf_add(&words, start, (size_t)(text.data - start));
    }
    return buf_take(&words);
}

char *utf8_fold(struct slice text) {
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t len = utf8proc_map(
        (const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.len, &folded,
        UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
            UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
    if (len < 0) {
        return words_only(text);
    }
    char *words = words_only((struct slice){(const char *)folded, (size_t)len});
    free(folded);
    return words;
}
