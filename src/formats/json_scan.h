// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_JSON_SCAN_H
#define USHER_FORMATS_JSON_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

// Goes through JSON text (RFC 8259) once before a library parses it: says exactly
// where it is malformed, blanks out `//` comments, bounds depth and number of
// values, and notes the line of each value. It is stricter than cJSON: what passes
// here has one meaning only (no U+0000, no half of a surrogate pair, UTF-8).

struct json_scan {
    uint32_t *lines; // of every value, parents before children, in order
    size_t count, cap;
    uint32_t line;        // of the mistake
    char *found;          // of the mistake
    const char *expected; // likewise; static
};

// `text` has `len` bytes and a NUL behind them; comments in it are overwritten.
// ERR_INVALID with line, found and expected set. The caller finishes it either way.
enum err json_scan(char *text, size_t len, struct json_scan *scan) ATTR_MUST_USE;

void json_scan_finish(struct json_scan *scan);

#endif
