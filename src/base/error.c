// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"

enum err error_set(struct error *error, enum err code, const char *format, ...) {
    if (error == NULL) {
        return code;
    }
    struct buf text = {0};
    va_list arguments;
    va_start(arguments, format);
    buf_vprintf(&text, format, arguments);
    va_end(arguments);
    error_finish(error);
    error->code = code;
    error->text = buf_take(&text);
    return code;
}

const char *error_text(const struct error *error) {
    return error->text != NULL ? error->text : "unknown error";
}

void error_finish(struct error *error) {
    free(error->text);
    *error = (struct error){0};
}
