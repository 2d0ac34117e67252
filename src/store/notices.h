// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_NOTICES_H
#define USHER_STORE_NOTICES_H

#include "core/notice.h"
#include "store/store.h"

// Which notices were said or dropped. A session moved to another time has other
// due times, and so new notices.

bool notices_is_done(struct store *store, const char *workshop,
                     const struct notice *notice);
enum err notices_set_done(struct store *store, const char *workshop,
                          const struct notice *notice) ATTR_MUST_USE;

#endif
