// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_SUPPORT_CHECK_H
#define USHER_TESTS_SUPPORT_CHECK_H

// What every unit test includes: cmocka with the headers that it wants before it,
// and the one check it lacks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

// The string is what was expected; frees it.
static inline void check_take(char *text, const char *expected) {
    assert_string_equal(text, expected);
    free(text);
}

#endif
