// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_SYNC_H
#define USHER_NET_MATRIX_SYNC_H

#include "net/matrix/account.h"

// The long poll: asks the server for news, has them told, reports the position,
// and asks on. Where the server can't be reached it tells matrix_unreached and
// tries again at growing waits; where it can, matrix_reached.

struct matrix_sync *matrix_sync_create(struct matrix *matrix);
void matrix_sync_destroy(struct matrix_sync *sync);

// Begins at the account's position, or goes on after the token was refused; does
// nothing while it is under way.
void matrix_sync_start(struct matrix_sync *sync);
// Does not wait any longer for the next try, if it waits for one.
void matrix_sync_retry(struct matrix_sync *sync);
void matrix_sync_stop(struct matrix_sync *sync);

#endif
