// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_FUZZ_EXPECT_H
#define USHER_TESTS_FUZZ_EXPECT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

// Ends the program, which the fuzzer takes for a crash, when a promise is broken.
static inline void expect(bool kept, const char *broken) {
    if (!kept) {
        fprintf(stderr, "broken promise: %s\n", broken);
        abort();
    }
}

#endif
