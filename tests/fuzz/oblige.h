// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_FUZZ_OBLIGE_H
#define USHER_TESTS_FUZZ_OBLIGE_H

#include "base/buf.h"
#include "base/slice.h"

// Appends what a server would answer to these lines of the bot: what depends on its
// own words, and so can't lie in an input. A line that has no such answer gets none.
void oblige_answer(struct slice lines, struct buf *answers);

#endif
