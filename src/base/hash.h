// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_HASH_H
#define USHER_BASE_HASH_H

#include <stdint.h>

// A hash of a text that only who has the key can foresee: for tables that peers fill,
// and to recognise something without keeping it. No signature: who has the key can try
// out texts.
uint64_t hash_keyed(uint64_t key, const char *text);

// A key, random and never 0.
uint64_t hash_make_key(void);

#endif
