// SPDX-License-Identifier: MIT
#include "store/outbox_rows.h"

#include "store/turn.h"

enum err outbox_rows_add(struct store *store, struct outbox_row *row) {
    return store_write_returning(
        store,
        "INSERT INTO outbox (network, kind, target, transaction_id, priority, text,"
        " html, reply_to, thread, mention, replaces, workshop, question, role)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        " RETURNING id",
        DB_VALUES(DB_TEXT(row->target.network), DB_INT(row->target.kind),
                  DB_TEXT(row->target.id), DB_TEXT(row->transaction),
                  DB_INT(row->priority), DB_TEXT(row->text), DB_TEXT(row->html),
                  DB_TEXT(row->target.reply_to), DB_TEXT(row->target.thread),
                  DB_TEXT(row->target.mention), DB_TEXT(row->target.replaces),
                  DB_TEXT(row->about.workshop), DB_INT(row->about.question),
                  DB_INT(row->about.role)),
        &row->id);
}

enum err outbox_rows_remove(struct store *store, int64_t id) {
    return store_write(store, "DELETE FROM outbox WHERE id = $1",
                       DB_VALUES(DB_INT(id)));
}

static struct outbox_row read_row(const struct db_rows *rows, const char *network) {
    return (struct outbox_row){.id = db_int(rows, 0),
                               .target = {.kind = (enum target_kind)db_int(rows, 1),
                                          .network = network,
                                          .id = db_text(rows, 2),
                                          .reply_to = db_text(rows, 7),
                                          .thread = db_text(rows, 8),
                                          .mention = db_text(rows, 9),
                                          .replaces = db_text(rows, 10)},
                               .transaction = db_text(rows, 3),
                               .priority = (enum priority)db_int(rows, 4),
                               .text = db_text(rows, 5),
                               .html = db_text(rows, 6),
                               .about = {.workshop = db_text(rows, 11),
                                         .question = db_int(rows, 12),
                                         .role = (enum event_role)db_int(rows, 13)}};
}

enum err outbox_rows_load(struct store *store, const struct outbox_range *range,
                          void (*each)(void *context, const struct outbox_row *row),
                          void *context) {
    struct db_rows *rows = db_query(
        store_db(store),
        "SELECT id, kind, target, transaction_id, priority, text, html, reply_to,"
        " thread, mention, replaces, workshop, question, role"
        " FROM outbox WHERE network = $1 AND id > $2 ORDER BY id LIMIT $3",
        DB_VALUES(DB_TEXT(range->network), DB_INT(range->after), DB_INT(range->limit)));
    while (db_next(rows)) {
        const struct outbox_row row = read_row(rows, range->network);
        each(context, &row);
    }
    return db_end(rows);
}
