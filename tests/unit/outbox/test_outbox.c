// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/limits.h"
#include "outbox/outbox.h"

// A network that only writes down what it is given.
static struct buf sent;
static uint64_t last_given;

static void record(void *context, const struct outbox_item *item) {
    (void)context;
    buf_printf(&sent, "%s=%s ", item->transaction, item->text);
    last_given = item->id;
}

static enum err record_told(void *context, const struct outbox_told *told) {
    (void)context;
    buf_printf(&sent, "told %s %s#%d of %s ", told->event != NULL ? told->event : "-",
               told->about.workshop, (int)told->about.question, told->text);
    return OK;
}

static struct store *store;

static struct outbox *set_up(void) {
    struct error error = {0};
    buf_clear(&sent);
    assert_int_equal(store_open("sqlite::memory:", STORE_OWNER, 0, &store, &error), OK);
    struct outbox *outbox = outbox_create(store, record, NULL);
    outbox_add_network(outbox, "net");
    outbox_network_up(outbox, "net");
    return outbox;
}

// As after the end of the process, with the same store.
static struct outbox *restart(struct outbox *outbox) {
    outbox_destroy(outbox);
    buf_clear(&sent);
    outbox = outbox_create(store, record, NULL);
    outbox_add_network(outbox, "net");
    outbox_network_up(outbox, "net");
    outbox_release(outbox);
    return outbox;
}

static void tear_down(struct outbox *outbox) {
    outbox_destroy(outbox);
    store_close(store);
    buf_finish(&sent);
}

static void add(struct outbox *outbox, const char *text, enum priority priority) {
    struct message message = {0};
    message_line(&message, text);
    const struct target target = {.kind = TARGET_ROOM, .network = "net", .id = "room"};
    assert_int_equal(outbox_add(outbox, &target, &message, priority), OK);
    message_finish(&message);
}

static void answer(struct outbox *outbox, const char *text, const char *event) {
    struct message message = {0};
    message_line(&message, text);
    const struct target target = {.kind = TARGET_ROOM, .network = "net", .id = "room"};
    const struct outbox_answer how = {.event = event, .priority = PRIORITY_ANSWER};
    assert_int_equal(outbox_add_answer(outbox, &target, &message, &how), OK);
    message_finish(&message);
}

static void commit(struct outbox *outbox) {
    assert_int_equal(store_commit(store), OK);
    outbox_committed(outbox);
    outbox_release(outbox);
}

static void outbox__release__sends_after_the_commit_only(void **state) {
    (void)state;
    struct outbox *outbox = set_up();
    add(outbox, "one", PRIORITY_ANSWER);
    outbox_release(outbox);
    assert_string_equal(buf_str(&sent), "");
    commit(outbox);
    assert_string_equal(buf_str(&sent), "o1=one ");
    add(outbox, "two", PRIORITY_ANSWER);
    store_rollback(store);
    outbox_rolled_back(outbox);
    outbox_release(outbox);
    assert_string_equal(buf_str(&sent), "o1=one ");
    tear_down(outbox);
}

static void outbox__release__keeps_priority_and_age(void **state) {
    (void)state;
    struct outbox *outbox = set_up();
    add(outbox, "list", PRIORITY_LIST);
    add(outbox, "a1", PRIORITY_ANSWER);
    add(outbox, "a2", PRIORITY_ANSWER);
    add(outbox, "notice", PRIORITY_NOTICE);
    commit(outbox);
    assert_string_equal(buf_str(&sent), "o4=notice o2=a1 o3=a2 o1=list ");
    tear_down(outbox);
}

static void outbox__down__gives_again_what_was_not_delivered(void **state) {
    (void)state;
    struct outbox *outbox = set_up();
    add(outbox, "one", PRIORITY_ANSWER);
    commit(outbox);
    uint64_t first = last_given;
    add(outbox, "two", PRIORITY_ANSWER);
    commit(outbox);
    outbox_done(outbox, "net", first, NULL);
    outbox_network_down(outbox, "net");
    assert_false(outbox_is_busy(outbox));
    buf_clear(&sent);
    outbox_network_up(outbox, "net");
    outbox_release(outbox);
    assert_string_equal(buf_str(&sent), "o2=two ");
    tear_down(outbox);
}

static void outbox__restart__loads_what_was_not_removed(void **state) {
    (void)state;
    struct outbox *outbox = set_up();
    add(outbox, "one", PRIORITY_ANSWER);
    add(outbox, "two", PRIORITY_ANSWER);
    commit(outbox);
    outbox_done(outbox, "net", last_given - 1, NULL);
    assert_int_equal(outbox_store_done(outbox, record_told, NULL), OK);
    commit(outbox);
    outbox = restart(outbox);
    assert_string_equal(buf_str(&sent), "o2=two ");
    tear_down(outbox);
}

static void outbox__store_answers__keeps_the_transaction_id(void **state) {
    (void)state;
    struct outbox *outbox = set_up();
    answer(outbox, "hello", "$event");
    assert_false(store_has_changes(store));
    outbox_committed(outbox);
    outbox_release(outbox);
    assert_string_equal(buf_str(&sent), "a$event.0=hello ");
    assert_int_equal(outbox_store_answers(outbox, "net"), OK);
    commit(outbox);
    outbox = restart(outbox);
    assert_string_equal(buf_str(&sent), "a$event.0=hello ");
    tear_down(outbox);
}

