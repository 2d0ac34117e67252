// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_FUZZ_FAKE_WIRE_H
#define USHER_TESTS_FUZZ_FAKE_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "net/irc/wire.h"

// net/irc/wire.h without a network: the harness is the other side. Linked before the
// library, so that the real wire is left out. There is one wire at a time, the last
// that was created.

struct fake_wire_events {
    // The bot wrote these bytes, whole lines as it should be.
    void (*wrote)(struct slice bytes);
    // The bot is about to be told this line.
    void (*telling)(struct slice line);
};

void fake_wire_listen(const struct fake_wire_events *events);

// Whether the bot has opened the wire, and no answer came yet.
bool fake_wire_is_connecting(void);
bool fake_wire_is_open(void);

// Bytes of the bot that the other side has not taken.
size_t fake_wire_pending(void);

// The connection that the bot is waiting for is there.
void fake_wire_connect(void);

// One read of these bytes; nothing when the wire is not open.
void fake_wire_read(struct slice bytes);

// The connection can't be made, or breaks; nothing on a closed wire.
void fake_wire_end(enum irc_wire_end end);

// The other side takes no more bytes, or takes them again.
void fake_wire_block(bool blocked);

#endif
