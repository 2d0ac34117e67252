// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_SLICE_H
#define USHER_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A borrowed piece of text: valid as long as what it points into. Not
// terminated by NUL. Comparison without case is that of ASCII; for text of
// people use utf8_fold.
struct slice {
    const char *data;
    size_t len;
};

struct slice slice_of(const char *text); // NULL gives the empty slice
bool slice_equal(struct slice a, struct slice b);
bool slice_is(struct slice a, const char *text);
bool slice_is_nocase(struct slice a, const char *text);
bool slice_starts_nocase(struct slice a, const char *prefix);
struct slice slice_trim(struct slice text); // spaces and tabs at both ends
struct slice slice_from(struct slice text, size_t offset);

// Takes the first word (up to a space or tab) off the front of *rest; leading
// blanks are skipped, and *rest is left without leading blanks.
struct slice slice_take_word(struct slice *rest);

// Takes the text before the next `end` off the front of *rest, and drops `end`;
// without one takes all. False when *rest was empty.
bool slice_take_until(struct slice *rest, char end, struct slice *taken);

// Decimal digits only, at most 18 of them.
bool slice_to_number(struct slice text, int64_t *number);

// Lower case of an ASCII letter; anything else is itself.
int ascii_lower(char c);

// Lower-cases the ASCII letters of a string in place.
void ascii_lower_all(char *text);

// A NUL-terminated copy; the caller frees.
char *slice_copy(struct slice text);

#endif
