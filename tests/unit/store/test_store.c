// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <unistd.h>

#include "base/memory.h"
#include "store/outbox_rows.h"
#include "store/people.h"
#include "store/questions.h"
#include "store/sessions.h"
#include "store/store.h"

static const struct person ana = {"irc", "ana", "ana", "Ana", NULL, false};
static const struct person bob = {"itu", "@bob:x", "@bob:x", "Bob", NULL, false};

static struct store *open_memory(void) {
    struct store *store = NULL;
    struct error error = {0};
    assert_int_equal(store_open("sqlite::memory:", STORE_OWNER, 1000, &store, &error),
                     OK);
    assert_int_equal(sessions_add_workshop(store, "w"), OK);
    assert_int_equal(store_commit(store), OK);
    return store;
}

static int64_t ask(struct store *store, const struct person *person, const char *text) {
    struct question question = {
        .session = 1, .text = mem_copy(text), .asker_name = mem_copy(person->name)};
    assert_int_equal(people_get(store, person, &question.asker), OK);
    assert_int_equal(questions_add(store, "w", &question, text, "x@y"), OK);
    int64_t number = question.number;
    question_finish(&question);
    return number;
}

static void store__rollback__takes_everything_back(void **state) {
    (void)state;
    struct store *store = open_memory();
    assert_false(store_has_changes(store));
    assert_int_equal(ask(store, &ana, "one"), 1);
    assert_true(store_has_changes(store));
    store_rollback(store);
    struct question question;
    assert_int_equal(questions_get(store, "w", 1, &question), ERR_NOT_FOUND);
    assert_int_equal(ask(store, &ana, "two"), 1);
    assert_int_equal(store_commit(store), OK);
    assert_int_equal(questions_get(store, "w", 1, &question), OK);
    assert_string_equal(question.text, "two");
    assert_string_equal(question.asker_identity, "ana");
    question_finish(&question);
    store_close(store);
}

static void store__refuse_writes__changes_nothing(void **state) {
    (void)state;
    struct store *store = open_memory();
    store_refuse_writes(store, true);
    int64_t id = 0;
    assert_int_equal(people_get(store, &ana, &id), ERR_UNAVAILABLE);
    assert_false(store_has_changes(store));
    store_refuse_writes(store, false);
    assert_int_equal(people_get(store, &ana, &id), OK);
    store_close(store);
}

static void sessions__number__is_never_used_twice(void **state) {
    (void)state;
    struct store *store = open_memory();
    static const struct {
        const char *id;
        int64_t number;
    } cases[] = {{"2", 2}, {"opening", 3}, {"3", 4},       {"opening", 3},
                 {"2", 2}, {"9", 9},       {"closing", 10}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t number = 0;
        assert_int_equal(sessions_number(store, "w", cases[i].id, &number), OK);
        assert_int_equal(number, cases[i].number);
    }
    store_close(store);
}

static void count_one(void *context, const struct question *question) {
    int64_t **at = context;
    *(*at)++ = question->number;
}

static void questions__vote__counts_a_person_once_and_orders(void **state) {
    (void)state;
    struct store *store = open_memory();
    ask(store, &ana, "one");
    ask(store, &ana, "two");
    struct question question;
    assert_int_equal(questions_get(store, "w", 2, &question), OK);
    struct voter voter = {0};
    assert_int_equal(people_get(store, &bob, &voter.person), OK);
    const struct change vote = {.action = QUESTION_VOTE, .actor = "b", .at_ms = 5};
    const struct change unvote = {.action = QUESTION_UNVOTE, .actor = "b", .at_ms = 6};
    assert_int_equal(questions_vote(store, "w", &question, &voter, &unvote),
                     ERR_CONFLICT);
    assert_int_equal(questions_vote(store, "w", &question, &voter, &vote), OK);
    assert_int_equal(questions_vote(store, "w", &question, &voter, &vote),
                     ERR_CONFLICT);
    assert_int_equal(question.votes, 1);
    question_finish(&question);
    int64_t order[2] = {0};
    int64_t *at = order;
    const struct question_filter filter = {.states = 1U << QUESTION_PENDING,
                                           .limit = 9};
    assert_int_equal(questions_list(store, "w", &filter, count_one, &at), OK);
    assert_int_equal(order[0], 2);
    assert_int_equal(order[1], 1);
    assert_int_equal(questions_count(store, "w", &filter), 2);
    store_close(store);
}

