// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_INVITES_H
#define USHER_NET_MATRIX_INVITES_H

#include "net/matrix/account.h"
#include "net/matrix/parse.h"

// Invitations: those to configured rooms and to direct ones are accepted, of the
// latter a bounded number an hour, by person, by homeserver and in all. Others are left
// alone, with a log line, and not declined: the room may be one of the configuration's
// next version, and then the invitation is what lets the bot in.

struct matrix_invites *matrix_invites_create(struct matrix *matrix);
void matrix_invites_destroy(struct matrix_invites *invites);
void matrix_invites_stop(struct matrix_invites *invites);
void matrix_invites_take(struct matrix_invites *invites,
                         const struct matrix_invite *invite);

#endif
