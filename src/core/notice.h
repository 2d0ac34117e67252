// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_NOTICE_H
#define USHER_CORE_NOTICE_H

#include <stddef.h>
#include <stdint.h>

#include "core/workshop.h"

// What the bot says by itself, and when: computed from the agenda and the rules
// of the workshop alone (promise 3 of the design).

enum notice_kind { NOTICE_BEFORE, NOTICE_START, NOTICE_BEFORE_END };

struct notice {
    const struct session *session; // borrowed from the agenda
    enum notice_kind kind;
    int64_t ahead_ms; // how long before the start or the end; 0 for the start
    int64_t due_ms;
};

// All notices of the day by due time; *count is set; the caller frees the array.
// Cancelled sessions have none. A notice before the end that would come at or
// before the start is left out.
struct notice *notice_plan(const struct workshop *workshop, size_t *count);

#endif
