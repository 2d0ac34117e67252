// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_MISTAKES_H
#define USHER_FORMATS_MISTAKES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

// What is wrong in files that people wrote, all of it at once, in the order it was
// found. A mistake keeps the bot from starting; a warning does not. At most
// LIMIT_MISTAKES are kept, all are counted. The texts given are copied, cleaned of
// control characters and cut to a sane length, so that a hostile file can't
// garble a terminal. Zeroed is empty.

// Where in a file. Borrowed for the call.
struct place {
    const char *file;
    size_t line;         // from 1
    const char *pointer; // RFC 6901; "" is the whole file
};

struct mistake {
    char *file;
    size_t line;
    char *pointer;  // as shown: "/" is the whole file
    char *found;    // of a warning: NULL
    char *expected; // of a warning: its sentence
};

struct mistakes {
    struct mistake *items;
    size_t count, cap;
    size_t mistake_count;
    size_t warning_count;
};

void mistakes_finish(struct mistakes *mistakes);

void mistakes_add(struct mistakes *mistakes, const struct place *place,
                  const char *found, const char *expected);
void mistakes_warn(struct mistakes *mistakes, const struct place *place,
                   const char *sentence);

// Whether the next one is still kept: where its texts are dear to make.
bool mistakes_has_room(const struct mistakes *mistakes);

// Appends `FILE:LINE: /json/pointer: found X, expected Y`, or
// `FILE:LINE: /json/pointer: warning: SENTENCE`; without line end.
void mistake_add_line(const struct mistake *mistake, struct buf *out);

#endif
