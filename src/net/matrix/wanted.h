// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_WANTED_H
#define USHER_NET_MATRIX_WANTED_H

#include "net/matrix/account.h"
#include "net/matrix/retry.h"
#include "net/matrix/room.h"

// A configured room: which room of the server it is, and the steps until the bot is
// in it. Internal to the rooms of the account (rooms.c): wanted.c takes the steps,
// place.c keeps which room a name means.

struct wanted {
    struct matrix_rooms *rooms;
    char *name; // as configured
    char **via;
    size_t via_count;
    char *moved_via; // the server that knows the room in its place; NULL: not replaced
    struct matrix_room_state *room; // NULL until its id is known
    bool resolved;                  // nothing to be asked before joining
    bool resolve_tried, tried;      // the first time is over
    bool due;                       // to be worked on
    bool said;                      // this failure is logged
    bool told;                      // the moderators know
    bool knocked;                   // asked to be let in
    bool banned;                    // stays away until invited
    struct http_call *call;
    struct matrix_retry retry;
};

struct matrix_rooms {
    struct matrix *matrix;
    struct table by_id; // struct matrix_room_state *
    struct table names; // struct wanted *
    struct wanted *wanted;
    size_t wanted_count;
    size_t active; // wanted ones with a call
    bool known;    // told
    bool stopped;
    struct http_call *list_call;
    struct matrix_retry list_retry;
};

// Lets those that are due take their next step, up to a bound at one time.
void matrix_rooms_go_on(struct matrix_rooms *rooms);

// The room of that id, known from here on.
struct matrix_room_state *matrix_rooms_know(struct matrix_rooms *rooms, const char *id);

void wanted_init(struct wanted *wanted, struct matrix_rooms *rooms,
                 const struct matrix_room *option);
void wanted_finish(struct wanted *wanted);

// What is under way is dropped.
void wanted_stop(struct wanted *wanted);

// Takes the next step; it has no call under way.
void wanted_step(struct wanted *wanted);

// Something changed for the better: tries at once, unless it is at it.
void wanted_try_now(struct wanted *wanted);

// A sentence for the moderators of the room.
void wanted_tell(const struct wanted *wanted, const char *text);

// It is the room of that id, or the one in its place.
void wanted_place(struct wanted *wanted, const char *id);

// Aliases that were resolved once are kept, so that a directory that can't be
// reached at the next start does not make the bot deaf in a room it is in.
void wanted_keep_place(const struct wanted *wanted);
void wanted_recall_place(struct wanted *wanted);

// The alias leads to that id now. Where it led elsewhere before, and the bot is in that
// room, what was said there while it was away is heard, until the room says that it was
// replaced, or a restart.
void wanted_hear_former(struct wanted *wanted, const char *id);

// Another room took its place, known to that server.
void wanted_move(struct wanted *wanted, const char *id, const char *server);

#endif
