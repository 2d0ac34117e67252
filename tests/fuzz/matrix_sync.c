// SPDX-License-Identifier: MIT
// Fuzzes what a homeserver answers, the bodies of /sync above all: the whole network
// of net/matrix but for HTTP, and what it tells and asks is held against the promises
// of network.h and the client-server API.
//
// The input is bodies of answers, each ended by ENQ (0x05) and a letter: the request
// that it answers, by the tables below; other letters are orders to the harness. What
// stands behind the last one answers /sync, so that such a body alone is an input.
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "fake_server.h"
#include "fake_time.h"
#include "net/matrix/matrix.h"
#include "witness.h"

enum {
    ORDER = 0x05,
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    RETRY_MS = 6 * MINUTE_MS, // longer than any wait of its own
    STEPS_MAX = 1000,         // orders of one input
};

static const char network_name[] = "matrix";
static char *const rooms[] = {"#hall:x", "!mods:x", NULL};

static struct harness {
    struct event_base *base;
    struct network *network;
    struct witness witness;
    long status; // of the next answer
    bool stopped;
    unsigned syncs;
    // How much the bot may ask: grows with what it is told.
    size_t asked_before, asks_allowed;
} harness;

static void turn(void) {
    event_base_loop(harness.base, EVLOOP_NONBLOCK);
}

// The homeserver, where the input does not say what it answers.

static const struct route {
    const char *part; // of the path
    long status;
    const char *body;
} routes[] = {
    {"/.well-known/", 404, "{}"},
    {"/versions", 200, "{\"versions\":[\"r0.6.1\",\"v1.11\"]}"},
    {"/login", 200,
     "{\"user_id\":\"@usher:x\",\"access_token\":\"secret\",\"device_id\":\"DEVICE\"}"},
    {"/account/whoami", 200, "{\"user_id\":\"@usher:x\"}"},
    {"/joined_rooms", 200, "{\"joined_rooms\":[\"!d:x\",\"!hall:x\"]}"},
    {"/directory/room/", 200, "{\"room_id\":\"!hall:x\"}"},
    {"/join/%23hall%3Ax", 200, "{\"room_id\":\"!hall:x\"}"},
    {"/join/%21mods%3Ax", 200, "{\"room_id\":\"!mods:x\"}"},
    {"/rooms/%21hall%3Ax/joined_members", 200,
     "{\"joined\":{\"@usher:x\":{},\"@ana:x\":{\"display_name\":\"Ana\"},\"@b:x\":{}}"
     "}"},
    {"/joined_members", 200, "{\"joined\":{\"@usher:x\":{},\"@ana:x\":{}}}"},
    {"/members?", 200,
     "{\"chunk\":[{\"state_key\":\"@ana:x\",\"content\":{\"membership\":\"join\"}}]}"},
    {"/messages?", 200, "{\"chunk\":[]}"},
    {"/profile/", 200, "{\"displayname\":\"Usher Bot\"}"},
    {"/account_data/", 404, "{\"errcode\":\"M_NOT_FOUND\"}"},
    {"/createRoom", 200, "{\"room_id\":\"!new:x\"}"},
    {"/send/", 200, "{\"event_id\":\"$sent\"}"},
    {"", 404, "{\"errcode\":\"M_UNRECOGNIZED\"}"},
};

static const struct route *route_of(const char *path) {
    const struct route *route = routes;
    while (strstr(path, route->part) == NULL) {
        route++;
    }
    return route;
}

// Answers the part's oldest request. Each answer may have others asked for.
static void answer(struct http_call *call, long status, struct slice body) {
    enum { ASKS_AN_ANSWER = 8, BYTES_A_ROOM = 16 };
    harness.asks_allowed += ASKS_AN_ANSWER + body.len / BYTES_A_ROOM;
    fake_server_answer(call, status, body);
    turn();
}

static struct http_call *oldest_but_sync(void) {
    enum { SYNC, OTHERS };
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        struct http_call *call = fake_server_waiting(routes[i].part);
        if (call != NULL && !fake_server_is_sync(call)) {
            return call;
        }
    }
    return NULL;
}

