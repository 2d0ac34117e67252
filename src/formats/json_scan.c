// SPDX-License-Identifier: MIT
#include "formats/json_scan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"

// cJSON copies a number into a buffer of 64 bytes and cuts what is longer.
enum { NUMBER_BYTES_MAX = 60, FOUND_BYTES_MAX = 24 };

struct scanner {
    char *text;
    size_t len, at;
    uint32_t line;
    int depth;
    struct json_scan *out;
};

void json_scan_finish(struct json_scan *scan) {
    free(scan->lines);
    free(scan->found);
    *scan = (struct json_scan){0};
}

static bool fail_with(struct scanner *s, char *take_found, const char *expected) {
    free(s->out->found);
    s->out->found = take_found;
    s->out->expected = expected;
    s->out->line = s->line;
    return false;
}

// Shows the word that stands where something else was expected.
static bool fail(struct scanner *s, const char *expected) {
    if (s->at >= s->len) {
        return fail_with(s, mem_copy("the end of the file"), expected);
    }
    struct slice rest = {s->text + s->at, s->len - s->at};
    size_t len = 1;
    while (len < rest.len && len < FOUND_BYTES_MAX &&
           strchr(" \t\r\n,:]}", rest.data[len]) == NULL) {
        len++;
    }
    len = utf8_prefix(rest, len);
    if (rest.data[0] == '\n' || rest.data[0] == '\r') {
        return fail_with(s, mem_copy("the end of the line"), expected);
    }
    return fail_with(s, str_printf("'%.*s'", (int)len, rest.data), expected);
}

static char peek(const struct scanner *s) {
    if (s->at < s->len) {
        return s->text[s->at];
    }
    return '\0';
}

static bool skip_char(struct scanner *s, char c) {
    if (s->at < s->len && s->text[s->at] == c) {
        s->at++;
        return true;
    }
    return false;
}

static void blank_comment(struct scanner *s) {
    while (s->at < s->len && s->text[s->at] != '\n') {
        s->text[s->at++] = ' ';
    }
}

static void skip_blank(struct scanner *s) {
    while (s->at < s->len) {
        char c = s->text[s->at];
        if (c == '/' && s->text[s->at + 1] == '/') {
            blank_comment(s);
        } else if (c == '\n') {
            s->line++;
            s->at++;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            s->at++;
        } else {
            return;
        }
    }
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool skip_digits(struct scanner *s) {
    size_t start = s->at;
    while (is_digit(peek(s))) {
        s->at++;
    }
    return s->at > start;
}

static bool scan_number(struct scanner *s) {
    size_t start = s->at;
    skip_char(s, '-');
    bool good = skip_char(s, '0') || skip_digits(s);
    if (good && skip_char(s, '.')) {
        good = skip_digits(s);
    }
    if (good && (skip_char(s, 'e') || skip_char(s, 'E'))) {
        if (!skip_char(s, '+')) {
            skip_char(s, '-');
        }
        good = skip_digits(s);
    }
    if (!good) {
        return fail(s, "a digit");
    }
    if (s->at - start > NUMBER_BYTES_MAX) {
        return fail_with(s, mem_copy("a number that is too long"),
                         "at most 60 characters");
    }
    return true;
}

// Four hexadecimal digits after "\u"; -1 when they are not there.
static int take_hex(struct scanner *s) {
    static const char digits[] = "0123456789abcdefABCDEF";
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const char *hit = peek(s) == '\0' ? NULL : strchr(digits, peek(s));
        if (hit == NULL) {
            return -1;
        }
        int digit = (int)(hit - digits);
        value = value * 16 + (digit < 16 ? digit : digit - 6);
        s->at++;
    }
    return value;
}

