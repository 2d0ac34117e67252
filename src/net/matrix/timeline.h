// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_TIMELINE_H
#define USHER_NET_MATRIX_TIMELINE_H

#include "net/matrix/account.h"
#include "net/matrix/parse.h"

// Takes the news of one synchronisation to the receiver: first fetches what they
// lack (members of a room that speaks, older events of a limited timeline), then
// tells every message in order, all in one turn of the loop. Nothing is
// told before all is fetched, so that a failure leaves the position where it was. But
// what the server fails at in one room does not hold the others: after a few seconds it
// goes on without, and asks for what was said there again behind later news. That is
// not kept over a restart.

struct matrix_timeline;

// `told`: whether all was told; false: the server could not be reached, the same
// synchronisation is to be made again.
typedef void matrix_timeline_done_fn(void *context, bool told);

struct matrix_timeline *matrix_timeline_create(struct matrix *matrix,
                                               matrix_timeline_done_fn *done,
                                               void *context);
void matrix_timeline_destroy(struct matrix_timeline *timeline);

// Takes over the news; one at a time. `since`: where the synchronisation began;
// NULL: the first one ever, of which no message is told. `catch_up`: the messages
// may be old.
void matrix_timeline_take(struct matrix_timeline *timeline, struct matrix_news *news,
                          const char *since, bool catch_up);

// Drops what it has without telling.
void matrix_timeline_stop(struct matrix_timeline *timeline);

#endif
