// SPDX-License-Identifier: MIT
#include "store/events.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/turn.h"

void event_keep(struct event *event) {
    const char **const texts[] = {&event->network, &event->id, &event->workshop,
                                  &event->room, &event->thread};
    event->texts = mem_keep(texts, sizeof texts / sizeof texts[0]);
}

void event_finish(struct event *event) {
    free(event->texts);
    *event = (struct event){0};
}

enum err events_add(struct store *store, const struct event *event) {
    return store_write(
        store,
        "INSERT INTO event"
        " (network, id, workshop, question, role, person, room, thread, edit)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        DB_VALUES(DB_TEXT(event->network), DB_TEXT(event->id), DB_TEXT(event->workshop),
                  DB_INT(event->question), DB_INT(event->role), DB_INT(event->person),
                  DB_TEXT(event->room), DB_TEXT(event->thread), DB_INT(event->edit)));
}

#define COLUMNS                                                                \
    "SELECT network, id, workshop, question, role, person, room, thread, edit" \
    " FROM event"

static struct event read_row(const struct db_rows *rows) {
    return (struct event){
        .network = db_text(rows, 0),
        .id = db_text(rows, 1),
        .workshop = db_text(rows, 2),
        .question = db_int(rows, 3),
        .role = (enum event_role)db_int(rows, 4),
        .person = db_int(rows, 5),
        .room = db_text(rows, 6),
        .thread = db_text(rows, 7),
        .edit = (enum event_edit)db_int(rows, 8),
    };
}

enum err events_find(struct store *store, const char *network, const char *id,
                     struct event *event) {
    *event = (struct event){0};
    struct db_rows *rows =
        db_query(store_db(store), COLUMNS " WHERE network = $1 AND id = $2",
                 DB_VALUES(DB_TEXT(network), DB_TEXT(id)));
    bool found = db_next(rows);
    if (found) {
        *event = read_row(rows);
        event_keep(event);
    }
    enum err err = db_end(rows);
    return err == OK && !found ? ERR_NOT_FOUND : err;
}

enum err events_remove(struct store *store, const char *network, const char *id) {
    return store_write(store, "DELETE FROM event WHERE network = $1 AND id = $2",
                       DB_VALUES(DB_TEXT(network), DB_TEXT(id)));
}

enum err events_set_edit(struct store *store, const struct event *event,
                         enum event_edit edit) {
    return store_write(
        store, "UPDATE event SET edit = $1 WHERE network = $2 AND id = $3",
        DB_VALUES(DB_INT(edit), DB_TEXT(event->network), DB_TEXT(event->id)));
}

enum err events_of_queue(struct store *store, const char *workshop, int64_t question,
                         void (*each)(void *context, const struct event *event),
                         void *context) {
    struct db_rows *rows = db_query(
        store_db(store), COLUMNS " WHERE workshop = $1 AND question = $2 AND role = $3",
        DB_VALUES(DB_TEXT(workshop), DB_INT(question), DB_INT(EVENT_QUEUE)));
    while (db_next(rows)) {
        const struct event event = read_row(rows);
        each(context, &event);
    }
    return db_end(rows);
}

int64_t events_count_votes(struct store *store, const char *workshop, int64_t question,
                           int64_t person) {
    return store_read_int(store,
                          "SELECT COUNT(*) FROM event WHERE workshop = $1"
                          " AND question = $2 AND role = $3 AND person = $4",
                          DB_VALUES(DB_TEXT(workshop), DB_INT(question),
                                    DB_INT(EVENT_VOTE), DB_INT(person)),
                          0);
}
