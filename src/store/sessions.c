// SPDX-License-Identifier: MIT
#include "store/sessions.h"

#include "base/slice.h"
#include "store/turn.h"

enum err sessions_add_workshop(struct store *store, const char *workshop) {
    int64_t known = store_read_int(store, "SELECT COUNT(*) FROM workshop WHERE id = $1",
                                   DB_VALUES(DB_TEXT(workshop)), 0);
    if (known > 0) {
        return OK;
    }
    return store_write(store,
                       "INSERT INTO workshop (id, last_question, last_session, closed)"
                       " VALUES ($1, 0, 0, 0)",
                       DB_VALUES(DB_TEXT(workshop)));
}

static bool is_taken(struct store *store, const char *workshop, int64_t number) {
    return store_read_int(
               store,
               "SELECT COUNT(*) FROM session WHERE workshop = $1 AND number = $2",
               DB_VALUES(DB_TEXT(workshop), DB_INT(number)), 0) > 0;
}

static enum err give_number(struct store *store, const char *workshop, const char *id,
                            int64_t *number) {
    if (!slice_to_number(slice_of(id), number) || *number < 1 ||
        is_taken(store, workshop, *number)) {
        *number =
            1 + store_read_int(store, "SELECT last_session FROM workshop WHERE id = $1",
                               DB_VALUES(DB_TEXT(workshop)), 0);
    }
    enum err err =
        store_write(store,
                    "INSERT INTO session (workshop, id, number, closed)"
                    " VALUES ($1, $2, $3, 0)",
                    DB_VALUES(DB_TEXT(workshop), DB_TEXT(id), DB_INT(*number)));
    return err != OK ? err
                     : store_write(store,
                                   "UPDATE workshop SET last_session = $1"
                                   " WHERE id = $2 AND last_session < $1",
                                   DB_VALUES(DB_INT(*number), DB_TEXT(workshop)));
}

enum err sessions_number(struct store *store, const char *workshop, const char *id,
                         int64_t *number) {
    *number = store_read_int(
        store, "SELECT number FROM session WHERE workshop = $1 AND id = $2",
        DB_VALUES(DB_TEXT(workshop), DB_TEXT(id)), 0);
    return *number != 0 ? OK : give_number(store, workshop, id, number);
}

enum err sessions_set_closed(struct store *store, const char *workshop, int64_t session,
                             bool closed) {
    if (session == 0) {
        return store_write(store, "UPDATE workshop SET closed = $1 WHERE id = $2",
                           DB_VALUES(DB_INT(closed), DB_TEXT(workshop)));
    }
    return store_write(
        store, "UPDATE session SET closed = $1 WHERE workshop = $2 AND number = $3",
        DB_VALUES(DB_INT(closed), DB_TEXT(workshop), DB_INT(session)));
}

bool sessions_is_closed(struct store *store, const char *workshop, int64_t session) {
    if (session == 0) {
        return store_read_int(store, "SELECT closed FROM workshop WHERE id = $1",
                              DB_VALUES(DB_TEXT(workshop)), 0) != 0;
    }
    return store_read_int(
               store, "SELECT closed FROM session WHERE workshop = $1 AND number = $2",
               DB_VALUES(DB_TEXT(workshop), DB_INT(session)), 0) != 0;
}
