// SPDX-License-Identifier: MIT
#include "app/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

// Every string of a message, in the order of the fields below.
enum { NETWORK, IDENTITY, ACCOUNT, NAME, HOST, ROOM, TEXT, OF, EVENT, STRINGS };

struct pending_message {
    struct incoming incoming; // points into strings and names
    char *strings[STRINGS];
    char *back;   // texts of incoming.back
    char **names; // ends with NULL
};

static char **copy_names(const char *const *names) {
    size_t count = 0;
    while (names[count] != NULL) {
        count++;
    }
    char **copy = mem_alloc(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = mem_copy(names[i]);
    }
    return copy;
}

void pending_add(struct pending *pending, const struct incoming *incoming) {
    pending->messages = mem_grow(pending->messages, pending->count, &pending->cap,
                                 sizeof *pending->messages);
    struct pending_message *message = &pending->messages[pending->count++];
    const char *const from[STRINGS] = {
        [NETWORK] = incoming->person.network,
        [IDENTITY] = incoming->person.identity,
        [ACCOUNT] = incoming->person.account,
        [NAME] = incoming->person.name,
        [HOST] = incoming->person.host,
        [ROOM] = incoming->room,
        [TEXT] = incoming->text,
        [OF] = incoming->of,
        [EVENT] = incoming->event,
    };
    for (size_t i = 0; i < STRINGS; i++) {
        message->strings[i] = mem_copy(from[i]);
    }
    message->names = copy_names(incoming->own_names);
    char *const *to = message->strings;
    message->incoming = *incoming;
    message->incoming.person =
        (struct person){to[NETWORK], to[IDENTITY], to[ACCOUNT],
                        to[NAME],    to[HOST],     incoming->person.is_past};
    message->incoming.room = to[ROOM];
    message->back = target_keep(&message->incoming.back);
    message->incoming.text = to[TEXT];
    message->incoming.of = to[OF];
    message->incoming.event = to[EVENT];
}

static void message_free(struct pending_message *message) {
    for (size_t i = 0; i < STRINGS; i++) {
        free(message->strings[i]);
    }
    free(message->back);
    for (size_t i = 0; message->names[i] != NULL; i++) {
        free(message->names[i]);
    }
    free(message->names);
}

void pending_clear(struct pending *pending) {
    for (size_t i = 0; i < pending->count; i++) {
        message_free(&pending->messages[i]);
    }
    pending->count = 0;
}

void pending_finish(struct pending *pending) {
    pending_clear(pending);
    free(pending->messages);
    *pending = (struct pending){0};
}

void pending_replay(const struct pending *pending,
                    void (*handle)(void *context, const struct incoming *incoming),
                    void *context) {
    for (size_t i = 0; i < pending->count; i++) {
        struct incoming incoming = pending->messages[i].incoming;
        incoming.own_names = (const char *const *)pending->messages[i].names;
        handle(context, &incoming);
    }
}
