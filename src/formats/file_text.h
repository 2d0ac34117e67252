// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_FILE_TEXT_H
#define USHER_FORMATS_FILE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

// Files read whole, and secrets, which are files of one line that nobody else may
// read.

// Appends the file's bytes. ERR_NOT_FOUND, ERR_LIMIT (over `max` bytes), ERR_IO; the
// sentence says why without naming the file.
enum err file_text_read(const char *path, size_t max, struct buf *out,
                        struct error *error) ATTR_MUST_USE;

// The one line of a file of mode 0600 or stricter, without its line end. The caller
// frees. ERR_DENIED (others may read it), ERR_INVALID (not one line of text), and
// those above; the sentence never shows what the file holds.
enum err file_text_secret(const char *path, char **secret,
                          struct error *error) ATTR_MUST_USE;

// Whether it is a file of mode 0600 or stricter; the errors are those above.
enum err file_text_check_private(const char *path, struct error *error) ATTR_MUST_USE;

// `path` as seen from the folder that `file` is in. The caller frees.
char *file_text_beside(const char *file, const char *path);

#endif
