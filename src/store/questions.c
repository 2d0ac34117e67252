// SPDX-License-Identifier: MIT
#include "store/questions.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/turn.h"

#define COLUMNS                                                                 \
    "SELECT q.number, q.state, q.session, q.asker, q.votes, q.asked, q.text,"   \
    " q.original_text, q.asker_name, p.network, p.identity, q.reason, q.answer" \
    " FROM question q JOIN person p ON p.id = q.asker"

static enum err add_history(struct store *store, const char *workshop,
                            const struct question *question, const char *from,
                            const struct change *change) {
    return store_write(
        store,
        "INSERT INTO history"
        " (workshop, question, at, actor, action, state_from, state_to)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        DB_VALUES(DB_TEXT(workshop), DB_INT(question->number), DB_INT(change->at_ms),
                  DB_TEXT(change->actor), DB_TEXT(question_action_name(change->action)),
                  DB_TEXT(from), DB_TEXT(question_state_name(question->state))));
}

enum err questions_add(struct store *store, const char *workshop,
                       struct question *question, const char *folded,
                       const char *actor) {
    enum err err =
        store_write_returning(store,
                              "UPDATE workshop SET last_question = last_question + 1"
                              " WHERE id = $1 RETURNING last_question",
                              DB_VALUES(DB_TEXT(workshop)), &question->number);
    if (err == OK && question->number == 0) {
        err = ERR_NOT_FOUND; // a workshop without its row
    }
    if (err != OK) {
        return err;
    }
    err = store_write(
        store,
        "INSERT INTO question (workshop, number, state, session, asker, asker_name,"
        " votes, asked, text, original_text, folded, host)"
        " VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $8, $9, $10)",
        DB_VALUES(DB_TEXT(workshop), DB_INT(question->number),
                  DB_TEXT(question_state_name(question->state)),
                  DB_INT(question->session), DB_INT(question->asker),
                  DB_TEXT(question->asker_name), DB_INT(question->asked_ms),
                  DB_TEXT(question->text), DB_TEXT(folded),
                  DB_INT(question->asker_host)));
    const struct change change = {
        .action = QUESTION_ASK, .actor = actor, .at_ms = question->asked_ms};
    return err != OK ? err : add_history(store, workshop, question, NULL, &change);
}

static bool read_row(const struct db_rows *rows, struct question *question) {
    *question = (struct question){
        .number = db_int(rows, 0),
        .session = db_int(rows, 2),
        .asker = db_int(rows, 3),
        .votes = db_int(rows, 4),
        .asked_ms = db_int(rows, 5),
        .text = mem_copy(db_text(rows, 6)),
        .original_text = mem_copy(db_text(rows, 7)),
        .asker_name = mem_copy(db_text(rows, 8)),
        .asker_network = mem_copy(db_text(rows, 9)),
        .asker_identity = mem_copy(db_text(rows, 10)),
        .reason = mem_copy(db_text(rows, 11)),
        .answer = mem_copy(db_text(rows, 12)),
    };
    return question_state_parse(db_text(rows, 1), &question->state);
}

enum err questions_get(struct store *store, const char *workshop, int64_t number,
                       struct question *question) {
    *question = (struct question){0};
    struct db_rows *rows =
        db_query(store_db(store), COLUMNS " WHERE q.workshop = $1 AND q.number = $2",
                 DB_VALUES(DB_TEXT(workshop), DB_INT(number)));
    enum err found = db_next(rows) && read_row(rows, question) ? OK : ERR_NOT_FOUND;
    enum err err = db_end(rows);
    return err != OK ? err : found;
}

enum err questions_update(struct store *store, const char *workshop,
                          const struct question *question, const char *folded,
                          const struct change *change) {
    enum err err = store_write(
        store,
        "UPDATE question SET state = $1, text = $2, folded = COALESCE($3, folded),"
        " reason = $4, answer = $5 WHERE workshop = $6 AND number = $7",
        DB_VALUES(DB_TEXT(question_state_name(question->state)),
                  DB_TEXT(question->text), DB_TEXT(folded), DB_TEXT(question->reason),
                  DB_TEXT(question->answer), DB_TEXT(workshop),
                  DB_INT(question->number)));
    return err != OK ? err
                     : add_history(store, workshop, question,
                                   question_state_name(change->from), change);
}

