// SPDX-License-Identifier: MIT
#include "store/migrations.h"

#include <stddef.h>

// Append only: a migration that was released is never changed.
static const char *const migrations[] = {
    // 1: the main job. Times are milliseconds since 1970 UTC.
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    // What a network must find again: position, token, device.
    "CREATE TABLE network_state (network TEXT NOT NULL, key TEXT NOT NULL,"
    " value TEXT NOT NULL, PRIMARY KEY (network, key));"
    "CREATE TABLE workshop (id TEXT PRIMARY KEY, last_question BIGINT NOT NULL,"
    " last_session BIGINT NOT NULL, closed BIGINT NOT NULL);"
    // A session's number, never used twice.
    "CREATE TABLE session (workshop TEXT NOT NULL, id TEXT NOT NULL,"
    " number BIGINT NOT NULL, closed BIGINT NOT NULL, PRIMARY KEY (workshop, id));"
    "CREATE UNIQUE INDEX session_number ON session (workshop, number);"
    "CREATE TABLE person (id @SERIAL_KEY@, network TEXT NOT NULL,"
    " identity TEXT NOT NULL, workshop TEXT, UNIQUE (network, identity));"
    "CREATE TABLE question (workshop TEXT NOT NULL, number BIGINT NOT NULL,"
    " state TEXT NOT NULL, session BIGINT NOT NULL, asker BIGINT NOT NULL,"
    " asker_name TEXT NOT NULL, votes BIGINT NOT NULL, asked BIGINT NOT NULL,"
    " text TEXT NOT NULL, original_text TEXT NOT NULL, folded TEXT NOT NULL,"
    " reason TEXT, answer TEXT, PRIMARY KEY (workshop, number));"
    "CREATE INDEX question_order ON question (workshop, state, votes DESC, number);"
    "CREATE INDEX question_asker ON question (workshop, asker, number);"
    "CREATE INDEX question_folded ON question (workshop, folded);"
    "CREATE TABLE vote (workshop TEXT NOT NULL, question BIGINT NOT NULL,"
    " person BIGINT NOT NULL, PRIMARY KEY (workshop, question, person));"
    "CREATE TABLE history (id @SERIAL_KEY@, workshop TEXT NOT NULL,"
    " question BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL,"
    " action TEXT NOT NULL, state_from TEXT, state_to TEXT NOT NULL);"
    "CREATE INDEX history_question ON history (workshop, question, id);"
    // Notices said or dropped, so that none is said twice.
    "CREATE TABLE notice (workshop TEXT NOT NULL, session TEXT NOT NULL,"
    " kind BIGINT NOT NULL, ahead BIGINT NOT NULL, due BIGINT NOT NULL,"
    " PRIMARY KEY (workshop, session, kind, ahead, due));"
    // Decided, not yet known to be delivered. An id is never used twice: it is
    // the transaction id of promise 2.
    "CREATE TABLE outbox (id @SERIAL_KEY@, network TEXT NOT NULL,"
    " kind BIGINT NOT NULL, target TEXT NOT NULL, transaction_id TEXT,"
    " priority BIGINT NOT NULL, text TEXT NOT NULL, html TEXT);",
    // 2: from which host those without account asked and voted (people_host), 0 for
    // all others.
    "ALTER TABLE question ADD COLUMN host BIGINT NOT NULL DEFAULT 0;"
    "CREATE INDEX question_host ON question (workshop, host, state) WHERE host <> 0;"
    "ALTER TABLE vote ADD COLUMN host BIGINT NOT NULL DEFAULT 0;"
    "CREATE INDEX vote_host ON vote (workshop, question, host) WHERE host <> 0;",
    // 3: what later events refer to: the messages and reactions about questions. `edit`
    // is of a message in a moderators' room, `room`, that is kept up to date.
    "CREATE TABLE event (network TEXT NOT NULL, id TEXT NOT NULL,"
    " workshop TEXT NOT NULL, question BIGINT NOT NULL, role BIGINT NOT NULL,"
    " person BIGINT NOT NULL, room TEXT, thread TEXT, edit BIGINT NOT NULL,"
    " PRIMARY KEY (network, id));"
    "CREATE INDEX event_question ON event (workshop, question, role);"
    "ALTER TABLE outbox ADD COLUMN reply_to TEXT;"
    "ALTER TABLE outbox ADD COLUMN thread TEXT;"
    "ALTER TABLE outbox ADD COLUMN mention TEXT;"
    "ALTER TABLE outbox ADD COLUMN replaces TEXT;"
    "ALTER TABLE outbox ADD COLUMN workshop TEXT;"
    "ALTER TABLE outbox ADD COLUMN question BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE outbox ADD COLUMN role BIGINT NOT NULL DEFAULT 0;",
};

enum { NEWEST = (int)(sizeof migrations / sizeof migrations[0]) };

static enum err read_version(struct db *db, int64_t *version) {
    struct db_rows *rows =
        db_query(db, "SELECT COALESCE(MAX(version), 0) FROM schema_version", NULL, 0);
    *version = db_next(rows) ? db_int(rows, 0) : 0;
    return db_end(rows);
}

enum err migrations_check(struct db *db, struct error *error) {
    int64_t version = 0;
    if (read_version(db, &version) != OK || version != NEWEST) {
        return error_set(error, ERR_INVALID,
                         "found a store of schema %lld, expected %d: another usher "
                         "wrote it, or none yet",
                         (long long)version, (int)NEWEST);
    }
    return OK;
}

static enum err apply_one(struct db *db, int64_t version) {
    enum err err = db_script(db, "BEGIN");
    if (err == OK) {
        err = db_script(db, migrations[version - 1]);
    }
    if (err == OK) {
        err = db_run(db, "INSERT INTO schema_version (version) VALUES ($1)",
                     DB_VALUES(DB_INT(version)));
    }
    return err == OK ? db_script(db, "COMMIT") : err;
}

enum err migrations_apply(struct db *db, struct error *error) {
    int64_t version = 0;
    enum err err = db_script(db, "CREATE TABLE IF NOT EXISTS schema_version"
                                 " (version BIGINT NOT NULL)");
    if (err == OK) {
        err = read_version(db, &version);
    }
    if (err == OK && version > NEWEST) {
        return error_set(error, ERR_INVALID,
                         "found a store of schema %lld, expected at most %d: it was "
                         "written by a newer usher",
                         (long long)version, (int)NEWEST);
    }
    while (err == OK && version < NEWEST) {
        err = apply_one(db, ++version);
    }
    if (err != OK) {
        return error_set(error, ERR_UNAVAILABLE, "failed to prepare the store: %s",
                         db_error(db));
    }
    return OK;
}
