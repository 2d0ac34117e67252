// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_MEMORY_H
#define USHER_BASE_MEMORY_H

#include <stddef.h>

#include "base/attr.h"

// Checked allocation: out of memory ends the process with exit code 70. What was
// acknowledged is in the store, so a restart loses nothing. Sizes that come from
// a peer are bounded by the caller before they get here. Release with free().

// Zeroed memory for `count` items of `size` bytes.
void *mem_alloc(size_t count, size_t size) ATTR_MUST_USE;

// Like realloc for `count` items, at least one; new bytes are not zeroed.
void *mem_resize(void *items, size_t count, size_t size) ATTR_MUST_USE;

// Makes room for one more item in a growing array: returns the array, possibly
// moved, with room for at least len + 1 items; *cap is updated.
void *mem_grow(void *items, size_t len, size_t *cap, size_t size) ATTR_MUST_USE;

// A copy of a string; NULL gives NULL.
char *mem_copy(const char *text) ATTR_MUST_USE;

// Copies several texts into one piece of memory and makes each point into it; NULL
// stays NULL. The caller frees what is returned when done with all of them.
char *mem_keep(const char **const *texts, size_t count) ATTR_MUST_USE;

#endif
