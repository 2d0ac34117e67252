// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_DIRECT_DATA_H
#define USHER_NET_MATRIX_DIRECT_DATA_H

#include "net/matrix/account.h"

// The account data "m.direct" (v1.11, "Direct messaging"): which rooms are direct ones
// with whom. Loaded once, followed, and put back as it changes here.

struct matrix_direct_data;

// `known` is called once, when the data is loaded.
struct matrix_direct_data *matrix_direct_data_create(struct matrix *matrix,
                                                     void (*known)(void *context),
                                                     void *context);
void matrix_direct_data_destroy(struct matrix_direct_data *data);
void matrix_direct_data_start(struct matrix_direct_data *data);
void matrix_direct_data_stop(struct matrix_direct_data *data);

bool matrix_direct_data_is_known(const struct matrix_direct_data *data);

// The nth room with the user, the newest first from 0 on; NULL where there is none.
// Not checked to be an id. Borrowed until the data changes.
const char *matrix_direct_data_room(const struct matrix_direct_data *data,
                                    const char *user, int n);
bool matrix_direct_data_has(const struct matrix_direct_data *data, const char *user,
                            const char *room);

// Does nothing before the data is known: putting it would take away what is there.
void matrix_direct_data_add(struct matrix_direct_data *data, const char *user,
                            const char *room);

// Likewise; with whomever it was.
void matrix_direct_data_remove(struct matrix_direct_data *data, const char *room);

// It changed elsewhere; `json` is its new content.
void matrix_direct_data_set(struct matrix_direct_data *data, const char *json);

#endif
