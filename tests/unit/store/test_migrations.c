// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <unistd.h>

#include "base/memory.h"
#include "store/db.h"
#include "store/people.h"
#include "store/questions.h"
#include "store/sessions.h"
#include "store/store.h"

// Takes a store of the newest schema back to what an older usher left.
static const char back_to_1[] = "DROP TABLE event;"
                                "ALTER TABLE outbox DROP COLUMN reply_to;"
                                "ALTER TABLE outbox DROP COLUMN thread;"
                                "ALTER TABLE outbox DROP COLUMN mention;"
                                "ALTER TABLE outbox DROP COLUMN replaces;"
                                "ALTER TABLE outbox DROP COLUMN workshop;"
                                "ALTER TABLE outbox DROP COLUMN question;"
                                "ALTER TABLE outbox DROP COLUMN role;"
                                "DROP INDEX question_host; DROP INDEX vote_host;"
                                "ALTER TABLE question DROP COLUMN host;"
                                "ALTER TABLE vote DROP COLUMN host;"
                                "DELETE FROM meta WHERE key = 'host_key';"
                                "DELETE FROM schema_version WHERE version > 1;";

static const struct person ana = {"irc", "~1", NULL, "ana", "gate.example", false};

static struct store *open_store(const char *url) {
    struct store *store = NULL;
    struct error error = {0};
    assert_int_equal(store_open(url, STORE_OWNER, 1000, &store, &error), OK);
    return store;
}

static void fill(const char *url) {
    struct store *store = open_store(url);
    struct question question = {.text = mem_copy("one"), .asker_name = mem_copy("ana")};
    const struct change vote = {.action = QUESTION_VOTE, .actor = "ana", .at_ms = 5};
    struct voter voter = {0};
    assert_int_equal(sessions_add_workshop(store, "w"), OK);
    assert_int_equal(people_get(store, &ana, &question.asker), OK);
    assert_int_equal(questions_add(store, "w", &question, "one", "ana@irc"), OK);
    voter.person = question.asker;
    assert_int_equal(questions_vote(store, "w", &question, &voter, &vote), OK);
    question_finish(&question);
    assert_int_equal(store_commit(store), OK);
    store_close(store);
}

static void age(const char *url) {
    struct db *db = NULL;
    struct error error = {0};
    assert_int_equal(db_open(url, DB_READ_WRITE, &db, &error), OK);
    assert_int_equal(db_script(db, back_to_1), OK);
    db_close(db);
}

static void migrations__apply__keeps_what_an_older_usher_stored(void **state) {
    (void)state;
    char folder[] = "/tmp/usher-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *url = str_printf("sqlite:%s/u.db", folder);
    fill(url);
    age(url);
    struct store *store = open_store(url);
    struct question question;
    assert_int_equal(questions_get(store, "w", 1, &question), OK);
    assert_string_equal(question.text, "one");
    assert_int_equal(question.votes, 1);
    assert_true(questions_has_voted(store, "w", 1, question.asker));
    int64_t host = people_host(store, &ana);
    assert_true(host != 0);
    assert_int_equal(questions_count_votes_of_host(store, "w", 1, host), 0);
    question_finish(&question);
    store_close(store);
    store = open_store(url); // the key stays
    assert_true(people_host(store, &ana) == host);
    store_close(store);
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
        cmocka_unit_test(migrations__apply__keeps_what_an_older_usher_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
