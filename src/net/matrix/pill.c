// SPDX-License-Identifier: MIT
#include "net/matrix/pill.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "net/matrix/api.h"

// Takes "ID)" off the front of *rest, as it is or percent-encoded (v1.11, "matrix.to
// navigation").
static bool take_link(const char **rest, const char *user) {
    struct buf encoded = {0};
    matrix_uri_add(&encoded, user);
    const char *const forms[] = {user, buf_str(&encoded)};
    bool taken = false;
    for (size_t i = 0; i < 2 && !taken; i++) {
        size_t len = strlen(forms[i]);
        taken = strncmp(*rest, forms[i], len) == 0 && (*rest)[len] == ')';
        *rest += taken ? len + 1 : 0;
    }
    buf_finish(&encoded);
    return taken;
}

char *matrix_pill_open(const char *text, const char *user) {
    static const char middle[] = "](https://matrix.to/#/";
    const char *rest = text[0] == '[' ? strstr(text, middle) : NULL;
    if (rest == NULL) {
        return mem_copy(text);
    }
    rest += sizeof middle - 1;
    return take_link(&rest, user) ? str_printf("%s%s", user, rest) : mem_copy(text);
}
