// SPDX-License-Identifier: MIT
#ifndef USHER_APP_APP_H
#define USHER_APP_APP_H

#include "base/clock.h"

// `usher run`: wires configuration, store, outbox, chat, clock and networks together
// and runs the loop until it is told to end. Returns the exit code.
int app_run(const char *config_file, const struct clock *clock);

#endif
