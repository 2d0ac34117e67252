// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_FUZZ_WRITTEN_H
#define USHER_TESTS_FUZZ_WRITTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

// What a bot writes to a server, held against the protocol (RFC 1459 2.3, IRCv3
// message tags), and counted.

struct written {
    uint64_t lines;
    size_t line_max; // with CR LF, without tags
    bool stopping;
};

void written_connected(struct written *written);
void written_stopping(struct written *written);

// A line of the server: it may grant longer ones.
void written_told(struct written *written, struct slice line);

void written_check(struct written *written, struct slice bytes);

#endif
