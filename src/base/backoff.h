// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_BACKOFF_H
#define USHER_BASE_BACKOFF_H

#include <stddef.h>
#include <stdint.h>

// How long to wait before something is tried again (promise 5 of the design).

// The first wait, doubled for each try before, up to the longest.
int64_t backoff_growing_ms(int64_t first_ms, int64_t longest_ms, size_t tries);

// Half of the wait and a random part of the other half: clients that lost their
// server together do not come back together.
int64_t backoff_jittered_ms(int64_t wait_ms);

#endif