static bool scan_unicode_escape(struct scanner *s) {
    int first = take_hex(s);
    if (first < 0) {
        return fail(s, "four hexadecimal digits");
    }
    bool high = first >= 0xd800 && first <= 0xdbff;
    bool low = first >= 0xdc00 && first <= 0xdfff;
    if (high && skip_char(s, '\\') && skip_char(s, 'u')) {
        int second = take_hex(s);
        high = second < 0xdc00 || second > 0xdfff;
    }
    if (first == 0 || high || low) {
        return fail_with(s, mem_copy("an escape that is no character"),
                         "a character from U+0001, or a surrogate pair");
    }
    return true;
}

static bool scan_escape(struct scanner *s) {
    if (skip_char(s, 'u')) {
        return scan_unicode_escape(s);
    }
    if (peek(s) == '\0' || strchr("\"\\/bfnrt", peek(s)) == NULL) {
        return fail(s, "one of \" \\ / b f n r t u after \\");
    }
    s->at++;
    return true;
}

static bool scan_string(struct scanner *s) {
    if (!skip_char(s, '"')) {
        return fail(s, "a text in \"quotes\"");
    }
    size_t start = s->at;
    while (peek(s) != '"') {
        if ((unsigned char)peek(s) < 0x20) {
            return fail(s, "the closing \" of a text");
        }
        if (!skip_char(s, '\\')) {
            s->at++;
        } else if (!scan_escape(s)) {
            return false;
        }
    }
    if (!utf8_valid((struct slice){s->text + start, s->at - start})) {
        return fail_with(s, mem_copy("a text that is not UTF-8"), "UTF-8");
    }
    s->at++;
    return true;
}

static bool scan_word(struct scanner *s) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t len = strlen(words[i]);
        if (s->len - s->at >= len && memcmp(s->text + s->at, words[i], len) == 0) {
            s->at += len;
            return true;
        }
    }
    return fail(s, "a value");
}

static bool scan_value(struct scanner *s);

static bool scan_member(struct scanner *s) {
    if (!scan_string(s)) {
        return false;
    }
    skip_blank(s);
    if (!skip_char(s, ':')) {
        return fail(s, "':'");
    }
    return scan_value(s);
}

// The inside of an object or array, its opening bracket already taken.
static bool scan_items(struct scanner *s, char close, bool (*item)(struct scanner *)) {
    skip_blank(s);
    if (skip_char(s, close)) {
        return true;
    }
    while (true) {
        skip_blank(s);
        if (!item(s)) {
            return false;
        }
        skip_blank(s);
        if (skip_char(s, close)) {
            return true;
        }
        if (!skip_char(s, ',')) {
            return fail(s, close == '}' ? "',' or '}'" : "',' or ']'");
        }
    }
}

static bool note_line(struct scanner *s) {
    struct json_scan *out = s->out;
    if (out->count >= LIMIT_JSON_VALUES) {
        return fail_with(s, mem_copy("more values"), "at most a million in one file");
    }
    out->lines = mem_grow(out->lines, out->count, &out->cap, sizeof *out->lines);
    out->lines[out->count++] = s->line;
    return true;
}

static bool scan_value(struct scanner *s) {
    skip_blank(s);
    if (!note_line(s)) {
        return false;
    }
    char c = peek(s);
    if (c == '{' || c == '[') {
        if (++s->depth > LIMIT_JSON_DEPTH) {
            return fail_with(s, mem_copy("deeper nesting"), "at most 64 levels");
        }
        s->at++;
        bool good =
            c == '{' ? scan_items(s, '}', scan_member) : scan_items(s, ']', scan_value);
        s->depth--;
        return good;
    }
    if (c == '"') {
        return scan_string(s);
    }
    return c == '-' || is_digit(c) ? scan_number(s) : scan_word(s);
}

enum err json_scan(char *text, size_t len, struct json_scan *scan) {
    struct scanner s = {.text = text, .len = len, .line = 1, .out = scan};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        s.at = 3;
    }
    if (!scan_value(&s)) {
        return ERR_INVALID;
    }
    skip_blank(&s);
    if (s.at < s.len) {
        fail(&s, "nothing more");
        return ERR_INVALID;
    }
    return OK;
}
