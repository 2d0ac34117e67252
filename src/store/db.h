// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_DB_H
#define USHER_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

// The port to a database engine, private to this folder. All SQL of the program
// is in this folder and in the subset that SQLite and PostgreSQL share: numbered
// parameters $1, $2, … (each first used in that order), BIGINT and TEXT, RETURNING
// and ON CONFLICT. Where the engines differ, the engine's file replaces a word
// between @ signs: @SERIAL_KEY@ is a key that is given, never used twice.

struct db;

struct db_value {
    bool is_text;
    int64_t number;
    const char *text; // NULL is SQL's NULL
};

#define DB_INT(value)              \
    (struct db_value) {            \
        .number = (int64_t)(value) \
    }
#define DB_TEXT(value)                   \
    (struct db_value) {                  \
        .is_text = true, .text = (value) \
    }
// The parameters of a statement: DB_VALUES(DB_TEXT(id), DB_INT(number)).
#define DB_VALUES(...)                      \
    (const struct db_value[]){__VA_ARGS__}, \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)

enum db_mode { DB_READ_WRITE, DB_READ_ONLY };

// `url` is "sqlite:PATH". ERR_UNAVAILABLE with a sentence.
enum err db_open(const char *url, enum db_mode mode, struct db **db,
                 struct error *error) ATTR_MUST_USE;
void db_close(struct db *db);

// Several statements without parameters, @words@ replaced.
enum err db_script(struct db *db, const char *sql) ATTR_MUST_USE;

// Runs one statement. `sql` is a literal: its prepared form is kept by address.
enum err db_run(struct db *db, const char *sql, const struct db_value *values,
                size_t count) ATTR_MUST_USE;

// Reads rows:
//     struct db_rows *rows = db_query(db, sql, DB_VALUES(DB_TEXT(id)));
//     while (db_next(rows)) { … db_int(rows, 0) … db_text(rows, 1) … }
//     return db_end(rows);
// One statement is read to its end before it is run again.
struct db_rows *db_query(struct db *db, const char *sql, const struct db_value *values,
                         size_t count);
bool db_next(struct db_rows *rows);
int64_t db_int(const struct db_rows *rows, int column);
const char *db_text(const struct db_rows *rows, int column); // until the next row
enum err db_end(struct db_rows *rows) ATTR_MUST_USE;

// What the engine said of the last failure. Borrowed.
const char *db_error(const struct db *db);

#endif
