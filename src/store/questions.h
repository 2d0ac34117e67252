// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_QUESTIONS_H
#define USHER_STORE_QUESTIONS_H

#include "core/question.h"
#include "store/store.h"

// The queue of each workshop, its votes and its history. Every change of a
// question is one row of history, written in the same transaction.

// What was done to a question, by whom and when: a row of history.
struct change {
    enum question_action action;
    const char *actor; // "name@network"
    int64_t at_ms;
    enum question_state from; // the state it was in before
};

// Stores a new question: fills its number; state, session, asker, asker_name,
// asker_host, asked_ms and text are given. `folded` is the text folded for finding
// equal ones.
enum err questions_add(struct store *store, const char *workshop,
                       struct question *question, const char *folded,
                       const char *actor) ATTR_MUST_USE;

// ERR_NOT_FOUND when there is none. The caller finishes the question.
enum err questions_get(struct store *store, const char *workshop, int64_t number,
                       struct question *question) ATTR_MUST_USE;

// Writes state, text (with `folded`, NULL: unchanged), reason and answer of a
// question that was read before.
enum err questions_update(struct store *store, const char *workshop,
                          const struct question *question, const char *folded,
                          const struct change *change) ATTR_MUST_USE;

struct voter {
    int64_t person; // id of the person in the store
    int64_t host;   // people_host of the person
};

// ERR_CONFLICT when the voter has (has not) voted for it already. Adjusts the
// question's count, in the store and in *question.
enum err questions_vote(struct store *store, const char *workshop,
                        struct question *question, const struct voter *voter,
                        const struct change *change) ATTR_MUST_USE;

bool questions_has_voted(struct store *store, const char *workshop, int64_t question,
                         int64_t person);

// How many of the host have voted for the question.
int64_t questions_count_votes_of_host(struct store *store, const char *workshop,
                                      int64_t question, int64_t host);

// Number of a question with the same folded text; 0 when there is none. Withdrawn
// and dismissed ones do not count.
int64_t questions_find_equal(struct store *store, const char *workshop,
                             const char *folded);

// How many of the person's questions are pending or approved.
int64_t questions_count_open(struct store *store, const char *workshop, int64_t asker);

// How many of the host's questions are.
int64_t questions_count_open_of_host(struct store *store, const char *workshop,
                                     int64_t host);

// Number of the one being asked in the session; 0 when none is.
int64_t questions_asking(struct store *store, const char *workshop, int64_t session);

// Number of the next approved one by the order of the queue; session 0: of any
// session. 0 when none is.
int64_t questions_next(struct store *store, const char *workshop, int64_t session);

struct question_filter {
    unsigned states; // bit 1 << state
    int64_t session; // 0: all
    int64_t asker;   // 0: all
    int64_t offset;
    int64_t limit;
};

// Calls `each` for the questions that match: votes first, then age. *total, if not
// NULL, is how many match in all.
enum err questions_list(struct store *store, const char *workshop,
                        const struct question_filter *filter,
                        void (*each)(void *context, const struct question *question),
                        void *context) ATTR_MUST_USE;
int64_t questions_count(struct store *store, const char *workshop,
                        const struct question_filter *filter);

// Calls `each` for all questions of the workshop, by number.
enum err questions_all(struct store *store, const char *workshop,
                       void (*each)(void *context, const struct question *question),
                       void *context) ATTR_MUST_USE;

struct history_entry {
    int64_t at_ms;
    const char *actor, *action;
    const char *from; // NULL for the first
    const char *to;
};

// Calls `each` for all of a question's history, oldest first.
enum err questions_history(struct store *store, const char *workshop, int64_t number,
                           void (*each)(void *context,
                                        const struct history_entry *entry),
                           void *context) ATTR_MUST_USE;

#endif
