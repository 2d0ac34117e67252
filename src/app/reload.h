// SPDX-License-Identifier: MIT
#ifndef USHER_APP_RELOAD_H
#define USHER_APP_RELOAD_H

#include "app/state.h"

// Reads the configuration and all it names again, while the bot runs. One with a
// mistake is refused, in the log, and the old one goes on. Networks that did not
// change stay connected. The store is that of the start. Called between two turns.
void reload(struct app *app);

#endif
