// SPDX-License-Identifier: MIT
#include "base/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void) {
    fputs("level=error event=out_of_memory\n", stderr);
    _Exit(70);
}

void *mem_alloc(size_t count, size_t size) {
    void *items = calloc(count > 0 ? count : 1, size);
    if (items == NULL) {
        out_of_memory();
    }
    return items;
}

void *mem_resize(void *items, size_t count, size_t size) {
    assert(count > 0 && size > 0);
    if (count > SIZE_MAX / size) {
        out_of_memory();
    }
    void *moved = realloc(items, count * size);
    if (moved == NULL) {
        out_of_memory();
    }
    return moved;
}

void *mem_grow(void *items, size_t len, size_t *cap, size_t size) {
    if (len < *cap) {
        return items;
    }
    *cap = *cap < 8 ? 8 : *cap * 2;
    return mem_resize(items, *cap, size);
}

char *mem_copy(const char *text) {
    if (text == NULL) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    return memcpy(mem_alloc(size, 1), text, size);
}

char *mem_keep(const char **const *texts, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += *texts[i] != NULL ? strlen(*texts[i]) + 1 : 0;
    }
    char *copy = mem_alloc(size, 1);
    char *at = copy;
    for (size_t i = 0; i < count; i++) {
        if (*texts[i] != NULL) {
            size_t len = strlen(*texts[i]) + 1;
            memcpy(at, *texts[i], len);
            *texts[i] = at;
            at += len;
        }
    }
    return copy;
}
