// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_QUESTIONS_JSON_H
#define USHER_FORMATS_QUESTIONS_JSON_H

#include "base/buf.h"
#include "store/store.h"

// Appends the export of a workshop's questions, version 1 (DESIGN "Export (JSON)"):
// by number, times in RFC 3339 UTC.
enum err questions_json_write(struct store *store, const char *workshop,
                              int64_t exported_ms, struct buf *out) ATTR_MUST_USE;

#endif
