// SPDX-License-Identifier: MIT
#include "net/irc/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const struct {
    const char *type;
    enum irc_batch_kind kind;
} types[] = {
    {"chathistory", IRC_BATCH_HISTORY},
    {"draft/chathistory-targets", IRC_BATCH_TARGETS},
};

static enum irc_batch_kind kind_of(struct slice type) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (slice_is(type, types[i].type)) {
            return types[i].kind;
        }
    }
    return IRC_BATCH_OTHER;
}

static void finish_batch(struct irc_batch *batch) {
    free(batch->reference);
    free(batch->target);
    free(batch->label);
}

void irc_batches_clear(struct irc_batches *batches) {
    for (size_t i = 0; i < batches->count; i++) {
        finish_batch(&batches->open[i]);
    }
    batches->count = 0;
}

void irc_batches_finish(struct irc_batches *batches) {
    irc_batches_clear(batches);
    buf_finish(&batches->tag);
}

void irc_batches_forget(struct irc_batches *batches, const struct irc_batch *batch) {
    size_t at = (size_t)(batch - batches->open);
    finish_batch(&batches->open[at]);
    batches->count--;
    memmove(&batches->open[at], &batches->open[at + 1],
            (batches->count - at) * sizeof batches->open[0]);
}

static const struct irc_batch *find(const struct irc_batches *batches,
                                    struct slice reference) {
    for (size_t i = 0; i < batches->count; i++) {
        if (slice_is(reference, batches->open[i].reference)) {
            return &batches->open[i];
        }
    }
    return NULL;
}

const struct irc_batch *irc_batches_of(struct irc_batches *batches,
                                       const struct irc_line *line) {
    return batches->count > 0 && irc_line_tag(line, "batch", &batches->tag)
               ? find(batches, buf_slice(&batches->tag))
               : NULL;
}

struct slice irc_batches_label(struct irc_batches *batches,
                               const struct irc_line *line) {
    const struct irc_batch *batch = irc_batches_of(batches, line);
    if (irc_line_tag(line, "label", &batches->tag)) {
        return buf_slice(&batches->tag);
    }
    return batch != NULL ? slice_of(batch->label) : (struct slice){0};
}

static struct slice reference_of(const struct irc_line *line, char sign) {
    struct slice reference = irc_line_param(line, 0);
    return reference.len > 1 && reference.data[0] == sign ? slice_from(reference, 1)
                                                          : (struct slice){0};
}

const struct irc_batch *irc_batches_begin(struct irc_batches *batches,
                                          const struct irc_line *line) {
    struct slice reference = reference_of(line, '+');
    if (reference.len == 0) {
        return NULL;
    }
    struct irc_batch begun = {.reference = slice_copy(reference),
                              .kind = kind_of(irc_line_param(line, 1)),
                              .target = slice_copy(irc_line_param(line, 2)),
                              .label = slice_copy(irc_batches_label(batches, line)),
                              .group = ++batches->groups};
    const struct irc_batch *outer = irc_batches_of(batches, line);
    if (outer != NULL && outer->kind == IRC_BATCH_HISTORY) {
        begun.kind = outer->kind;
        begun.group = outer->group;
        begun.is_nested = true;
    }
    const struct irc_batch *same = find(batches, reference);
    if (same != NULL) {
        irc_batches_forget(batches, same);
    } else if (batches->count == LIMIT_IRC_BATCHES) {
        irc_batches_forget(batches, &batches->open[0]);
    }
    batches->open[batches->count] = begun;
    batches->count++;
    return &batches->open[batches->count - 1];
}

const struct irc_batch *irc_batches_ended(const struct irc_batches *batches,
                                          const struct irc_line *line) {
    return find(batches, reference_of(line, '-'));
}
