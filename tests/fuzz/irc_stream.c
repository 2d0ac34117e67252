// SPDX-License-Identifier: MIT
// Fuzzes what an IRC server sends: the whole network of net/irc but for its wire, and
// what it tells and writes is held against the promises of network.h and the protocol.
//
// The input is the byte stream of the server. A byte ENQ (0x05) and a letter in it
// are an order to the harness, by the tables below; so an input can be read and
// written in an editor.
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "expect.h"
#include "fake_time.h"
#include "fake_wire.h"
#include "net/irc/irc.h"
#include "oblige.h"
#include "witness.h"
#include "written.h"

enum {
    ORDER = 0x05,
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    RETRY_MS = 6 * MINUTE_MS, // longer than any wait for a connection
    PENDING_MAX = 320 * 1024, // the bound of the bot, and the answers to one read
};

static const char network_name[] = "irc";
static char *const rooms[] = {"#usher", "#Mod[1]", "#locked", NULL};

static struct harness {
    struct event_base *base;
    struct network *network;
    struct witness witness;
    struct written written;
    struct buf unanswered; // lines of the bot that no order has answered
    bool stopped;
    // How much the bot may write: grows with what it is told.
    uint64_t lines_allowed;
} harness;

// The wire.

static void on_wrote(struct slice bytes) {
    written_check(&harness.written, bytes);
    buf_add_slice(&harness.unanswered, bytes);
}

static void on_telling(struct slice line) {
    enum { LINES_A_LINE = 8 };
    harness.lines_allowed += LINES_A_LINE;
    written_told(&harness.written, line);
}

static const struct fake_wire_events wire_events = {on_wrote, on_telling};

static void turn(void) {
    event_base_loop(harness.base, EVLOOP_NONBLOCK);
    expect(fake_wire_pending() <= PENDING_MAX, "too much waits for the server");
}

// The network.

// Bits of the character behind the order for a new network, less '0'.
enum {
    WITH_SASL = 1 << 0,
    WITH_PASSWORD = 1 << 1,
    SLOW = 1 << 2,
    SHORT_NICK = 1 << 3,
    WITH_SCRAM = 1 << 4, // and SASL
    WITH_NICKSERV = 1 << 5,
    WITH_TLS = 1 << 6,
};

static struct network *create(unsigned options) {
    enum { CHANNELS = sizeof rooms / sizeof rooms[0] - 1 };
    struct irc_channel channels[CHANNELS] = {
        {rooms[0], NULL}, {rooms[1], NULL}, {rooms[2], "key"}};
    char *alternatives[] = {"usher_"};
    bool slow = (options & SLOW) != 0;
    bool sasl = (options & WITH_SASL) != 0;
    bool scram = (options & WITH_SCRAM) != 0;
    bool nickserv = (options & WITH_NICKSERV) != 0;
    return irc_create(
        network_name,
        &(struct irc_options){.host = "irc.test",
                              .port = 6667,
                              .nick = (options & SHORT_NICK) != 0 ? "u" : "usher",
                              .alternative_nicks = alternatives,
                              .alternative_nick_count = 1,
                              .password = (options & WITH_PASSWORD) ? "pw" : NULL,
                              .tls = (options & WITH_TLS) != 0,
                              .sasl_mechanism = !sasl   ? NULL
                                                : scram ? "SCRAM-SHA-256"
                                                        : "PLAIN",
                              .nickserv_account = nickserv ? "usher" : NULL,
                              .nickserv_password = nickserv ? "secret" : NULL,
                              .nickserv_service = "NickServ",
                              .sasl_account = sasl ? "usher" : NULL,
                              .sasl_password = sasl ? "secret" : NULL,
                              .flood_burst = slow ? 2 : 1000,
                              .flood_per_second = slow ? 1 : 1000,
                              .channels = channels,
                              .channel_count = CHANNELS},
        harness.base, &witness_events, &harness.witness);
}

// What is called is not to tell anything by itself.
#define CALL(function, ...)                                                            \
    (harness.witness.inside = true, harness.network->functions->function(__VA_ARGS__), \
     harness.witness.inside = false)

static void start(unsigned options) {
    witness_restart(&harness.witness);
    buf_clear(&harness.unanswered);
    harness.stopped = false;
    harness.network = create(options);
    CALL(start, harness.network);
    fake_time_pass(harness.base, 0);
}

static void destroy(void) {
    CALL(destroy, harness.network);
    harness.network = NULL;
}

// The server says something only over a connection: makes one where there is none.
static void connect_again(void) {
    enum { LINES_A_CONNECTION = 64 };
    if (fake_wire_is_open() || harness.stopped) {
        return;
    }
    if (!fake_wire_is_connecting()) {
        fake_time_pass(harness.base, RETRY_MS);
    }
    expect(fake_wire_is_connecting(), "no new connection is tried");
    harness.lines_allowed += LINES_A_CONNECTION;
    written_connected(&harness.written);
    buf_clear(&harness.unanswered);
    fake_wire_connect();
    turn();
}

static void read_bytes(struct slice bytes) {
    if (bytes.len == 0) {
        return;
    }
    connect_again();
    fake_wire_read(bytes);
    turn();
}

// Messages to the network.

static const char long_text[] =
    "A line that is longer than what the protocol grants, so that it is cut: "
    "Best practices for Computer Incident Response Teams and for those who work with "
    "them, the role of governments, of operators and of everybody who uses networks, "
    "from the first report to the last lesson learnt, with \xc3\xa9t\xc3\xa9, "
    "\xe4\xbc\x9a\xe8\xae\xae and \xf0\x9f\x91\x8d between, and words enough that a "
    "second and a third line are there in any case, however short the names are in "
    "front of them on the way to whoever reads it.\n\n\tsecond\n  third \x01"
    "ACTION\n";