static void oblige(void) {
    enum { ROUNDS_MAX = 10000 };
    int rounds = 0;
    struct http_call *call = oldest_but_sync();
    for (; call != NULL; call = oldest_but_sync()) {
        const struct route *route = route_of(fake_server_path(call));
        answer(call, route->status, slice_of(route->body));
        expect(++rounds < ROUNDS_MAX, "asks without end");
    }
}

static void sync_empty(void) {
    struct http_call *call = fake_server_waiting("/sync?");
    if (call != NULL) {
        char *body = str_printf("{\"next_batch\":\"s%u\"}", ++harness.syncs);
        answer(call, 200, slice_of(body));
        free(body);
    }
}

// The network.

// What is called is not to tell anything by itself.
#define CALL(function, ...)                                                            \
    (harness.witness.inside = true, harness.network->functions->function(__VA_ARGS__), \
     harness.witness.inside = false)

static void start(void) {
    enum { ROOMS = sizeof rooms / sizeof rooms[0] - 1 };
    char *via[] = {"x", "y"};
    struct matrix_room configured[ROOMS] = {{.name = rooms[0], via, 2},
                                            {.name = rooms[1]}};
    witness_restart(&harness.witness);
    harness.stopped = false;
    harness.network = matrix_create(network_name,
                                    &(struct matrix_options){
                                        .homeserver = "http://matrix.test",
                                        .user = "@usher:x",
                                        .password = "password",
                                        .rooms = configured,
                                        .room_count = ROOMS,
                                    },
                                    harness.base, &witness_events, &harness.witness);
    CALL(start, harness.network);
    fake_time_pass(harness.base, 0);
}

static void destroy(void) {
    CALL(destroy, harness.network);
    harness.network = NULL;
}

static void sign_on(void) {
    start();
    oblige();
    sync_empty();
    oblige();
}

// Messages to the network.

enum whom { ROOM, SPEAKER, PERSON };

static const struct {
    char letter;
    enum whom whom;
    const char *id;
    const char *text, *html;
    enum priority priority;
} messages[] = {
    {'R', ROOM, "#hall:x", "Now: Session 1", "<b>Now</b>", PRIORITY_NOTICE},
    {'M', ROOM, "!mods:x", "a \"b\"\n\\c \xf0\x9f\x91\x8d", NULL, PRIORITY_LIST},
    {'D', ROOM, "!d:x", "directly", NULL, PRIORITY_ANSWER},
    {'X', ROOM, "#elsewhere:x", "not configured", NULL, PRIORITY_ANSWER},
    {'P', SPEAKER, NULL, "#1 approved", NULL, PRIORITY_ANSWER},
    {'A', PERSON, "@ana:x", "Reminder", "<p>Reminder</p>", PRIORITY_NOTICE},
    {'G', PERSON, "@gone/person:x", "Reminder", NULL, PRIORITY_LIST},
};
enum { MESSAGE_KINDS = sizeof messages / sizeof messages[0] };

static void give(uint64_t id, size_t kind) {
    enum { ASKS_A_MESSAGE = 32 };
    struct witness_given *given = &harness.witness.given[id - 1];
    const char *to = messages[kind].whom == SPEAKER ? buf_str(&harness.witness.identity)
                                                    : messages[kind].id;
    harness.asks_allowed += ASKS_A_MESSAGE;
    given->kind = (char)kind;
    given->state = harness.witness.up ? GIVEN_OPEN : GIVEN_LOST;
    char *transaction = str_printf("o%u", (unsigned)id);
    CALL(send, harness.network,
         &(struct outgoing){.id = id,
                            .transaction = transaction,
                            .target = {.kind = messages[kind].whom == ROOM
                                                   ? TARGET_ROOM
                                                   : TARGET_PERSON,
                                       .network = network_name,
                                       .id = to},
                            .text = messages[kind].text,
                            .html = messages[kind].html,
                            .priority = messages[kind].priority});
    free(transaction);
}

// Those that were lost with the last connection, as the outbox does.
static void give_again(void) {
    for (size_t i = 0; i < harness.witness.given_count && harness.witness.up; i++) {
        if (harness.witness.given[i].state == GIVEN_LOST) {
            give(i + 1, (size_t)harness.witness.given[i].kind);
        }
    }
}

