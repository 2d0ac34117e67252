// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_UTF8_H
#define USHER_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

// Text of people is UTF-8 throughout. What comes from outside passes utf8_clean
// once, at the network; everything behind it may rely on the result.

// Appendable clean text: invalid bytes become U+FFFD, control characters (C0,
// DEL, C1, and the directional overrides U+202A-202E, U+2066-2069) are dropped,
// a line break or tab becomes a space. The caller frees.
char *utf8_clean(struct slice text);

// Whether utf8_clean leaves it as it is.
bool utf8_is_clean(struct slice text);

bool utf8_valid(struct slice text);

// Number of Unicode characters of valid UTF-8.
size_t utf8_count(struct slice text);

// The longest prefix of at most `max` bytes that ends between two characters.
size_t utf8_prefix(struct slice text, size_t max);

// For comparing and searching: compatibility-decomposed, marks stripped, case
// folded (Unicode 3.13), runs of anything but letters and digits become one
// space, none at the ends. The caller frees.
char *utf8_fold(struct slice text);

#endif
