// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static enum log_level max_level = LOG_INFO;
static const char *const level_names[] = {"error", "warn", "info", "debug"};

// Of a text with invalid bytes, or control characters beyond ASCII, all that is beyond
// ASCII is escaped.
static void add_quoted(struct buf *line, const char *text) {
    bool clean = utf8_is_clean(slice_of(text));
    buf_add_char(line, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            buf_printf(line, "\\%c", *c);
        } else if ((unsigned char)*c < 0x20 || *c == 0x7f ||
                   ((unsigned char)*c > 0x7f && !clean)) {
            buf_printf(line, "\\x%02x", (unsigned)(unsigned char)*c);
        } else {
            buf_add_char(line, *c);
        }
    }
    buf_add_char(line, '"');
}

static void add_value(struct buf *line, const char *text) {
    size_t plain = 0;
    while ((unsigned char)text[plain] > ' ' && text[plain] != 0x7f &&
           strchr("\"\\=", text[plain]) == NULL) {
        plain++;
    }
    if (plain > 0 && text[plain] == '\0' && utf8_is_clean(slice_of(text))) {
        buf_add_str(line, text);
    } else {
        add_quoted(line, text);
    }
}

void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count) {
    if (level > max_level) {
        return;
    }
    struct buf line = {0};
    buf_printf(&line, "level=%s event=%s", level_names[level], event);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&line, " %s=", fields[i].key);
        if (fields[i].text != NULL) {
            add_value(&line, fields[i].text);
        } else {
            buf_add_number(&line, fields[i].number);
        }
    }
    buf_add_char(&line, '\n');
    fwrite(line.data, 1, line.len, stderr);
    buf_finish(&line);
}

void log_set_level(enum log_level level) {
    max_level = level;
}
