// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_SEND_H
#define USHER_NET_MATRIX_SEND_H

#include "net/matrix/account.h"

// What goes out: a lane for each room, in it one message under way at a time, by
// priority and then arrival; lanes go side by side, up to a bound. A try that had
// no final answer is made again with the same transaction id, so that the server
// says the message once. Messages to a person wait until the direct room is
// found, those to a configured room until it is joined.

struct matrix_sender *matrix_sender_create(struct matrix *matrix);
void matrix_sender_destroy(struct matrix_sender *sender);

// Copies the message. Ignored while the receiver has not been told `up`.
void matrix_sender_add(struct matrix_sender *sender, const struct outgoing *outgoing);

// Something may go on now: a room was joined, the account signed on again.
void matrix_sender_wake(struct matrix_sender *sender);

// Forgets everything without a word.
void matrix_sender_clear(struct matrix_sender *sender);

// The direct room of a person: its id, or why there can be none.
void matrix_sender_found(struct matrix_sender *sender, const char *user,
                         const char *room);
void matrix_sender_not_found(struct matrix_sender *sender, const char *user,
                             const char *reason);

#endif
