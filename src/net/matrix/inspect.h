// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_INSPECT_H
#define USHER_NET_MATRIX_INSPECT_H

#include "net/network.h"

// How an account on a homeserver and its rooms are for the bot: `inspect` of
// net/network.h.
void matrix_inspect(const struct network *network, const char *room,
                    struct network_report *report);

#endif