static bool send_message(char letter) {
    size_t kind = 0;
    while (kind < MESSAGE_KINDS && messages[kind].letter != letter) {
        kind++;
    }
    if (kind == MESSAGE_KINDS) {
        return false;
    }
    bool whom = messages[kind].whom != SPEAKER || harness.witness.heard > 0;
    if (whom && harness.witness.given_count < WITNESS_MESSAGES_MAX) {
        harness.witness.given_count++;
        give(harness.witness.given_count, kind);
    }
    return true;
}

// The other orders.

static void pass_second(void) {
    fake_time_pass(harness.base, SECOND_MS);
}

static void pass_long(void) {
    fake_time_pass(harness.base, RETRY_MS);
}

static void look(void) {
    for (size_t i = 0; rooms[i] != NULL; i++) {
        harness.network->functions->has_member(harness.network, rooms[i],
                                               buf_str(&harness.witness.identity));
    }
}

static void begin_anew(void) {
    destroy();
    start();
}

static void stop(void) {
    harness.stopped = true;
    CALL(stop, harness.network);
    expect(fake_server_waiting_count() == 0, "stopped and still asking");
}

static const struct {
    char letter;
    void (*carry_out)(void);
} orders[] = {
    {'o', oblige}, {'y', sync_empty}, {'t', pass_second}, {'T', pass_long},
    {'?', look},   {'N', begin_anew}, {'q', stop},
};

static const struct {
    char letter;
    long status; // of the answer behind it
} statuses[] = {{'0', 0},   {'1', 401}, {'3', 403}, {'4', 400},
                {'5', 502}, {'9', 429}, {'2', 200}};

static const struct {
    char letter;
    const char *part;
} answers[] = {
    {'s', "/sync?"},          {'m', "/messages?"},
    {'j', "/joined_members"}, {'k', "/members?"},
    {'r', "/joined_rooms"},   {'d', "/directory/room/"},
    {'J', "/join/"},          {'l', "/login"},
    {'w', "/account/whoami"}, {'c', "/createRoom"},
    {'a', "/account_data/"},  {'n', "/profile/"},
    {'p', "/send/"},          {'v', "/versions"},
    {'W', "/.well-known/"},   {'*', ""},
};

static void answer_letter(char letter, struct slice body) {
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (answers[i].letter == letter) {
            struct http_call *call = fake_server_waiting(answers[i].part);
            if (call != NULL) {
                answer(call, harness.status, body);
            }
            harness.status = 200;
        }
    }
}

static void carry_out(char letter, struct slice body) {
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i].letter == letter) {
            harness.status = statuses[i].status;
        }
    }
    if (letter != 'N' && (harness.stopped || send_message(letter))) {
        return;
    }
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (orders[i].letter == letter) {
            orders[i].carry_out();
        }
    }
    answer_letter(letter, body);
}

// Takes the next body with its order off the front.
static void step(struct slice *input) {
    const char *order = memchr(input->data, ORDER, input->len);
    size_t len = order != NULL ? (size_t)(order - input->data) : input->len;
    struct slice body = {input->data, len};
    *input = slice_from(*input, len);
    bool last = input->len < 2;
    carry_out(last ? 's' : input->data[1], body);
    *input = slice_from(*input, last ? input->len : 2);
    turn();
    give_again();
}

static void check_asks(void) {
    enum { ASKS_A_TIMER = 16, ASKS_A_START = 64 };
    size_t asks = fake_server_asked() - harness.asked_before;
    expect(asks <= harness.asks_allowed + ASKS_A_START +
                       ASKS_A_TIMER * (size_t)fake_time_fired(),
           "more is asked than the input explains");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct slice input = {(const char *)data, size};
    struct event_base *base =
        harness.base != NULL ? harness.base : event_base_new(); // kept over the runs
    harness = (struct harness){.base = base,
                               .status = 200,
                               .asked_before = fake_server_asked(),
                               .witness = {.rooms = (const char *const *)rooms,
                                           .network = network_name,
                                           .rooms_for_two = true}};
    fake_time_reset();
    sign_on();
    for (int steps = 0; input.len > 0 && steps < STEPS_MAX; steps++) {
        step(&input);
        check_asks();
    }
    if (!harness.stopped) {
        oblige();
    }
    destroy();
    witness_finish(&harness.witness);
    return 0;
}
