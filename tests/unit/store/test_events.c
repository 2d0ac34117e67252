// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "store/events.h"
#include "store/outbox_rows.h"

static struct store *open_memory(void) {
    struct store *store = NULL;
    struct error error = {0};
    assert_int_equal(store_open("sqlite::memory:", STORE_OWNER, 1000, &store, &error),
                     OK);
    return store;
}

static void add(struct store *store, const char *id, enum event_role role,
                int64_t person) {
    const struct event event = {.network = "itu",
                                .id = id,
                                .workshop = "w",
                                .question = 3,
                                .role = role,
                                .person = person,
                                .room = "!mods:x",
                                .thread = "$root"};
    assert_int_equal(events_add(store, &event), OK);
}

static void events__find__gives_back_what_was_added_first(void **state) {
    (void)state;
    struct store *store = open_memory();
    struct event event;
    add(store, "$a", EVENT_QUEUE, 7);
    add(store, "$a", EVENT_SHOWN, 8);
    assert_int_equal(events_find(store, "itu", "$a", &event), OK);
    assert_string_equal(event.network, "itu");
    assert_string_equal(event.id, "$a");
    assert_string_equal(event.workshop, "w");
    assert_string_equal(event.room, "!mods:x");
    assert_string_equal(event.thread, "$root");
    assert_int_equal(event.question, 3);
    assert_int_equal(event.role, EVENT_QUEUE);
    assert_int_equal(event.person, 7);
    event_finish(&event);
    assert_int_equal(events_find(store, "other", "$a", &event), ERR_NOT_FOUND);
    event_finish(&event);
    assert_int_equal(events_find(store, "itu", "$b", &event), ERR_NOT_FOUND);
    event_finish(&event);
    assert_int_equal(events_remove(store, "itu", "$a"), OK);
    assert_int_equal(events_find(store, "itu", "$a", &event), ERR_NOT_FOUND);
    store_close(store);
}

static void events__count_votes__counts_a_persons_own(void **state) {
    (void)state;
    struct store *store = open_memory();
    add(store, "$1", EVENT_VOTE, 7);
    add(store, "$2", EVENT_VOTE, 7);
    add(store, "$3", EVENT_VOTE, 8);
    add(store, "$4", EVENT_ASKED, 7);
    assert_int_equal(events_count_votes(store, "w", 3, 7), 2);
    assert_int_equal(events_count_votes(store, "w", 4, 7), 0);
    assert_int_equal(events_count_votes(store, "v", 3, 7), 0);
    store_close(store);
}

static void count(void *context, const struct event *event) {
    assert_int_equal(event->role, EVENT_QUEUE);
    *(int *)context += 1 + (int)event->edit * 10;
}

static void events__of_queue__knows_what_is_under_way(void **state) {
    (void)state;
    struct store *store = open_memory();
    int sum = 0;
    add(store, "$1", EVENT_QUEUE, 0);
    add(store, "$2", EVENT_QUEUE, 0);
    add(store, "$3", EVENT_SHOWN, 0);
    const struct event event = {.network = "itu", .id = "$2"};
    assert_int_equal(events_set_edit(store, &event, EVENT_IS_STALE), OK);
    assert_int_equal(events_of_queue(store, "w", 3, count, &sum), OK);
    assert_int_equal(sum, 1 + 1 + 10 * EVENT_IS_STALE);
    store_close(store);
}

static void check_row(void *context, const struct outbox_row *row) {
    *(int *)context += 1;
    assert_string_equal(row->target.reply_to, "$asked");
    assert_string_equal(row->target.thread, "$root");
    assert_string_equal(row->target.mention, "@ana:x");
    assert_string_equal(row->target.replaces, "$old");
    assert_string_equal(row->about.workshop, "w");
    assert_int_equal(row->about.question, 3);
    assert_int_equal(row->about.role, EVENT_QUEUE);
}

static void outbox_rows__load__keeps_what_a_message_refers_to(void **state) {
    (void)state;
    struct store *store = open_memory();
    struct outbox_row row = {.target = {.kind = TARGET_ROOM,
                                        .network = "itu",
                                        .id = "#x",
                                        .reply_to = "$asked",
                                        .thread = "$root",
                                        .mention = "@ana:x",
                                        .replaces = "$old"},
                             .text = "t",
                             .about = {"w", 3, EVENT_QUEUE}};
    int rows = 0;
    assert_int_equal(outbox_rows_add(store, &row), OK);
    const struct outbox_range all = {"itu", 0, 9};
    assert_int_equal(outbox_rows_load(store, &all, check_row, &rows), OK);
    assert_int_equal(rows, 1);
    store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events__find__gives_back_what_was_added_first),
        cmocka_unit_test(events__count_votes__counts_a_persons_own),
        cmocka_unit_test(events__of_queue__knows_what_is_under_way),
        cmocka_unit_test(outbox_rows__load__keeps_what_a_message_refers_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
