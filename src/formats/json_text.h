// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_JSON_TEXT_H
#define USHER_FORMATS_JSON_TEXT_H

#include "base/buf.h"
#include "base/error.h"

struct cJSON;

// Appends the tree as readable text with a final line end, and frees the tree.
// ERR_LIMIT when it can't be printed; then nothing is appended.
enum err json_text_take(struct cJSON *root, struct buf *out) ATTR_MUST_USE;

#endif
