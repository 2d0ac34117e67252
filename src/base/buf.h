// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_BUF_H
#define USHER_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"

// A growing text or byte string; the one way strings are built. Zeroed is empty.
// It never cuts: who fills it from outside bounds the input first.
struct buf {
    char *data; // NUL-terminated once not NULL; owned
    size_t len; // without the NUL
    size_t cap;
};

void buf_finish(struct buf *buf); // frees and zeroes
void buf_clear(struct buf *buf);  // empties, keeps the memory
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_str(struct buf *buf, const char *text);
void buf_add_slice(struct buf *buf, struct slice text);
void buf_add_char(struct buf *buf, char c);
void buf_add_number(struct buf *buf, int64_t number);
void buf_printf(struct buf *buf, const char *format, ...) ATTR_PRINTF(2, 3);
void buf_vprintf(struct buf *buf, const char *format, va_list arguments)
    ATTR_PRINTF(2, 0);

// Drops `len` bytes (at most all) from the front.
void buf_drop(struct buf *buf, size_t len);

// The text, "" when empty; borrowed until the buffer changes.
const char *buf_str(const struct buf *buf);
struct slice buf_slice(const struct buf *buf);

// Hands the text over to the caller, who frees it; the buffer is empty after.
// Never NULL.
char *buf_take(struct buf *buf);

// A formatted string; the caller frees.
char *str_printf(const char *format, ...) ATTR_PRINTF(1, 2);

#endif
