// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_INCOMING_H
#define USHER_CORE_INCOMING_H

#include "core/message.h"

// Messages of persons kept beyond the call that hands them over.

// A copy with all its strings; destroyed by the caller.
struct incoming *incoming_copy(const struct incoming *incoming);
void incoming_destroy(struct incoming *copy); // NULL is fine

#endif
