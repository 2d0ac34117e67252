// SPDX-License-Identifier: MIT
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/db.h"

enum { BUSY_TIMEOUT_MS = 1000 };

struct db_rows {
    const char *sql; // the literal it was prepared from
    sqlite3_stmt *statement;
    int result; // of the last step or bind
};

struct db {
    sqlite3 *handle;
    struct db_rows **prepared;
    size_t prepared_len, prepared_cap;
};

static enum err err_of(int result) {
    switch (result) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return OK;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_FULL:
        return ERR_LIMIT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_UNAVAILABLE;
    default:
        return ERR_IO;
    }
}

static enum err prepare_handle(struct db *db, enum db_mode mode) {
    sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    return mode == DB_READ_ONLY ? OK
                                : db_script(db, "PRAGMA journal_mode = WAL;"
                                                "PRAGMA synchronous = FULL;");
}

enum err db_open(const char *url, enum db_mode mode, struct db **db,
                 struct error *error) {
    const char *path = strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
    struct db *opened = mem_alloc(1, sizeof *opened);
    int flags = mode == DB_READ_ONLY ? SQLITE_OPEN_READONLY
                                     : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int result = sqlite3_open_v2(path, &opened->handle, flags, NULL);
    enum err err = err_of(result);
    if (err == OK) {
        err = prepare_handle(opened, mode);
    }
    if (err != OK) {
        error_set(error, ERR_UNAVAILABLE, "failed to open the store %s: %s", path,
                  db_error(opened));
        db_close(opened);
        return ERR_UNAVAILABLE;
    }
    *db = opened;
    return OK;
}

void db_close(struct db *db) {
    if (db == NULL) {
        return;
    }
    for (size_t i = 0; i < db->prepared_len; i++) {
        sqlite3_finalize(db->prepared[i]->statement);
        free(db->prepared[i]);
    }
    free(db->prepared);
    sqlite3_close(db->handle);
    free(db);
}

enum err db_script(struct db *db, const char *sql) {
    static const char word[] = "@SERIAL_KEY@";
    struct buf script = {0};
    const char *found = NULL;
    while ((found = strstr(sql, word)) != NULL) {
        buf_add(&script, sql, (size_t)(found - sql));
        buf_add_str(&script, "INTEGER PRIMARY KEY AUTOINCREMENT");
        sql = found + sizeof word - 1;
    }
    buf_add_str(&script, sql);
    int result = sqlite3_exec(db->handle, buf_str(&script), NULL, NULL, NULL);
    buf_finish(&script);
    return err_of(result);
}

static struct db_rows *prepared(struct db *db, const char *sql) {
    for (size_t i = 0; i < db->prepared_len; i++) {
        if (db->prepared[i]->sql == sql) {
            return db->prepared[i];
        }
    }
    struct db_rows *rows = mem_alloc(1, sizeof *rows);
    rows->sql = sql;
    rows->result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &rows->statement, NULL);
    db->prepared =
        mem_grow(db->prepared, db->prepared_len, &db->prepared_cap, sizeof(void *));
    db->prepared[db->prepared_len++] = rows;
    return rows;
}

struct db_rows *db_query(struct db *db, const char *sql, const struct db_value *values,
                         size_t count) {
    struct db_rows *rows = prepared(db, sql);
    if (rows->statement == NULL) {
        return rows;
    }
    rows->result = SQLITE_OK;
    for (size_t i = 0; i < count && rows->result == SQLITE_OK; i++) {
        int at = (int)i + 1;
        rows->result = values[i].is_text
                           ? sqlite3_bind_text(rows->statement, at, values[i].text, -1,
                                               SQLITE_TRANSIENT)
                           : sqlite3_bind_int64(rows->statement, at, values[i].number);
    }
    return rows;
}

bool db_next(struct db_rows *rows) {
    if (rows->result == SQLITE_OK || rows->result == SQLITE_ROW) {
        rows->result = sqlite3_step(rows->statement);
    }
    return rows->result == SQLITE_ROW;
}

int64_t db_int(const struct db_rows *rows, int column) {
    return sqlite3_column_int64(rows->statement, column);
}

const char *db_text(const struct db_rows *rows, int column) {
    return (const char *)sqlite3_column_text(rows->statement, column);
}

enum err db_end(struct db_rows *rows) {
    if (rows->statement != NULL) {
        sqlite3_reset(rows->statement);
        sqlite3_clear_bindings(rows->statement);
    }
    return err_of(rows->result);
}

enum err db_run(struct db *db, const char *sql, const struct db_value *values,
                size_t count) {
    struct db_rows *rows = db_query(db, sql, values, count);
    while (db_next(rows)) {
    }
    return db_end(rows);
}

const char *db_error(const struct db *db) {
    return db->handle != NULL ? sqlite3_errmsg(db->handle) : "out of memory";
}
