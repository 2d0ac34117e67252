// SPDX-License-Identifier: MIT
#include "formats/json_file.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/table.h"
#include "formats/file_text.h"
#include "formats/json_scan.h"

struct json_line {
    uintptr_t address; // of the cJSON value
    size_t line;
};

void json_file_finish(struct json_file *file) {
    free(file->name);
    cJSON_Delete(file->root);
    free(file->lines);
    *file = (struct json_file){0};
}

void json_pointer_add_key(struct buf *pointer, const char *key) {
    buf_add_char(pointer, '/');
    for (; *key != '\0'; key++) {
        if (*key == '~') {
            buf_add_str(pointer, "~0");
        } else if (*key == '/') {
            buf_add_str(pointer, "~1");
        } else {
            buf_add_char(pointer, *key);
        }
    }
}

void json_pointer_add_index(struct buf *pointer, size_t index) {
    buf_printf(pointer, "/%zu", index);
}

void json_pointer_cut(struct buf *pointer, size_t len) {
    if (pointer->data != NULL) {
        pointer->len = len;
        pointer->data[len] = '\0';
    }
}

static int compare_lines(const void *left, const void *right) {
    uintptr_t a = ((const struct json_line *)left)->address;
    uintptr_t b = ((const struct json_line *)right)->address;
    return (a > b) - (a < b);
}

static size_t line_of(const struct json_file *file, const cJSON *value) {
    struct json_line wanted = {.address = (uintptr_t)value};
    const struct json_line *hit = file->line_count == 0
                                      ? NULL
                                      : bsearch(&wanted, file->lines, file->line_count,
                                                sizeof wanted, compare_lines);
    return hit != NULL ? hit->line : 1;
}

// The child that the next part of the pointer names.
static const cJSON *step(const cJSON *value, struct slice part) {
    if (cJSON_IsArray(value)) {
        int64_t index = 0;
        return slice_to_number(part, &index) && index < INT32_MAX
                   ? cJSON_GetArrayItem(value, (int)index)
                   : NULL;
    }
    const cJSON *child = NULL;
    cJSON_ArrayForEach(child, value) {
        struct buf key = {0};
        json_pointer_add_key(&key, child->string != NULL ? child->string : "");
        bool same = slice_equal(slice_from(buf_slice(&key), 1), part);
        buf_finish(&key);
        if (same) {
            return child;
        }
    }
    return NULL;
}

size_t json_file_line(const struct json_file *file, const char *pointer) {
    const cJSON *value = file->root;
    struct slice rest = slice_from(slice_of(pointer), 1);
    struct slice part;
    while (value != NULL && slice_take_until(&rest, '/', &part)) {
        const cJSON *child = step(value, part);
        if (child == NULL) {
            break;
        }
        value = child;
    }
    return line_of(file, value);
}

void json_file_mistake(const struct json_file *file, struct mistakes *mistakes,
                       const char *pointer, const char *found, const char *expected) {
    bool kept = mistakes_has_room(mistakes);
    struct place place = {
        .file = file->name,
        .line = kept ? json_file_line(file, pointer) : 0,
        .pointer = pointer,
    };
    mistakes_add(mistakes, &place, found, expected);
}

void json_file_warn(const struct json_file *file, struct mistakes *mistakes,
                    const char *pointer, const char *sentence) {
    bool kept = mistakes_has_room(mistakes);
    struct place place = {
        .file = file->name,
        .line = kept ? json_file_line(file, pointer) : 0,
        .pointer = pointer,
    };
    mistakes_warn(mistakes, &place, sentence);
}

// Both go parents first and in the order of the text.
static void pair_lines(struct json_file *file, const cJSON *value,
                       const struct json_scan *scan) {
    for (; value != NULL && file->line_count < scan->count; value = value->next) {
        size_t i = file->line_count++;
        file->lines[i] = (struct json_line){(uintptr_t)value, scan->lines[i]};
        pair_lines(file, value->child, scan);
    }
}

static void check_key(const struct json_file *file, const cJSON *member,
                      const struct buf *pointer, struct table *seen,
                      struct mistakes *mistakes) {
    static char present;
    if (table_set(seen, member->string, &present) != NULL) {
        struct place place = {file->name, line_of(file, member), buf_str(pointer)};
        mistakes_add(mistakes, &place, "a key that is there already", "each key once");
    }
}

static void check_keys(const struct json_file *file, const cJSON *value,
                       struct buf *pointer, struct mistakes *mistakes) {
    struct table seen = {0};
    size_t index = 0;
    const size_t len = pointer->len;
    for (const cJSON *child = value->child; child != NULL;
         child = child->next, index++) {
        if (cJSON_IsArray(value)) {
            json_pointer_add_index(pointer, index);
        } else {
            json_pointer_add_key(pointer, child->string);
            check_key(file, child, pointer, &seen, mistakes);
        }
        check_keys(file, child, pointer, mistakes);
        json_pointer_cut(pointer, len);
    }
    table_finish(&seen);
}

static enum err build(struct json_file *file, const struct buf *text,
                      const struct json_scan *scan, struct mistakes *mistakes) {
    file->root = cJSON_ParseWithLength(text->data, text->len);
    if (file->root == NULL) {
        struct place place = {file->name, 1, ""};
        mistakes_add(mistakes, &place, "text that can't be parsed", "JSON");
        return ERR_INVALID;
    }
    file->lines = mem_alloc(scan->count, sizeof *file->lines);
    pair_lines(file, file->root, scan);
    qsort(file->lines, file->line_count, sizeof *file->lines, compare_lines);
    struct buf pointer = {0};
    check_keys(file, file->root, &pointer, mistakes);
    buf_finish(&pointer);
    return OK;
}

enum err json_file_parse(struct json_file *file, const char *name, struct slice text,
                         struct mistakes *mistakes) {
    *file = (struct json_file){.name = mem_copy(name)};
    struct json_scan scan = {0};
    struct buf copy = {0};
    buf_add_slice(&copy, text);
    enum err err = json_scan(copy.data, copy.len, &scan);
    if (err == OK) {
        err = build(file, &copy, &scan, mistakes);
    } else {
        struct place place = {name, scan.line, ""};
        mistakes_add(mistakes, &place, scan.found, scan.expected);
    }
    json_scan_finish(&scan);
    buf_finish(&copy);
    return err;
}

enum err json_file_read(struct json_file *file, const char *path,
                        struct mistakes *mistakes) {
    struct buf text = {0};
    struct error error = {0};
    enum err err = file_text_read(path, LIMIT_FILE_BYTES, &text, &error);
    if (err == OK) {
        err = json_file_parse(file, path, buf_slice(&text), mistakes);
    } else {
        *file = (struct json_file){.name = mem_copy(path)};
        struct place place = {path, 1, ""};
        mistakes_add(mistakes, &place, error_text(&error), "a file that can be read");
        err = ERR_INVALID;
    }
    error_finish(&error);
    buf_finish(&text);
    return err;
}
