// SPDX-License-Identifier: MIT
#include "formats/json_text.h"

#include <cjson/cJSON.h>

enum err json_text_take(struct cJSON *root, struct buf *out) {
    char *text = cJSON_Print(root);
    cJSON_Delete(root);
    if (text == NULL) {
        return ERR_LIMIT;
    }
    buf_add_str(out, text);
    buf_add_char(out, '\n');
    cJSON_free(text);
    return OK;
}