static void people__host__is_of_those_without_account(void **state) {
    (void)state;
    struct store *store = open_memory();
    const struct person cleo = {"irc", "~1", NULL, "cleo", "Gate.Example", false};
    const struct person dora = {"irc", "~2", NULL, "dora", "gate.example", false};
    const struct person eva = {"other", "~2", NULL, "eva", "gate.example", false};
    const struct person fay = {"irc", "~3", NULL, "fay", NULL, false};
    assert_int_equal(people_host(store, &ana), 0);
    assert_int_equal(people_host(store, &fay), 0);
    assert_true(people_host(store, &cleo) != 0);
    assert_true(people_host(store, &cleo) == people_host(store, &dora));
    assert_true(people_host(store, &cleo) != people_host(store, &eva));
    struct store *another = open_memory();
    assert_true(people_host(store, &cleo) != people_host(another, &cleo));
    store_close(another);
    store_close(store);
}

static void vote_from(struct store *store, int64_t number, const struct voter *voter,
                      enum question_action action) {
    struct question question;
    const struct change change = {.action = action, .actor = "b", .at_ms = 5};
    assert_int_equal(questions_get(store, "w", number, &question), OK);
    assert_int_equal(questions_vote(store, "w", &question, voter, &change), OK);
    question_finish(&question);
}

static void questions__count_votes_of_host__counts_that_question_alone(void **state) {
    (void)state;
    struct store *store = open_memory();
    ask(store, &ana, "one");
    ask(store, &ana, "two");
    vote_from(store, 1, &(struct voter){11, 7}, QUESTION_VOTE);
    vote_from(store, 1, &(struct voter){12, 7}, QUESTION_VOTE);
    vote_from(store, 1, &(struct voter){13, 8}, QUESTION_VOTE);
    vote_from(store, 1, &(struct voter){14, 0}, QUESTION_VOTE);
    vote_from(store, 2, &(struct voter){11, 7}, QUESTION_VOTE);
    assert_int_equal(questions_count_votes_of_host(store, "w", 1, 7), 2);
    assert_int_equal(questions_count_votes_of_host(store, "w", 1, 0), 0);
    assert_int_equal(questions_count_votes_of_host(store, "v", 1, 7), 0);
    vote_from(store, 1, &(struct voter){12, 0}, QUESTION_UNVOTE); // from elsewhere
    assert_int_equal(questions_count_votes_of_host(store, "w", 1, 7), 1);
    assert_true(questions_has_voted(store, "w", 1, 11));
    assert_false(questions_has_voted(store, "w", 1, 12));
    store_close(store);
}

static void questions__count_open_of_host__leaves_out_what_is_closed(void **state) {
    (void)state;
    struct store *store = open_memory();
    static const struct {
        enum question_state state;
        int64_t host;
    } cases[] = {{QUESTION_PENDING, 7},   {QUESTION_APPROVED, 7},
                 {QUESTION_WITHDRAWN, 7}, {QUESTION_ANSWERED, 7},
                 {QUESTION_PENDING, 8},   {QUESTION_PENDING, 0}};
    int64_t asker = 0;
    assert_int_equal(people_get(store, &bob, &asker), OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct question question = {.state = cases[i].state,
                                    .asker = asker,
                                    .asker_host = cases[i].host,
                                    .asker_name = mem_copy("b"),
                                    .text = mem_copy("t")};
        assert_int_equal(questions_add(store, "w", &question, "t", "b@itu"), OK);
        question_finish(&question);
    }
    assert_int_equal(questions_count_open_of_host(store, "w", 7), 2);
    assert_int_equal(questions_count_open_of_host(store, "w", 8), 1);
    assert_int_equal(questions_count_open_of_host(store, "w", 0), 0);
    store_close(store);
}

