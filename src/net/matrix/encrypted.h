// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_ENCRYPTED_H
#define USHER_NET_MATRIX_ENCRYPTED_H

#include "net/matrix/account.h"
#include "net/matrix/parse.h"
#include "net/matrix/room.h"

// Rooms that the bot can't read. Of a workshop's one the moderators are told; in a
// direct one who writes is told, unencrypted, how else to reach the bot. Each once for
// a room, over restarts too.

struct matrix_encrypted *matrix_encrypted_create(struct matrix *matrix);
void matrix_encrypted_destroy(struct matrix_encrypted *encrypted);
void matrix_encrypted_start(struct matrix_encrypted *encrypted);
void matrix_encrypted_stop(struct matrix_encrypted *encrypted);

// A configured room is encrypted.
void matrix_encrypted_found(struct matrix_encrypted *encrypted,
                            const struct matrix_room_state *room);

// Somebody said something there that can't be read.
void matrix_encrypted_heard(struct matrix_encrypted *encrypted,
                            const struct matrix_room_state *room,
                            const struct matrix_event *event);

#endif
