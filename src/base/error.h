// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_ERROR_H
#define USHER_BASE_ERROR_H

#include "base/attr.h"

// The one idiom for what can go wrong outside the program: a function that can
// fail returns `enum err`, and where a person must read why, also fills a
// `struct error` with one sentence. Bugs are asserts; out of memory ends the
// process (base/memory.h).

enum err {
    OK = 0,
    ERR_NOT_FOUND,   // what was named does not exist
    ERR_INVALID,     // the input is malformed or out of range
    ERR_DENIED,      // refused by a rule or by the other side
    ERR_CONFLICT,    // something else is in the way
    ERR_LIMIT,       // a bound is reached
    ERR_IO,          // the operating system, the disk or a peer failed
    ERR_UNAVAILABLE, // can't be had now, may be later
};

// Zeroed means "no error". Owns its text.
struct error {
    enum err code;
    char *text; // one sentence without final stop, NULL when there is none
};

// Sets code and text, replacing what was there; returns the code so that a
// caller can write `return error_set(...)`. A NULL error only returns the code.
enum err error_set(struct error *error, enum err code, const char *format, ...)
    ATTR_PRINTF(3, 4);

// The sentence, or "unknown error"; borrowed until the error is changed.
const char *error_text(const struct error *error);

// Frees the text and zeroes. Accepts a zeroed error.
void error_finish(struct error *error);

#endif
