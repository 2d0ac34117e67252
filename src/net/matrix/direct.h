// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_DIRECT_H
#define USHER_NET_MATRIX_DIRECT_H

#include "net/matrix/account.h"
#include "net/matrix/parse.h"

// The direct room of each person, as the account data "m.direct" keeps it (v1.11,
// "Direct messaging"): one where nobody but the bot and the person is in or
// invited; where there is none, it is created, without encryption, and noted in
// the account data. Who left it is not asked again for a day. Tells the sender (send.h)
// what it found.

struct matrix_direct *matrix_direct_create(struct matrix *matrix);
void matrix_direct_destroy(struct matrix_direct *direct);
void matrix_direct_start(struct matrix_direct *direct);
void matrix_direct_stop(struct matrix_direct *direct);

// The room's id, NULL while it has to be found. Borrowed until the next call.
const char *matrix_direct_room(const struct matrix_direct *direct, const char *user);

// Finds or creates it; matrix_sender_found or matrix_sender_not_found follows from
// the loop.
void matrix_direct_find(struct matrix_direct *direct, const char *user);

// The account data changed elsewhere; `json` is its new content.
void matrix_direct_set(struct matrix_direct *direct, const char *json);

// That room is a direct one with the person.
void matrix_direct_add(struct matrix_direct *direct, const char *user,
                       const char *room);

// That room is none to reach anybody in any more.
void matrix_direct_drop(struct matrix_direct *direct, const char *room);

// The user wants to hear from the bot: who left may be asked again.
void matrix_direct_welcome(struct matrix_direct *direct, const char *user);

// Somebody came or went in a room that is not configured: it may be no direct
// room any more. A NULL event: the bot itself went, or who did is not known.
void matrix_direct_follow(struct matrix_direct *direct, const char *room,
                          const struct matrix_event *event);

#endif
