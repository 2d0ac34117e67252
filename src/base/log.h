// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_LOG_H
#define USHER_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

// One line an event on standard error: `level=info event=ready network=itu`.
// Values with blanks, quotes or control characters are quoted and escaped.
// error: the operator must act; warn: an oddity that was handled; info: life
// cycle; debug: off unless asked for. Secrets are never logged; text of people
// only at debug. Who handles an error logs it, once.

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
    const char *key;
    const char *text; // NULL: the number counts
    int64_t number;
};

// Fields of a line, for the macro below: LOG(LOG_INFO, "joined", LOG_S("room", r)).
#define LOG_S(field_key, field_text)             \
    (struct log_field) {                         \
        .key = (field_key), .text = (field_text) \
    }
#define LOG_N(field_key, field_number)                        \
    (struct log_field) {                                      \
        .key = (field_key), .number = (int64_t)(field_number) \
    }
#define LOG(level, event, ...)                                           \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__}, \
              sizeof((const struct log_field[]){__VA_ARGS__}) /          \
                  sizeof(struct log_field))

void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);

// Lines above this level are not written; LOG_INFO at the start.
void log_set_level(enum log_level level);

#endif
