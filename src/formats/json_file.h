// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_JSON_FILE_H
#define USHER_FORMATS_JSON_FILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "formats/mistakes.h"

struct cJSON;

// A JSON file with `//` comments, parsed, that still knows on which line each of its
// values stands. Syntax errors and keys given twice are mistakes.

struct json_file {
    char *name;
    struct cJSON *root;      // NULL: could not be parsed
    struct json_line *lines; // by address of the value
    size_t line_count;
};

// ERR_INVALID when there is no tree; the mistake was added. A key given twice is a
// mistake too, but leaves a tree. The caller finishes the file either way.
enum err json_file_read(struct json_file *file, const char *path,
                        struct mistakes *mistakes) ATTR_MUST_USE;

// The same with the text at hand; `name` is what mistakes call it.
enum err json_file_parse(struct json_file *file, const char *name, struct slice text,
                         struct mistakes *mistakes) ATTR_MUST_USE;

void json_file_finish(struct json_file *file);

// The line of the value at an RFC 6901 pointer, or of the nearest value around it
// where there is none.
size_t json_file_line(const struct json_file *file, const char *pointer);

// Adds a mistake or warning about the value at the pointer.
void json_file_mistake(const struct json_file *file, struct mistakes *mistakes,
                       const char *pointer, const char *found, const char *expected);
void json_file_warn(const struct json_file *file, struct mistakes *mistakes,
                    const char *pointer, const char *sentence);

// Appends "/KEY" with ~ and / escaped (RFC 6901 section 3), and "/INDEX".
void json_pointer_add_key(struct buf *pointer, const char *key);
void json_pointer_add_index(struct buf *pointer, size_t index);
void json_pointer_cut(struct buf *pointer, size_t len); // back to a length it had

#endif
