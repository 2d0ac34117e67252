// SPDX-License-Identifier: MIT
#include "core/incoming.h"

#include <stdlib.h>

#include "base/memory.h"

// Every string of a message, in the order of the fields below.
enum { NETWORK, IDENTITY, ACCOUNT, NAME, HOST, ROOM, TEXT, OF, EVENT, STRINGS };

struct copy {
    struct incoming incoming; // first; points into strings and names
    char *strings[STRINGS];
    char *back;   // texts of incoming.back
    char **names; // ends with NULL
};

static char **copy_names(const char *const *names) {
    size_t count = 0;
    while (names[count] != NULL) {
        count++;
    }
    char **copies = mem_alloc(count + 1, sizeof *copies);
    for (size_t i = 0; i < count; i++) {
        copies[i] = mem_copy(names[i]);
    }
    return copies;
}

struct incoming *incoming_copy(const struct incoming *incoming) {
    struct copy *copy = mem_alloc(1, sizeof *copy);
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
        copy->strings[i] = mem_copy(from[i]);
    }
    copy->names = copy_names(incoming->own_names);
    char *const *to = copy->strings;
    copy->incoming = *incoming;
    copy->incoming.person =
        (struct person){to[NETWORK], to[IDENTITY], to[ACCOUNT],
                        to[NAME],    to[HOST],     incoming->person.is_past};
    copy->incoming.room = to[ROOM];
    copy->back = target_keep(&copy->incoming.back);
    copy->incoming.text = to[TEXT];
    copy->incoming.of = to[OF];
    copy->incoming.event = to[EVENT];
    copy->incoming.own_names = (const char *const *)copy->names;
    return &copy->incoming;
}

void incoming_destroy(struct incoming *incoming) {
    if (incoming == NULL) {
        return;
    }
    struct copy *copy = (struct copy *)incoming; // its first member
    for (size_t i = 0; i < STRINGS; i++) {
        free(copy->strings[i]);
    }
    free(copy->back);
    for (size_t i = 0; copy->names[i] != NULL; i++) {
        free(copy->names[i]);
    }
    free(copy->names);
    free(copy);
}
