// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_LOGIN_H
#define USHER_NET_MATRIX_LOGIN_H

#include "net/matrix/account.h"

// Signs the account on, and on again when its token is refused. There is one
// device for ever: its id is kept before it is first used, and the token is kept,
// refreshed before it ends, and reused, since transaction ids are the device's. Tells
// matrix_signed_on, or matrix_unreached at each failure, and then tries again; of
// what somebody has to look after it tells the moderators, once.
//
// Where the receiver only looks, the kept token is used as it is, neither refreshed nor
// replaced on its device, which could end the session of a bot that runs. Where it is
// not valid, or there is none, the sign-on makes a device of its own, which is signed
// out at the end: nobody would ever use it again.

struct matrix_login *matrix_login_create(struct matrix *matrix,
                                         const struct matrix_options *options);
void matrix_login_destroy(struct matrix_login *login);

// Begins in the next turn of the loop.
void matrix_login_begin(struct matrix_login *login);

// Checks the token there is, and gets a new one where it is not valid. Does
// nothing while a sign-on is under way.
void matrix_login_start(struct matrix_login *login);
// Does not wait any longer for the next try, if it waits for one.
void matrix_login_retry(struct matrix_login *login);
void matrix_login_stop(struct matrix_login *login);

// Signs the device out that was made for looking only, if there is one; and whether
// that has not been answered yet.
void matrix_login_leave(struct matrix_login *login);
bool matrix_login_is_leaving(const struct matrix_login *login);

#endif
