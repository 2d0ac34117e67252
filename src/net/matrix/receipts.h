// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_RECEIPTS_H
#define USHER_NET_MATRIX_RECEIPTS_H

#include "net/matrix/account.h"

// Read receipts: people see up to where the bot has heard. They are a courtesy: one
// request at a time, at most one a second, each for the newest event of its room; one
// that fails is not made again.

struct matrix_receipts *matrix_receipts_create(struct matrix *matrix);
void matrix_receipts_destroy(struct matrix_receipts *receipts);

// The event of that room was handled, and all before it.
void matrix_receipts_note(struct matrix_receipts *receipts, const char *room,
                          const char *event);

// Forgets all.
void matrix_receipts_stop(struct matrix_receipts *receipts);

#endif
