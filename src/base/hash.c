// SPDX-License-Identifier: MIT
#include "base/hash.h"

#include <sys/random.h>

// FNV-1a from a random start, then mixed so that the low bits depend on all.
uint64_t hash_keyed(uint64_t key, const char *text) {
    uint64_t h = key;
    for (const char *c = text; *c != '\0'; c++) {
        h = (h ^ (unsigned char)*c) * 0x100000001b3U;
    }
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93U;
    return h ^ (h >> 32);
}

uint64_t hash_make_key(void) {
    uint64_t key = 0;
    if (getrandom(&key, sizeof key, 0) != sizeof key || key == 0) {
        return 0x9e3779b97f4a7c15U; // can't be had so soon after the system's start
    }
    return key;
}
