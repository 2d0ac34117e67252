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
    int64_t person = 0;
    assert_int_equal(people_get(store, &bob, &person), OK);
    const struct change vote = {.action = QUESTION_VOTE, .actor = "b", .at_ms = 5};
    const struct change unvote = {.action = QUESTION_UNVOTE, .actor = "b", .at_ms = 6};
    assert_int_equal(questions_vote(store, "w", &question, person, &unvote),
                     ERR_CONFLICT);
    assert_int_equal(questions_vote(store, "w", &question, person, &vote), OK);
    assert_int_equal(questions_vote(store, "w", &question, person, &vote),
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
        cmocka_unit_test(questions__find_equal__ignores_withdrawn),
        cmocka_unit_test(outbox_rows__add__never_gives_an_id_twice),
        cmocka_unit_test(store__open__is_for_one_owner_and_any_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
