// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/migrations.h"
#include "store/turn.h"

struct store {
    struct db *db;
    int lock; // descriptor of the lock file; -1 without one
    int64_t opened_ms;
    int64_t host_key;
    uint64_t writes;
    bool in_transaction;
    bool failed; // a write of this turn did not go through
    bool refuse;
};

// A file of its own: closing any descriptor of the database file would drop the
// locks that SQLite holds on it.
static enum err lock_file(const char *url, int *lock, struct error *error) {
    if (strncmp(url, "sqlite:", 7) != 0 || strcmp(url, "sqlite::memory:") == 0) {
        return OK;
    }
    char *path = str_printf("%s.lock", url + 7);
    enum err err = OK;
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*lock < 0) {
        err = error_set(error, ERR_UNAVAILABLE, "failed to create %s", path);
    } else if (flock(*lock, LOCK_EX | LOCK_NB) != 0) {
        err = error_set(error, ERR_CONFLICT, "the store %s is in use by another usher",
                        url + 7);
    }
    free(path);
    return err;
}

// What is decided when the store is first opened.
static enum err set_first(struct store *store, const char *key, int64_t number) {
    char *value = str_printf("%lld", (long long)number);
    enum err err = db_run(store->db,
                          "INSERT INTO meta (key, value) VALUES ($1, $2)"
                          " ON CONFLICT (key) DO NOTHING",
                          DB_VALUES(DB_TEXT(key), DB_TEXT(value)));
    free(value);
    return err;
}

static int64_t get_first(struct store *store, const char *key, int64_t missing) {
    return store_read_int(store,
                          "SELECT CAST(value AS BIGINT) FROM meta WHERE key = $1",
                          DB_VALUES(DB_TEXT(key)), missing);
}

static enum err prepare(struct store *store, int64_t now_ms, struct error *error) {
    enum err err = migrations_apply(store->db, error);
    if (err != OK) {
        return err;
    }
    err = set_first(store, "opened", now_ms);
    if (err == OK) {
        err = set_first(store, "host_key", (int64_t)hash_make_key());
    }
    if (err != OK) {
        return error_set(error, ERR_UNAVAILABLE, "failed to write to the store: %s",
                         db_error(store->db));
    }
    return OK;
}

enum err store_open(const char *url, enum store_mode mode, int64_t now_ms,
                    struct store **store, struct error *error) {
    struct store *opened = mem_alloc(1, sizeof *opened);
    opened->lock = -1;
    enum err err = mode == STORE_OWNER ? lock_file(url, &opened->lock, error) : OK;
    if (err == OK) {
        err = db_open(url, mode == STORE_OWNER ? DB_READ_WRITE : DB_READ_ONLY,
                      &opened->db, error);
    }
    if (err == OK) {
        err = mode == STORE_OWNER ? prepare(opened, now_ms, error)
                                  : migrations_check(opened->db, error);
    }
    if (err != OK) {
        store_close(opened);
        return err;
    }
    opened->opened_ms = get_first(opened, "opened", now_ms);
    opened->host_key = get_first(opened, "host_key", 0);
    *store = opened;
    return OK;
}

void store_close(struct store *store) {
    if (store == NULL) {
        return;
    }
    if (store->in_transaction) {
        store_rollback(store);
    }
    db_close(store->db);
    if (store->lock >= 0) {
        close(store->lock);
    }
    free(store);
}

struct db *store_db(struct store *store) {
    return store->db;
}

static enum err begin(struct store *store) {
    if (store->refuse || store->failed) {
        return ERR_UNAVAILABLE;
    }
    if (!store->in_transaction) {
        enum err err = db_run(store->db, "BEGIN", NULL, 0);
        if (err != OK) {
            store->failed = true;
            return err;
        }
        store->in_transaction = true;
    }
    store->writes++;
    return OK;
}

static enum err written(struct store *store, enum err err) {
    if (err != OK) {
        store->failed = true;
        LOG(LOG_ERROR, "store_failed", LOG_S("reason", db_error(store->db)));
    }
    return err;
}

enum err store_write(struct store *store, const char *sql,
                     const struct db_value *values, size_t count) {
    enum err err = begin(store);
    return err != OK ? err : written(store, db_run(store->db, sql, values, count));
}

enum err store_write_returning(struct store *store, const char *sql,
                               const struct db_value *values, size_t count,
                               int64_t *number) {
    enum err err = begin(store);
    if (err != OK) {
        return err;
    }
    struct db_rows *rows = db_query(store->db, sql, values, count);
    while (db_next(rows)) {
        *number = db_int(rows, 0);
    }
    return written(store, db_end(rows));
}

int64_t store_read_int(struct store *store, const char *sql,
                       const struct db_value *values, size_t count, int64_t missing) {
    struct db_rows *rows = db_query(store->db, sql, values, count);
    int64_t number = db_next(rows) ? db_int(rows, 0) : missing;
    return db_end(rows) == OK ? number : missing;
}

bool store_has_changes(const struct store *store) {
    return store->in_transaction || store->failed;
}

uint64_t store_write_count(const struct store *store) {
    return store->writes;
}

void store_rollback(struct store *store) {
    if (store->in_transaction && db_run(store->db, "ROLLBACK", NULL, 0) != OK) {
        LOG(LOG_DEBUG, "rollback", LOG_S("reason", db_error(store->db)));
    }
    store->in_transaction = false;
    store->failed = false;
}

enum err store_commit(struct store *store) {
    enum err err = store->failed ? ERR_IO : OK;
    if (err == OK && store->in_transaction) {
        err = db_run(store->db, "COMMIT", NULL, 0);
        if (err != OK) {
            LOG(LOG_ERROR, "store_failed", LOG_S("reason", db_error(store->db)));
        }
    }
    if (err != OK) {
        store_rollback(store);
        return err;
    }
    store->in_transaction = false;
    return OK;
}

void store_refuse_writes(struct store *store, bool refuse) {
    store->refuse = refuse;
}

uint64_t store_host_key(const struct store *store) {
    return (uint64_t)store->host_key;
}

int64_t store_opened_ms(const struct store *store) {
    return store->opened_ms;
}

char *store_get_state(struct store *store, const char *network, const char *key) {
    struct db_rows *rows = db_query(
        store->db, "SELECT value FROM network_state WHERE network = $1 AND key = $2",
        DB_VALUES(DB_TEXT(network), DB_TEXT(key)));
    char *value = db_next(rows) ? mem_copy(db_text(rows, 0)) : NULL;
    if (db_end(rows) != OK) {
        free(value);
        return NULL;
    }
    return value;
}

enum err store_set_state(struct store *store, const char *network, const char *key,
                         const char *value) {
    if (value == NULL) {
        return store_write(store,
                           "DELETE FROM network_state WHERE network = $1 AND key = $2",
                           DB_VALUES(DB_TEXT(network), DB_TEXT(key)));
    }
    return store_write(store,
                       "INSERT INTO network_state (network, key, value)"
                       " VALUES ($1, $2, $3)"
                       " ON CONFLICT (network, key) DO UPDATE SET value = $3",
                       DB_VALUES(DB_TEXT(network), DB_TEXT(key), DB_TEXT(value)));
}