bool questions_has_voted(struct store *store, const char *workshop, int64_t question,
                         int64_t person) {
    return store_read_int(
               store,
               "SELECT COUNT(*) FROM vote"
               " WHERE workshop = $1 AND question = $2 AND person = $3",
               DB_VALUES(DB_TEXT(workshop), DB_INT(question), DB_INT(person)), 0) > 0;
}

// `host <> 0` lets the index be used, which has no others.
int64_t questions_count_votes_of_host(struct store *store, const char *workshop,
                                      int64_t question, int64_t host) {
    return store_read_int(store,
                          "SELECT COUNT(*) FROM vote"
                          " WHERE workshop = $1 AND question = $2 AND host = $3"
                          " AND host <> 0",
                          DB_VALUES(DB_TEXT(workshop), DB_INT(question), DB_INT(host)),
                          0);
}

static enum err set_vote(struct store *store, const char *workshop, int64_t question,
                         const struct voter *voter, bool vote) {
    return vote ? store_write(store,
                              "INSERT INTO vote (workshop, question, person, host)"
                              " VALUES ($1, $2, $3, $4)",
                              DB_VALUES(DB_TEXT(workshop), DB_INT(question),
                                        DB_INT(voter->person), DB_INT(voter->host)))
                : store_write(store,
                              "DELETE FROM vote"
                              " WHERE workshop = $1 AND question = $2 AND person = $3",
                              DB_VALUES(DB_TEXT(workshop), DB_INT(question),
                                        DB_INT(voter->person)));
}

enum err questions_vote(struct store *store, const char *workshop,
                        struct question *question, const struct voter *voter,
                        const struct change *change) {
    bool vote = change->action == QUESTION_VOTE;
    if (questions_has_voted(store, workshop, question->number, voter->person) == vote) {
        return ERR_CONFLICT;
    }
    enum err err = set_vote(store, workshop, question->number, voter, vote);
    if (err == OK) {
        err = store_write(store,
                          "UPDATE question SET votes = votes + $1"
                          " WHERE workshop = $2 AND number = $3",
                          DB_VALUES(DB_INT(vote ? 1 : -1), DB_TEXT(workshop),
                                    DB_INT(question->number)));
    }
    question->votes += vote ? 1 : -1;
    return err != OK ? err
                     : add_history(store, workshop, question,
                                   question_state_name(question->state), change);
}

int64_t questions_find_equal(struct store *store, const char *workshop,
                             const char *folded) {
    return store_read_int(store,
                          "SELECT number FROM question"
                          " WHERE workshop = $1 AND folded = $2"
                          " AND state NOT IN ('withdrawn', 'dismissed')"
                          " ORDER BY number LIMIT 1",
                          DB_VALUES(DB_TEXT(workshop), DB_TEXT(folded)), 0);
}

int64_t questions_count_open(struct store *store, const char *workshop, int64_t asker) {
    return store_read_int(store,
                          "SELECT COUNT(*) FROM question"
                          " WHERE workshop = $1 AND asker = $2"
                          " AND state IN ('pending', 'approved')",
                          DB_VALUES(DB_TEXT(workshop), DB_INT(asker)), 0);
}

int64_t questions_count_open_of_host(struct store *store, const char *workshop,
                                     int64_t host) {
    return store_read_int(store,
                          "SELECT COUNT(*) FROM question"
                          " WHERE workshop = $1 AND host = $2 AND host <> 0"
                          " AND state IN ('pending', 'approved')",
                          DB_VALUES(DB_TEXT(workshop), DB_INT(host)), 0);
}

