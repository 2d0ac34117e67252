// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_UPDATE_H
#define USHER_NET_MATRIX_UPDATE_H

#include "net/matrix/account.h"
#include "net/matrix/parse.h"
#include "net/matrix/room.h"

// What happened in one room, once all of it is there: who comes and goes and what the
// room is are followed, messages are told.

// One event that is no message.
void matrix_update_follow(struct matrix *matrix, struct matrix_room_state *room,
                          const struct matrix_event *event);

struct matrix_update_way {
    size_t gap_count; // the first events were fetched to fill a gap
    bool first;       // synchronisation ever: no message is told
    bool catch_up;    // the messages may be old; those of a gap always may
};

// The timeline, in order. What was before the bot came is not for it, but for what the
// room is. Of a gap nothing is followed: the list of members was fetched after it, and
// the state was told as it is after it.
void matrix_update_tell(struct matrix *matrix, struct matrix_room_state *room,
                        const struct matrix_update *update,
                        const struct matrix_update_way *way);

#endif
