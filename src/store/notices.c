// SPDX-License-Identifier: MIT
#include "store/notices.h"

#include "store/turn.h"

bool notices_is_done(struct store *store, const char *workshop,
                     const struct notice *notice) {
    return store_read_int(
               store,
               "SELECT COUNT(*) FROM notice WHERE workshop = $1 AND session = $2"
               " AND kind = $3 AND ahead = $4 AND due = $5",
               DB_VALUES(DB_TEXT(workshop), DB_TEXT(notice->session->id),
                         DB_INT(notice->kind), DB_INT(notice->ahead_ms),
                         DB_INT(notice->due_ms)),
               0) > 0;
}

enum err notices_set_done(struct store *store, const char *workshop,
                          const struct notice *notice) {
    return store_write(store,
                       "INSERT INTO notice (workshop, session, kind, ahead, due)"
                       " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                       DB_VALUES(DB_TEXT(workshop), DB_TEXT(notice->session->id),
                                 DB_INT(notice->kind), DB_INT(notice->ahead_ms),
                                 DB_INT(notice->due_ms)));
}
