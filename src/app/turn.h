// SPDX-License-Identifier: MIT
#ifndef USHER_APP_TURN_H
#define USHER_APP_TURN_H

#include "app/state.h"

// One turn of the loop: what arrived is handled as it comes, then the turn ends:
// what is due is said, everything is committed once, and only then sent.

// Handles one message, as it arrives.
void turn_take(struct app *app, const struct incoming *incoming);

// Ends the turn, and sets the timer for the next thing that is due.
void turn_end(struct app *app);

#endif