static void questions__find_equal__ignores_withdrawn(void **state) {
    (void)state;
    struct store *store = open_memory();
    ask(store, &ana, "one");
    assert_int_equal(questions_find_equal(store, "w", "one"), 1);
    assert_int_equal(questions_find_equal(store, "other", "one"), 0);
    struct question question;
    assert_int_equal(questions_get(store, "w", 1, &question), OK);
    question.state = QUESTION_WITHDRAWN;
    const struct change change = {.action = QUESTION_WITHDRAW,
                                  .actor = "a",
                                  .at_ms = 1,
                                  .from = QUESTION_PENDING};
    assert_int_equal(questions_update(store, "w", &question, NULL, &change), OK);
    question_finish(&question);
    assert_int_equal(questions_find_equal(store, "w", "one"), 0);
    store_close(store);
}

static void count_row(void *context, const struct outbox_row *row) {
    int64_t *sum = context;
    *sum += row->id;
}

static void outbox_rows__add__never_gives_an_id_twice(void **state) {
    (void)state;
    struct store *store = open_memory();
    struct outbox_row row = {
        .target = {.kind = TARGET_ROOM, .network = "irc", .id = "#x"}, .text = "t"};
    assert_int_equal(outbox_rows_add(store, &row), OK);
    int64_t first = row.id;
    assert_int_equal(outbox_rows_remove(store, first), OK);
    assert_int_equal(outbox_rows_add(store, &row), OK);
    assert_true(row.id > first);
    int64_t sum = 0;
    const struct outbox_range all = {"irc", 0, 9};
    assert_int_equal(outbox_rows_load(store, &all, count_row, &sum), OK);
    assert_int_equal(sum, row.id);
    store_close(store);
}

static void store__open__is_for_one_owner_and_any_reader(void **state) {
    (void)state;
    char folder[] = "/tmp/usher-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *url = str_printf("sqlite:%s/u.db", folder);
    struct store *owner = NULL;
    struct store *second = NULL;
    struct store *reader = NULL;
    struct error error = {0};
    assert_int_equal(store_open(url, STORE_OWNER, 1000, &owner, &error), OK);
    assert_int_equal(store_open(url, STORE_OWNER, 2000, &second, &error), ERR_CONFLICT);
    assert_int_equal(store_open(url, STORE_READER, 2000, &reader, &error), OK);
    assert_int_equal(store_opened_ms(reader), 1000);
    store_close(reader);
    assert_int_equal(store_set_state(owner, "irc", "position", "p1"), OK);
    store_close(owner); // not committed
    assert_int_equal(store_open(url, STORE_OWNER, 3000, &owner, &error), OK);
    assert_int_equal(store_opened_ms(owner), 1000);
    assert_null(store_get_state(owner, "irc", "position"));
    assert_int_equal(store_set_state(owner, "irc", "position", "p2"), OK);
    assert_int_equal(store_commit(owner), OK);
    check_take(store_get_state(owner, "irc", "position"), "p2");
    store_close(owner);
    error_finish(&error);
    free(url);
    static const char *const names[] = {"u.db", "u.db-wal", "u.db-shm", "u.db.lock"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = str_printf("%s/%s", folder, names[i]);
        unlink(path);
        free(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store__rollback__takes_everything_back),
        cmocka_unit_test(store__refuse_writes__changes_nothing),
        cmocka_unit_test(sessions__number__is_never_used_twice),
        cmocka_unit_test(questions__vote__counts_a_person_once_and_orders),
        cmocka_unit_test(people__host__is_of_those_without_account),
        cmocka_unit_test(questions__count_votes_of_host__counts_that_question_alone),
        cmocka_unit_test(questions__count_open_of_host__leaves_out_what_is_closed),
        cmocka_unit_test(questions__find_equal__ignores_withdrawn),
        cmocka_unit_test(outbox_rows__add__never_gives_an_id_twice),
        cmocka_unit_test(store__open__is_for_one_owner_and_any_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