int64_t questions_asking(struct store *store, const char *workshop, int64_t session) {
    return store_read_int(store,
                          "SELECT number FROM question"
                          " WHERE workshop = $1 AND state = 'asking' AND session = $2",
                          DB_VALUES(DB_TEXT(workshop), DB_INT(session)), 0);
}

int64_t questions_next(struct store *store, const char *workshop, int64_t session) {
    return store_read_int(store,
                          "SELECT number FROM question"
                          " WHERE workshop = $1 AND state = 'approved'"
                          " AND ($2 = 0 OR session = $2)"
                          " ORDER BY votes DESC, number LIMIT 1",
                          DB_VALUES(DB_TEXT(workshop), DB_INT(session)), 0);
}

// The filter as SQL, the same for listing and counting: a literal state per
// parameter, NULL where the state is not wanted.
#define MATCHES                                                      \
    " WHERE q.workshop = $1 AND q.state IN ($2, $3, $4, $5, $6, $7)" \
    " AND ($8 = 0 OR q.session = $8) AND ($9 = 0 OR q.asker = $9)"

enum { FILTER_VALUES = 11 };

static void fill_filter(const char *workshop, const struct question_filter *filter,
                        struct db_value values[FILTER_VALUES]) {
    size_t count = 0;
    values[count++] = DB_TEXT(workshop);
    for (int state = 0; state < QUESTION_STATE_COUNT; state++) {
        bool wanted = (filter->states & (1U << (unsigned)state)) != 0;
        values[count++] =
            DB_TEXT(wanted ? question_state_name((enum question_state)state) : NULL);
    }
    values[count++] = DB_INT(filter->session);
    values[count++] = DB_INT(filter->asker);
    values[count++] = DB_INT(filter->limit);
    values[count++] = DB_INT(filter->offset);
}

static enum err read_all(struct db_rows *rows,
                         void (*each)(void *context, const struct question *question),
                         void *context) {
    while (db_next(rows)) {
        struct question question;
        if (read_row(rows, &question)) {
            each(context, &question);
        }
        question_finish(&question);
    }
    return db_end(rows);
}

enum err questions_list(struct store *store, const char *workshop,
                        const struct question_filter *filter,
                        void (*each)(void *context, const struct question *question),
                        void *context) {
    struct db_value values[FILTER_VALUES];
    fill_filter(workshop, filter, values);
    return read_all(db_query(store_db(store),
                             COLUMNS MATCHES
                             " ORDER BY q.votes DESC, q.number LIMIT $10 OFFSET $11",
                             values, FILTER_VALUES),
                    each, context);
}

enum err questions_all(struct store *store, const char *workshop,
                       void (*each)(void *context, const struct question *question),
                       void *context) {
    return read_all(db_query(store_db(store),
                             COLUMNS " WHERE q.workshop = $1 ORDER BY q.number",
                             DB_VALUES(DB_TEXT(workshop))),
                    each, context);
}

int64_t questions_count(struct store *store, const char *workshop,
                        const struct question_filter *filter) {
    struct db_value values[FILTER_VALUES];
    fill_filter(workshop, filter, values);
    return store_read_int(store, "SELECT COUNT(*) FROM question q" MATCHES, values,
                          FILTER_VALUES - 2, 0);
}

enum err questions_history(struct store *store, const char *workshop, int64_t number,
                           void (*each)(void *context,
                                        const struct history_entry *entry),
                           void *context) {
    struct db_rows *rows =
        db_query(store_db(store),
                 "SELECT at, actor, action, state_from, state_to FROM history"
                 " WHERE workshop = $1 AND question = $2 ORDER BY id",
                 DB_VALUES(DB_TEXT(workshop), DB_INT(number)));
    while (db_next(rows)) {
        each(context, &(struct history_entry){.at_ms = db_int(rows, 0),
                                              .actor = db_text(rows, 1),
                                              .action = db_text(rows, 2),
                                              .from = db_text(rows, 3),
                                              .to = db_text(rows, 4)});
    }
    return db_end(rows);
}
