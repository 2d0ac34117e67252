// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_FUZZ_WITNESS_H
#define USHER_TESTS_FUZZ_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/network.h"

// The bot in the place of which the fuzzer stands: hears what a network tells, holds
// it against what network.h promises, and remembers what a harness needs.

enum {
    WITNESS_MESSAGES_MAX = 256, // given in one run; no more after that
    WITNESS_KEYS_MAX = 16,
};

struct witness {
    const char *const *rooms; // as configured; ends with NULL
    const char *network;      // name
    bool rooms_for_two;       // what is said directly is answered in the room it is in
    bool inside;              // a function of the network: it may tell nothing now
    bool up;
    bool any; // up or down has been told since the network was made

    // Messages by their ids, which count from 1.
    struct witness_given {
        enum { GIVEN_NEW, GIVEN_OPEN, GIVEN_LOST, GIVEN_DONE } state;
        char kind; // for the harness
    } given[WITNESS_MESSAGES_MAX];
    size_t given_count;

    // The last person heard.
    struct buf identity;
    size_t heard;

    struct witness_kept {
        char *key;
        char *value;
    } kept[WITNESS_KEYS_MAX];
};

// Its context is the struct witness.
extern const struct network_events witness_events;

void witness_finish(struct witness *witness);

// A new network has been made, after the end of the last: what is kept stays.
void witness_restart(struct witness *witness);

#endif
