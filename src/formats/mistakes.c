// SPDX-License-Identifier: MIT
#include "formats/mistakes.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { TEXT_BYTES_MAX = 400 };

void mistakes_finish(struct mistakes *mistakes) {
    for (size_t i = 0; i < mistakes->count; i++) {
        struct mistake *mistake = &mistakes->items[i];
        free(mistake->file);
        free(mistake->pointer);
        free(mistake->found);
        free(mistake->expected);
    }
    free(mistakes->items);
    *mistakes = (struct mistakes){0};
}

static char *shown(const char *text) {
    char *clean = utf8_clean(slice_of(text));
    struct slice whole = slice_of(clean);
    if (whole.len <= TEXT_BYTES_MAX) {
        return clean;
    }
    char *cut = str_printf("%.*s…", (int)utf8_prefix(whole, TEXT_BYTES_MAX), clean);
    free(clean);
    return cut;
}

bool mistakes_has_room(const struct mistakes *mistakes) {
    return mistakes->count < LIMIT_MISTAKES;
}

static void keep(struct mistakes *mistakes, const struct place *place,
                 const char *found, const char *expected) {
    if (!mistakes_has_room(mistakes)) {
        return;
    }
    mistakes->items = mem_grow(mistakes->items, mistakes->count, &mistakes->cap,
                               sizeof *mistakes->items);
    mistakes->items[mistakes->count++] = (struct mistake){
        .file = shown(place->file),
        .line = place->line,
        .pointer = shown(place->pointer[0] == '\0' ? "/" : place->pointer),
        .found = found == NULL ? NULL : shown(found),
        .expected = shown(expected),
    };
}

void mistakes_add(struct mistakes *mistakes, const struct place *place,
                  const char *found, const char *expected) {
    mistakes->mistake_count++;
    keep(mistakes, place, found, expected);
}

void mistakes_warn(struct mistakes *mistakes, const struct place *place,
                   const char *sentence) {
    mistakes->warning_count++;
    keep(mistakes, place, NULL, sentence);
}

void mistake_add_line(const struct mistake *mistake, struct buf *out) {
    buf_printf(out, "%s:%zu: %s: ", mistake->file, mistake->line, mistake->pointer);
    if (mistake->found == NULL) {
        buf_printf(out, "warning: %s", mistake->expected);
    } else {
        buf_printf(out, "found %s, expected %s", mistake->found, mistake->expected);
    }
}
