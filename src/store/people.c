// SPDX-License-Identifier: MIT
#include "store/people.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"
#include "store/turn.h"

int64_t people_find(struct store *store, const struct person *person) {
    return store_read_int(
        store, "SELECT id FROM person WHERE network = $1 AND identity = $2",
        DB_VALUES(DB_TEXT(person->network), DB_TEXT(person->identity)), 0);
}

enum err people_get(struct store *store, const struct person *person, int64_t *id) {
    *id = people_find(store, person);
    if (*id != 0) {
        return OK;
    }
    return store_write_returning(
        store, "INSERT INTO person (network, identity) VALUES ($1, $2) RETURNING id",
        DB_VALUES(DB_TEXT(person->network), DB_TEXT(person->identity)), id);
}

int64_t people_host(const struct store *store, const struct person *person) {
    if (person->account != NULL || person->host == NULL) {
        return 0;
    }
    char *host = str_printf("%s %s", person->network, person->host);
    ascii_lower_all(host);
    int64_t hash = (int64_t)hash_keyed(store_host_key(store), host);
    free(host);
    return hash != 0 ? hash : 1;
}

char *people_workshop(struct store *store, const struct person *person) {
    struct db_rows *rows =
        db_query(store_db(store),
                 "SELECT workshop FROM person WHERE network = $1 AND identity = $2",
                 DB_VALUES(DB_TEXT(person->network), DB_TEXT(person->identity)));
    char *workshop = db_next(rows) ? mem_copy(db_text(rows, 0)) : NULL;
    if (db_end(rows) != OK) {
        free(workshop);
        return NULL;
    }
    return workshop;
}

enum err people_set_workshop(struct store *store, const struct person *person,
                             const char *workshop) {
    int64_t id = 0;
    enum err err = people_get(store, person, &id);
    return err != OK
               ? err
               : store_write(store, "UPDATE person SET workshop = $1 WHERE id = $2",
                             DB_VALUES(DB_TEXT(workshop), DB_INT(id)));
}
