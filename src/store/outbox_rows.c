// SPDX-License-Identifier: MIT
#include "store/outbox_rows.h"

#include "store/turn.h"

enum err outbox_rows_add(struct store *store, struct outbox_row *row) {
    return store_write_returning(
        store,
        "INSERT INTO outbox (network, kind, target, transaction_id, priority, text,"
        " html) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        DB_VALUES(DB_TEXT(row->target.network), DB_INT(row->target.kind),
                  DB_TEXT(row->target.id), DB_TEXT(row->transaction),
                  DB_INT(row->priority), DB_TEXT(row->text), DB_TEXT(row->html)),
        &row->id);
}

enum err outbox_rows_remove(struct store *store, int64_t id) {
    return store_write(store, "DELETE FROM outbox WHERE id = $1",
                       DB_VALUES(DB_INT(id)));
}

enum err outbox_rows_load(struct store *store, const struct outbox_range *range,
                          void (*each)(void *context, const struct outbox_row *row),
                          void *context) {
    struct db_rows *rows = db_query(
        store_db(store),
        "SELECT id, kind, target, transaction_id, priority, text, html"
        " FROM outbox WHERE network = $1 AND id > $2 ORDER BY id LIMIT $3",
        DB_VALUES(DB_TEXT(range->network), DB_INT(range->after), DB_INT(range->limit)));
    while (db_next(rows)) {
        each(context,
             &(struct outbox_row){.id = db_int(rows, 0),
                                  .target = {.kind = (enum target_kind)db_int(rows, 1),
                                             .network = range->network,
                                             .id = db_text(rows, 2)},
                                  .transaction = db_text(rows, 3),
                                  .priority = (enum priority)db_int(rows, 4),
                                  .text = db_text(rows, 5),
                                  .html = db_text(rows, 6)});
    }
    return db_end(rows);
}
