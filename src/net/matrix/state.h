// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_STATE_H
#define USHER_NET_MATRIX_STATE_H

#include "net/matrix/account.h"
#include "net/matrix/parse.h"
#include "net/matrix/room.h"

// What a room says of itself, and who makes something of it: power levels, encryption,
// a room in its place. Follows one event of kind MATRIX_EVENT_STATE; the same one
// again changes nothing.
void matrix_state_follow(struct matrix *matrix, struct matrix_room_state *room,
                         const struct matrix_event *event);

#endif