// Those about a question are told once they have an end, with or without a row.
static void outbox__store_done__tells_of_messages_about_questions(void **state) {
    (void)state;
    struct outbox *outbox = set_up();
    const struct target target = {.kind = TARGET_ROOM, .network = "net", .id = "room"};
    struct message message = {.about = {"w", 3, EVENT_SHOWN}};
    message_line(&message, "three");
    const struct outbox_answer how = {.event = "$e", .priority = PRIORITY_ANSWER};
    assert_int_equal(outbox_add(outbox, &target, &message, PRIORITY_NOTICE), OK);
    assert_int_equal(outbox_add_answer(outbox, &target, &message, &how), OK);
    message_finish(&message);
    add(outbox, "of nothing", PRIORITY_LIST);
    commit(outbox);
    outbox = restart(outbox); // the answer without a row is lost with the process
    outbox_done(outbox, "net", last_given - 1, "$first");
    outbox_done(outbox, "net", last_given, "$other");
    buf_clear(&sent);
    assert_int_equal(outbox_store_done(outbox, record_told, NULL), OK);
    assert_string_equal(buf_str(&sent), "told $first w#3 of three ");
    commit(outbox);
    message = (struct message){.about = {"w", 4, EVENT_SHOWN}};
    message_line(&message, "four");
    assert_int_equal(outbox_add_answer(outbox, &target, &message, &how), OK);
    message_finish(&message);
    outbox_committed(outbox);
    outbox_release(outbox);
    outbox_done(outbox, "net", last_given, "$second");
    buf_clear(&sent);
    assert_int_equal(outbox_store_done(outbox, record_told, NULL), OK);
    assert_string_equal(buf_str(&sent), "told $second w#4 of four ");
    commit(outbox);
    tear_down(outbox);
}

// Takes everything at once and delivers it at once; checks the order.
struct eager {
    struct outbox *outbox;
    uint64_t given[LIMIT_IN_FLIGHT_MESSAGES];
    size_t given_len;
    int64_t next_row;
};

static void take(void *context, const struct outbox_item *item) {
    struct eager *eager = context;
    char *expected = str_printf("o%lld", (long long)++eager->next_row);
    assert_string_equal(item->transaction, expected);
    free(expected);
    assert_in_range(eager->given_len, 0, LIMIT_IN_FLIGHT_MESSAGES - 1);
    eager->given[eager->given_len++] = item->id;
}

// More than memory may hold: everything arrives all the same, once and in order.
static void outbox__overflow__loses_and_repeats_nothing(void **state) {
    (void)state;
    enum { COUNT = LIMIT_OUTBOX_MESSAGES + 3000 };
    struct eager eager = {0};
    struct error error = {0};
    assert_int_equal(store_open("sqlite::memory:", STORE_OWNER, 0, &store, &error), OK);
    eager.outbox = outbox_create(store, take, &eager);
    outbox_add_network(eager.outbox, "net");
    for (int i = 0; i < COUNT; i++) {
        add(eager.outbox, "x", PRIORITY_ANSWER);
    }
    commit(eager.outbox);
    outbox_network_up(eager.outbox, "net");
    while (outbox_has(eager.outbox, "net")) {
        outbox_release(eager.outbox);
        assert_true(eager.given_len > 0);
        for (size_t i = 0; i < eager.given_len; i++) {
            outbox_done(eager.outbox, "net", eager.given[i], NULL);
        }
        eager.given_len = 0;
        assert_int_equal(outbox_store_done(eager.outbox, record_told, NULL), OK);
        assert_int_equal(store_commit(store), OK);
        outbox_committed(eager.outbox);
    }
    assert_int_equal(eager.next_row, COUNT);
    tear_down(eager.outbox);
}

// An answer that was in memory before it got its row is not loaded beside itself.
static void outbox__overflow__loads_no_answer_twice(void **state) {
    (void)state;
    struct outbox *outbox = set_up();
    outbox_network_down(outbox, "net");
    for (int i = 0; i < LIMIT_OUTBOX_MESSAGES - 1; i++) {
        add(outbox, "x", PRIORITY_NOTICE);
    }
    commit(outbox);
    answer(outbox, "hello", "$event");
    outbox_committed(outbox);
    add(outbox, "in the store alone", PRIORITY_NOTICE);
    assert_int_equal(outbox_store_answers(outbox, "net"), OK);
    commit(outbox);
    outbox_network_up(outbox, "net");
    size_t hellos = 0;
    for (int i = 0; i < LIMIT_OUTBOX_MESSAGES + 100 && outbox_has(outbox, "net"); i++) {
        buf_clear(&sent);
        outbox_release(outbox);
        const char *at = buf_str(&sent);
        while ((at = strstr(at, "=hello")) != NULL) {
            hellos++;
            at++;
        }
        for (uint64_t id = 1; id <= LIMIT_OUTBOX_MESSAGES + 100; id++) {
            outbox_done(outbox, "net", id, NULL);
        }
    }
    assert_false(outbox_has(outbox, "net"));
    assert_int_equal(hellos, 1);
    tear_down(outbox);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outbox__release__sends_after_the_commit_only),
        cmocka_unit_test(outbox__release__keeps_priority_and_age),
        cmocka_unit_test(outbox__down__gives_again_what_was_not_delivered),
        cmocka_unit_test(outbox__restart__loads_what_was_not_removed),
        cmocka_unit_test(outbox__store_answers__keeps_the_transaction_id),
        cmocka_unit_test(outbox__store_done__tells_of_messages_about_questions),
        cmocka_unit_test(outbox__overflow__loses_and_repeats_nothing),
        cmocka_unit_test(outbox__overflow__loads_no_answer_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
