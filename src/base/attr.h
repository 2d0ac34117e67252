// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_ATTR_H
#define USHER_BASE_ATTR_H

// Compiler attributes: the only GNU extension in use, kept in this one place.

// Arguments of a function are checked as those of printf; positions count from 1.
#define ATTR_PRINTF(format_index, first_argument) \
    __attribute__((format(printf, format_index, first_argument)))

// Ignoring the result is a compile error in the dev and CI builds.
#define ATTR_MUST_USE __attribute__((warn_unused_result))

#endif
