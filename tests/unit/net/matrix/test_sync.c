// SPDX-License-Identifier: MIT
#include "net/matrix/sync.h"

#include "../../../support/fake_matrix.h"

// What a start asks for where there are many rooms, or what they are is much.

enum { ROOMS = 120, TOO_LONG = 33 << 20 };

static char names[ROOMS][16];

static int set_up(void **state) {
    static char user[] = "@usher:x";
    static char password[] = "open";
    static struct matrix_room rooms[ROOMS];
    static struct matrix_options options = {
        .user = user, .password = password, .rooms = rooms, .room_count = ROOMS};
    for (int i = 0; i < ROOMS; i++) {
        snprintf(names[i], sizeof names[i], "!r%d:x", i);
        rooms[i].name = names[i];
    }
    return fake_matrix_set_up(state, &options);
}

// All are joined, and their state has not been asked for.
static void start_again(struct fake_matrix *fake) {
    struct buf joined = {0};
    for (int i = 0; i < ROOMS; i++) {
        buf_printf(&joined, "%s'%s'", i > 0 ? "," : "", names[i]);
    }
    char *list = str_printf("{'joined_rooms':[%s]}", buf_str(&joined));
    buf_finish(&joined);
    fake_matrix_lay(fake, "GET /joined_rooms", "200 OK", list);
    fake_matrix_lay(fake, "GET /joined_rooms", "200 OK", list);
    free(list);
    fake_matrix_bring_up(fake);
    fake_matrix_restart(fake);
    fake->network->functions->start(fake->network);
}

static int count(const struct fake_matrix *fake, const char *part) {
    return fake_matrix_count(buf_str(&fake->story), part);
}

static void lay_operator(struct fake_matrix *fake, const char *room) {
    char *body = str_printf(
        "{'rooms':{'join':{'%s':{'state':{'events':[{'type':'m.room.create','event_id':"
        "'$1','sender':'@ben:x','origin_server_ts':1,'state_key':'','content':{'room_"
        "version':'11'}}]}}}}"
        "}",
        room);
    fake_matrix_lay(fake, "STATE", "200 OK", body);
    free(body);
}

static void sync__state__of_many_rooms_is_had_in_parts(void **state) {
    struct fake_matrix *fake = *state;
    lay_operator(fake, names[0]);
    fake_matrix_lay(fake, "STATE", "502 Bad Gateway", "{}");
    lay_operator(fake, names[60]);
    lay_operator(fake, names[119]);
    start_again(fake);
    fake_matrix_run_until(fake, "up\n");
    assert_int_equal(count(fake, "STATE"), 4);
    assert_int_equal(count(fake, "STATE 50\n"), 3);
    assert_int_equal(count(fake, "STATE 20\n"), 1);
    for (int i = 0; i < ROOMS; i++) {
        assert_int_equal(
            fake->network->functions->is_operator(fake->network, names[i], "@ben:x"),
            i == 0 || i == 60 || i == 119);
    }
}

// One room alone that has too much is left out.
static void sync__state__that_is_too_long_is_had_of_fewer_rooms(void **state) {
    struct fake_matrix *fake = *state;
    char *huge = mem_alloc(TOO_LONG + 1, 1);
    memset(huge, 'x', TOO_LONG);
    huge[0] = '{';
    for (int i = 0; i < 6; i++) {
        fake_matrix_lay(fake, "STATE", "200 OK", huge);
    }
    free(huge);
    start_again(fake);
    fake_matrix_run_until(fake, "up\n");
    static const int sizes[] = {50, 25, 12, 6, 3};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *line = str_printf("STATE %d\n", sizes[i]);
        assert_int_equal(count(fake, line), 1);
        free(line);
    }
    assert_int_equal(count(fake, "STATE 1\n"), ROOMS);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, fake_matrix_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sync__state__of_many_rooms_is_had_in_parts),
        TEST(sync__state__that_is_too_long_is_had_of_fewer_rooms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
