// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_ROOMS_H
#define USHER_NET_MATRIX_ROOMS_H

#include <stdbool.h>

#include "net/matrix/account.h"
#include "net/matrix/room.h"

// The rooms of the account: the configured ones are resolved, joined, and joined
// again at growing waits where that fails or the bot was removed; one that it was
// banned from only once it is invited. Where it may not join it knocks, once. What
// keeps it out the moderators are told, once until it is in. All rooms that it is in
// are known by id. Tells matrix_rooms_known once, as soon as each configured room's id
// is known or could not be had, and matrix_rooms_changed whenever one is joined or
// fails.

struct matrix_rooms *matrix_rooms_create(struct matrix *matrix,
                                         const struct matrix_options *options);
void matrix_rooms_destroy(struct matrix_rooms *rooms);
void matrix_rooms_start(struct matrix_rooms *rooms);
void matrix_rooms_stop(struct matrix_rooms *rooms);

// Whether every configured room is joined or its first try has failed.
bool matrix_rooms_settled(const struct matrix_rooms *rooms);

// Whether of every configured room that is joined a synchronisation has told what it is
// like.
bool matrix_rooms_state_known(const struct matrix_rooms *rooms);

// The room of that id; NULL when it is not known. Borrowed until the next call
// that is not a question.
struct matrix_room_state *matrix_rooms_find(const struct matrix_rooms *rooms,
                                            const char *id);

// The room of a configured name or an id; NULL likewise.
struct matrix_room_state *matrix_rooms_by_name(const struct matrix_rooms *rooms,
                                               const char *name);

bool matrix_rooms_is_configured(const struct matrix_rooms *rooms, const char *name);

// Fills in up to `max` ids of the configured rooms from number `*at` on, which it takes
// behind them. Returns how many; 0 behind the last. The ids are borrowed until the next
// call that is not a question.
size_t matrix_rooms_ids(const struct matrix_rooms *rooms, size_t *at, const char **ids,
                        size_t max);

// What a synchronisation says: the bot is in that room (NULL past the bound of
// rooms), or not any more.
struct matrix_room_state *matrix_rooms_joined(struct matrix_rooms *rooms,
                                              const char *id);
void matrix_rooms_left(struct matrix_rooms *rooms,
                       const struct matrix_departure *departure);

// Invited: tries at once where it is a configured room, and says whether it is.
bool matrix_rooms_invited(struct matrix_rooms *rooms, const char *id);

// The room says that another one, known to that server, took its place: where it is a
// configured one, the bot goes there, for good.
void matrix_rooms_replaced(struct matrix_rooms *rooms, struct matrix_room_state *room,
                           const char *id, const char *server);

// A message to that room arrived (no reason) or was refused for good, of which its
// moderators are told, once until another arrives.
void matrix_rooms_answered(const struct matrix_rooms *rooms, const char *name,
                           const char *reason);

// Tries those again that the bot is not in, whatever they were given up for.
void matrix_rooms_retry(struct matrix_rooms *rooms);

#endif
