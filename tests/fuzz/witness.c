// SPDX-License-Identifier: MIT
#include "witness.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "expect.h"

static void expect_clean(const char *text, const char *broken) {
    expect(text != NULL && utf8_is_clean(slice_of(text)), broken);
}

static struct witness *on_event(void *context, const struct network *network) {
    struct witness *witness = context;
    expect(!witness->inside, "an event is told from inside a function");
    expect(strcmp(network->name, witness->network) == 0, "an event of no network");
    return witness;
}

static void expect_room(const struct witness *witness, const char *room) {
    size_t i = 0;
    while (witness->rooms[i] != NULL && strcmp(witness->rooms[i], room) != 0) {
        i++;
    }
    expect(witness->rooms[i] != NULL, "a room that is not configured");
}

static void expect_person(const struct witness *witness, const struct person *person) {
    expect(strcmp(person->network, witness->network) == 0, "a person of no network");
    expect_clean(person->identity, "an identity that is no clean text");
    expect(person->identity[0] != '\0', "a person without identity");
    expect_clean(person->name, "a name that is no clean text");
    if (person->account != NULL) {
        expect(strcmp(person->account, person->identity) == 0,
               "an account that is not the identity");
    }
    if (person->host != NULL) {
        expect_clean(person->host, "a host that is no clean text");
    }
}

static void on_message(void *context, struct network *network,
                       const struct incoming *incoming) {
    struct witness *witness = on_event(context, network);
    expect_person(witness, &incoming->person);
    expect_clean(incoming->text, "a message that is no clean text");
    expect(strlen(incoming->text) <= LIMIT_MESSAGE_BYTES, "a message without limit");
    expect_clean(incoming->event, "a message's name that is no clean text");
    expect(incoming->event[0] != '\0', "a message without name");
    expect(incoming->own_names[0] != NULL, "a message without the bot's name");
    expect(strcmp(incoming->back.network, witness->network) == 0,
           "an answer to another network");
    if (incoming->room != NULL) {
        expect_room(witness, incoming->room);
        expect(incoming->back.kind == TARGET_ROOM &&
                   strcmp(incoming->back.id, incoming->room) == 0,
               "an answer to another room");
    } else if (witness->rooms_for_two) {
        expect(incoming->back.kind == TARGET_ROOM, "an answer to no room");
        expect_clean(incoming->back.id, "a room that is no clean text");
    } else {
        expect(incoming->back.kind == TARGET_PERSON &&
                   strcmp(incoming->back.id, incoming->person.identity) == 0,
               "an answer to another person");
    }
    buf_clear(&witness->identity);
    buf_add_str(&witness->identity, incoming->person.identity);
    witness->heard++;
}

static void on_done(struct witness *witness, uint64_t id) {
    expect(id >= 1 && id <= witness->given_count, "an id that was not given");
    struct witness_given *given = &witness->given[id - 1];
    expect(given->state != GIVEN_DONE, "a message done twice");
    expect(given->state == GIVEN_OPEN, "a message done that was not given again");
    given->state = GIVEN_DONE;
}

static void on_delivered(void *context, struct network *network, uint64_t id,
                         const char *event) {
    (void)event;
    on_done(on_event(context, network), id);
}

static void on_refused(void *context, struct network *network, uint64_t id,
                       const char *reason) {
    expect(reason != NULL, "refused without reason");
    on_done(on_event(context, network), id);
}

static void on_up(void *context, struct network *network) {
    struct witness *witness = on_event(context, network);
    expect(!witness->up, "up twice");
    witness->up = true;
    witness->any = true;
}

static void lose_given(struct witness *witness) {
    for (size_t i = 0; i < witness->given_count; i++) {
        if (witness->given[i].state == GIVEN_OPEN) {
            witness->given[i].state = GIVEN_LOST;
        }
    }
}

static void on_down(void *context, struct network *network) {
    struct witness *witness = on_event(context, network);
    expect(witness->up || !witness->any, "down twice");
    witness->up = false;
    witness->any = true;
    lose_given(witness);
}

static void on_trouble(void *context, struct network *network, const char *room,
                       const char *text) {
    const struct witness *witness = on_event(context, network);
    if (room != NULL) {
        expect_room(witness, room);
    }
    expect_clean(text, "a trouble that is no clean text");
}

// The value's place; NULL when there is no room for one more key.
static struct witness_kept *find_kept(struct witness *witness, const char *key) {
    size_t i = 0;
    while (i < WITNESS_KEYS_MAX && witness->kept[i].key != NULL &&
           strcmp(witness->kept[i].key, key) != 0) {
        i++;
    }
    return i < WITNESS_KEYS_MAX ? &witness->kept[i] : NULL;
}

static void keep(struct witness *witness, const char *key, const char *value) {
    struct witness_kept *kept = find_kept(witness, key);
    if (kept == NULL) {
        return;
    }
    free(kept->value);
    kept->value = mem_copy(value);
    if (kept->key == NULL) {
        kept->key = mem_copy(key);
    }
}

static void on_position(void *context, struct network *network, const char *key,
                        const char *position) {
    struct witness *witness = on_event(context, network);
    expect_clean(key, "a key that is no clean text");
    expect_clean(position, "a position that is no clean text");
    keep(witness, key, position);
}

static char *on_recall(void *context, const struct network *network, const char *key) {
    (void)network;
    const struct witness_kept *kept = find_kept(context, key);
    return kept != NULL ? mem_copy(kept->value) : NULL;
}

static void on_remember(void *context, const struct network *network, const char *key,
                        const char *value) {
    (void)network;
    expect_clean(key, "a key that is no clean text");
    struct slice rest = slice_of(value);
    struct slice line;
    while (slice_take_until(&rest, '\n', &line)) {
        char *copy = slice_copy(line);
        expect_clean(copy, "a value that is no clean text");
        free(copy);
    }
    keep(context, key, value);
}

static void on_ended(void *context, struct network *network, bool by_command) {
    (void)by_command;
    on_event(context, network);
    expect(false, "an end that nobody asked for");
}

const struct network_events witness_events = {
    .message = on_message,
    .position = on_position,
    .delivered = on_delivered,
    .refused = on_refused,
    .up = on_up,
    .trouble = on_trouble,
    .down = on_down,
    .recall = on_recall,
    .remember = on_remember,
    .ended = on_ended,
};

void witness_finish(struct witness *witness) {
    buf_finish(&witness->identity);
    for (size_t i = 0; i < WITNESS_KEYS_MAX; i++) {
        free(witness->kept[i].key);
        free(witness->kept[i].value);
    }
}

void witness_restart(struct witness *witness) {
    witness->up = false;
    witness->any = false;
    lose_given(witness);
}
