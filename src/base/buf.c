// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void reserve(struct buf *buf, size_t more) {
    size_t need = buf->len + more + 1;
    if (need <= buf->cap) {
        return;
    }
    size_t cap = buf->cap < 64 ? 64 : buf->cap;
    while (cap < need) {
        cap *= 2;
    }
    buf->data = mem_resize(buf->data, cap, 1);
    buf->cap = cap;
}

void buf_finish(struct buf *buf) {
    free(buf->data);
    *buf = (struct buf){0};
}

void buf_clear(struct buf *buf) {
    buf->len = 0;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

void buf_add(struct buf *buf, const void *bytes, size_t len) {
    if (len == 0) {
        return;
    }
    reserve(buf, len);
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_add_str(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text));
}

void buf_add_slice(struct buf *buf, struct slice text) {
    buf_add(buf, text.data, text.len);
}

void buf_add_char(struct buf *buf, char c) {
    buf_add(buf, &c, 1);
}

void buf_add_number(struct buf *buf, int64_t number) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)number);
    buf_add(buf, digits, (size_t)len);
}

void buf_vprintf(struct buf *buf, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, arguments);
    assert(len >= 0);
    reserve(buf, (size_t)len);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
    va_end(again);
    buf->len += (size_t)len;
}

void buf_printf(struct buf *buf, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buf_vprintf(buf, format, arguments);
    va_end(arguments);
}

void buf_drop(struct buf *buf, size_t len) {
    if (len >= buf->len) {
        buf_clear(buf);
        return;
    }
    memmove(buf->data, buf->data + len, buf->len - len + 1);
    buf->len -= len;
}

const char *buf_str(const struct buf *buf) {
    return buf->data != NULL ? buf->data : "";
}

struct slice buf_slice(const struct buf *buf) {
    return (struct slice){buf_str(buf), buf->len};
}

char *buf_take(struct buf *buf) {
    char *text = buf->data != NULL ? buf->data : mem_copy("");
    *buf = (struct buf){0};
    return text;
}

char *str_printf(const char *format, ...) {
    struct buf text = {0};
    va_list arguments;
    va_start(arguments, format);
    buf_vprintf(&text, format, arguments);
    va_end(arguments);
    return buf_take(&text);
}