enum whom { ROOM, SPEAKER, ACCOUNT, TOKEN };

static const struct {
    char letter;
    enum whom whom;
    const char *id; // of ROOM and ACCOUNT
    const char *text;
    enum priority priority;
} messages[] = {
    {'r', ROOM, "#usher", "Now: Session 1", PRIORITY_NOTICE},
    {'R', ROOM, "#Mod[1]", long_text, PRIORITY_LIST},
    {'k', ROOM, "#locked", "a\r\nQUIT :b", PRIORITY_ANSWER},
    {'x', ROOM, "#elsewhere", "not configured", PRIORITY_ANSWER},
    {'p', SPEAKER, NULL, "#1 approved", PRIORITY_ANSWER},
    {'P', SPEAKER, NULL, long_text, PRIORITY_LIST},
    {'b', ROOM, "#usher", " \n\r\n \x02", PRIORITY_ANSWER},
    {'u', ACCOUNT, "chair", "Reminder", PRIORITY_NOTICE},
    {'g', TOKEN, "~0000000000000000", "gone", PRIORITY_ANSWER},
};
enum { MESSAGE_KINDS = sizeof messages / sizeof messages[0] };

static void give(uint64_t id, size_t kind) {
    enum { LINES_A_MESSAGE = 64 };
    struct witness_given *given = &harness.witness.given[id - 1];
    const char *to = messages[kind].whom == SPEAKER ? buf_str(&harness.witness.identity)
                                                    : messages[kind].id;
    bool room = messages[kind].whom == ROOM;
    harness.lines_allowed += LINES_A_MESSAGE;
    given->kind = (char)kind;
    given->state = harness.witness.up ? GIVEN_OPEN : GIVEN_LOST;
    CALL(send, harness.network,
         &(struct outgoing){.id = id,
                            .transaction = "o1",
                            .target = {.kind = room ? TARGET_ROOM : TARGET_PERSON,
                                       .network = network_name,
                                       .id = to},
                            .text = messages[kind].text,
                            .priority = messages[kind].priority});
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

static void cut(void) {
    // Only that what comes before is one read.
}

static void lose(void) {
    fake_wire_end(IRC_WIRE_LOST);
}

static void refuse_certificate(void) {
    fake_wire_end(IRC_WIRE_CERTIFICATE);
}

static void pass_second(void) {
    fake_time_pass(harness.base, SECOND_MS);
}

static void pass_minute(void) {
    fake_time_pass(harness.base, MINUTE_MS + 1);
}

static void pass_long(void) {
    fake_time_pass(harness.base, RETRY_MS);
}

static void block(void) {
    fake_wire_block(true);
}

static void unblock(void) {
    fake_wire_block(false);
}

static void answer(void) {
    struct buf answers = {0};
    connect_again();
    oblige_answer(buf_slice(&harness.unanswered), &answers);
    buf_clear(&harness.unanswered);
    read_bytes(buf_slice(&answers));
    buf_finish(&answers);
}

static void look(void) {
    const struct network_functions *functions = harness.network->functions;
    const char *who = buf_str(&harness.witness.identity);
    for (size_t i = 0; rooms[i] != NULL; i++) {
        bool is_member = functions->has_member(harness.network, rooms[i], who);
        bool is_operator = functions->is_operator != NULL &&
                           functions->is_operator(harness.network, rooms[i], who);
        expect(is_member || !is_operator, "an operator who is not there");
    }
}

static void retry(void) {
    if (harness.network->functions->retry != NULL) {
        CALL(retry, harness.network);
    }
}

static void stop(void) {
    harness.stopped = true;
    written_stopping(&harness.written);
    CALL(stop, harness.network);
    expect(!fake_wire_is_open(), "stopped and still connected");
}

static const struct {
    char letter;
    void (*carry_out)(void);
} orders[] = {
    {'c', cut},         {'e', lose},        {'f', refuse_certificate},
    {'s', pass_second}, {'m', pass_minute}, {'l', pass_long},
    {'w', block},       {'W', unblock},     {'a', answer},
    {'o', look},        {'t', retry},       {'q', stop},
};

// `option` is for the order to begin anew, with what is kept, as after a restart.
static void carry_out(char letter, char option) {
    if (letter == 'n') {
        destroy();
        start((unsigned char)(option - '0'));
        return;
    }
    if (harness.stopped || send_message(letter)) {
        return;
    }
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (orders[i].letter == letter) {
            orders[i].carry_out();
        }
    }
}

// Takes the next order with what comes before it off the front.
static void step(struct slice *input) {
    const char *order = memchr(input->data, ORDER, input->len);
    size_t len = order != NULL ? (size_t)(order - input->data) : input->len;
    read_bytes((struct slice){input->data, len});
    *input = slice_from(*input, len);
    if (input->len < 2) {
        input->len = 0;
        return;
    }
    char letter = input->data[1];
    char option = input->len > 2 ? input->data[2] : '\0';
    *input = slice_from(*input, letter == 'n' ? 3 : 2);
    carry_out(letter, option);
    turn();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { LINES_A_TIMER = 16 };
    struct slice input = {(const char *)data, size};
    struct event_base *base =
        harness.base != NULL ? harness.base : event_base_new(); // kept over the runs
    harness = (struct harness){
        .base = base,
        .witness = {.rooms = (const char *const *)rooms, .network = network_name}};
    fake_time_reset();
    fake_wire_listen(&wire_events);
    start(0);
    while (input.len > 0) {
        step(&input);
        give_again();
        expect(harness.written.lines <=
                   harness.lines_allowed + LINES_A_TIMER * fake_time_fired(),
               "more is written than the input explains");
    }
    destroy();
    witness_finish(&harness.witness);
    buf_finish(&harness.unanswered);
    return 0;
}
