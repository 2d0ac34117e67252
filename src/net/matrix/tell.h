// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_TELL_H
#define USHER_NET_MATRIX_TELL_H

#include "net/matrix/account.h"
#include "net/matrix/parse.h"
#include "net/matrix/room.h"

// An event of a room as the rest of the bot knows it: a message, or what was done to
// one, and where an answer goes.

// Tells the receiver of anything but a membership; not of the bot's own events, and not
// in rooms where it does not listen. `may_be_old`: said while the bot was away.
void matrix_tell(struct matrix *matrix, const struct matrix_room_state *room,
                 const struct matrix_event *event, bool may_be_old);

#endif
