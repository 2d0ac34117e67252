// SPDX-License-Identifier: MIT
// In the place of base/log.h by the linker (--wrap): reads what is to be logged, for
// the sanitizers, and writes nothing.
#include <string.h>

#include "base/log.h"
#include "expect.h"

void __wrap_log_write(enum log_level level, const char *event,
                      const struct log_field *fields, size_t count);

void __wrap_log_write(enum log_level level, const char *event,
                      const struct log_field *fields, size_t count) {
    (void)level;
    expect(event[0] != '\0', "an event without name is logged");
    for (size_t i = 0; i < count; i++) {
        expect(fields[i].text == NULL || strlen(fields[i].text) < 64 * 1024,
               "an endless text is logged");
    }
}
