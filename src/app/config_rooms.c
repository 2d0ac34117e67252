// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "app/config_parts.h"
#include "base/memory.h"

enum { ROOM_BYTES_MAX = 255 };

// One of a workshop's two lists of rooms.
struct room_list {
    const char *name;
    struct raw_room *rooms;
    size_t count;
    const char *workshop; // its id
    struct table seen;    // rooms of this list
};

static void mistake_about(struct fields_reader *reader, const char *below,
                          const char *text, const char *expected) {
    char *found = fields_quoted(text);
    fields_mistake(reader, below, found, expected);
    free(found);
}

static bool network_is_named(const struct raw_config *raw, const char *name) {
    for (size_t i = 0; i < raw->network_count; i++) {
        if (strcmp(raw->networks[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

// The network of that name; NULL when there is none, which is added as a mistake
// unless the network itself has one already.
static struct config_network *find_network(struct fields_reader *reader,
                                           const char *below, const char *name) {
    const struct config_reading *reading = reader->context;
    if (name == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < reading->config->network_count; i++) {
        if (strcmp(reading->config->networks[i].name, name) == 0) {
            return &reading->config->networks[i];
        }
    }
    if (!network_is_named(&reading->raw, name)) {
        char *pointer = str_printf("%s/network", below);
        mistake_about(reader, pointer, name, "the name of a network above");
        free(pointer);
    }
    return NULL;
}

static bool is_channel(const char *name) {
    return strchr("#&+!", name[0]) != NULL && name[1] != '\0' &&
           strpbrk(name, " ,") == NULL && strlen(name) <= ROOM_BYTES_MAX;
}

static bool is_matrix_room(const char *name) {
    bool is_alias = name[0] == '#' && strchr(name, ':') > name + 1;
    bool is_room_id = name[0] == '!' && name[1] != '\0';
    return (is_alias || is_room_id) && strchr(name, ' ') == NULL &&
           strlen(name) <= ROOM_BYTES_MAX;
}

static bool check_name(struct fields_reader *reader, const char *below,
                       const struct config_network *network, const char *name) {
    bool good = false;
    char *expected = NULL;
    switch (network->kind) {
    case CONFIG_IRC:
        good = is_channel(name);
        expected = mem_copy("a channel such as \"#cyber\"");
        break;
    case CONFIG_MATRIX:
        good = is_matrix_room(name);
        expected = mem_copy("\"#ALIAS:SERVER\" or \"!ID:SERVER\"");
        break;
    case CONFIG_CONSOLE:
        good =
            network->console_room == NULL || strcmp(name, network->console_room) == 0;
        expected = str_printf("the console's one room, \"%s\"", network->console_room);
        break;
    }
    if (!good) {
        char *pointer = str_printf("%s/room", below);
        mistake_about(reader, pointer, name, expected);
        free(pointer);
    }
    free(expected);
    return good;
}

static void warn_of_trust(struct fields_reader *reader, const char *below,
                          const struct config_network *network) {
    char *pointer = str_printf("%s/trust_operators", below);
    if (network->kind == CONFIG_IRC) {
        fields_warn(reader, pointer,
                    "whoever gets operator of this channel, by any means, moderates");
    } else {
        fields_mistake(reader, pointer, "true",
                       "nothing: only channels on IRC have operators to trust");
    }
    free(pointer);
}

// Options of the other networks would be lost without a word.
static void check_options(struct fields_reader *reader, const char *below,
                          const struct config_network *network,
                          const struct raw_room *raw) {
    if (raw->key_file != NULL && network->kind != CONFIG_IRC) {
        char *pointer = str_printf("%s/key_file", below);
        fields_mistake(reader, pointer, "a key",
                       "nothing: only channels on IRC have keys");
        free(pointer);
    }
    if (raw->via_count > 0 && network->kind != CONFIG_MATRIX) {
        char *pointer = str_printf("%s/via", below);
        fields_mistake(reader, pointer, "servers",
                       "nothing: only Matrix rooms are joined through servers");
        free(pointer);
    }
    if (raw->trust_operators) {
        warn_of_trust(reader, below, network);
    }
}

static char *room_key(const struct config_network *network, const char *name) {
    char *key = str_printf("%s\n%s", network->name, name);
    // Names of channels are the same in any case (RFC 2812 section 1.3).
    if (network->kind == CONFIG_IRC) {
        ascii_lower_all(key);
    }
    return key;
}

static void add_channel(struct fields_reader *reader, const char *below,
                        struct irc_options *irc, const struct raw_room *raw) {
    char *pointer = str_printf("%s/key_file", below);
    irc->channels =
        mem_resize(irc->channels, irc->channel_count + 1, sizeof *irc->channels);
    irc->channels[irc->channel_count++] =
        (struct irc_channel){.name = mem_copy(raw->room),
                             .key = config_secret(reader, pointer, raw->key_file)};
    free(pointer);
}

static void add_matrix_room(struct matrix_options *matrix, struct raw_room *raw) {
    matrix->rooms =
        mem_resize(matrix->rooms, matrix->room_count + 1, sizeof *matrix->rooms);
    matrix->rooms[matrix->room_count++] = (struct matrix_room){
        .name = mem_copy(raw->room), .via = raw->via, .via_count = raw->via_count};
    raw->via = NULL;
    raw->via_count = 0;
}

static void add_to_network(struct fields_reader *reader, const char *below,
                           struct config_network *network, struct raw_room *raw) {
    if (network->kind == CONFIG_IRC) {
        add_channel(reader, below, &network->irc, raw);
    } else if (network->kind == CONFIG_MATRIX) {
        add_matrix_room(&network->matrix, raw);
    }
}

// Whether the room is new to its list; adds it to the network where it is new to
// the configuration.
static bool claim(struct fields_reader *reader, struct room_list *list,
                  struct config_network *network, size_t index) {
    struct config_reading *reading = reader->context;
    struct raw_room *raw = &list->rooms[index];
    char *below = str_printf("/%s/%zu", list->name, index);
    char *pointer = str_printf("%s/room", below);
    char *key = room_key(network, raw->room);
    const char *owner = table_get(&reading->rooms, key);
    bool is_new = table_set(&list->seen, key, list) == NULL;
    if (!is_new) {
        mistake_about(reader, pointer, raw->room, "each room once");
    } else if (owner != NULL && strcmp(owner, list->workshop) != 0) {
        char *found = str_printf("a room of workshop \"%s\"", owner);
        fields_mistake(reader, pointer, found, "a room of no other workshop");
        free(found);
    } else if (owner == NULL) {
        char *id = mem_copy(list->workshop);
        table_set(&reading->rooms, key, id);
        add_to_network(reader, below, network, raw);
    }
    free(key);
    free(pointer);
    free(below);
    return is_new;
}

// Whether all is right with the room at that place of the list.
static bool link_room(struct fields_reader *reader, struct room_list *list,
                      size_t index) {
    struct raw_room *raw = &list->rooms[index];
    char *below = str_printf("/%s/%zu", list->name, index);
    struct config_network *network = find_network(reader, below, raw->network);
    bool good = network != NULL && raw->room != NULL;
    if (good) {
        check_options(reader, below, network, raw);
        good = check_name(reader, below, network, raw->room) &&
               claim(reader, list, network, index);
    }
    free(below);
    return good;
}

static struct room *link_list(struct fields_reader *reader, struct room_list *list,
                              size_t *count) {
    struct room *rooms = mem_alloc(list->count, sizeof *rooms);
    for (size_t i = 0; list->rooms != NULL && i < list->count; i++) {
        if (link_room(reader, list, i)) {
            struct raw_room *raw = &list->rooms[i];
            rooms[(*count)++] =
                (struct room){config_take(&raw->network), config_take(&raw->room),
                              raw->trust_operators};
        }
    }
    table_finish(&list->seen);
    return rooms;
}

void config_link_rooms(struct fields_reader *reader, struct raw_workshop *raw,
                       struct workshop *workshop) {
    struct room_list rooms = {"rooms", raw->rooms, raw->room_count, raw->id, {0}};
    struct room_list moderator_rooms = {"moderator_rooms",
                                        raw->moderator_rooms,
                                        raw->moderator_room_count,
                                        raw->id,
                                        {0}};
    if (raw->rooms != NULL && raw->room_count == 0) {
        fields_mistake(reader, "/rooms", "an empty array", "at least one room");
    }
    workshop->rooms = link_list(reader, &rooms, &workshop->room_count);
    workshop->moderator_rooms =
        link_list(reader, &moderator_rooms, &workshop->moderator_room_count);
}

// Says under which key a moderator of that network is named.
static const char *moderator_key(const struct config_network *network) {
    return network->kind == CONFIG_IRC ? "account" : "user";
}

static bool is_account(const struct config_network *network, const char *name) {
    return network->kind == CONFIG_MATRIX ? config_is_matrix_user(name)
                                          : strchr(name, ' ') == NULL;
}

static char *moderator_account(struct fields_reader *reader, const char *below,
                               const struct config_network *network,
                               const struct raw_moderator *raw) {
    bool is_irc = network->kind == CONFIG_IRC;
    const char *name = is_irc ? raw->account : raw->user;
    const char *other = is_irc ? raw->user : raw->account;
    const char *key = moderator_key(network);
    char *account = NULL;
    if (name == NULL || other != NULL) {
        char *expected = str_printf("\"%s\" alone, on %s", key, network->name);
        fields_mistake(reader, below,
                       other != NULL ? "a name under another key" : "no name",
                       expected);
        free(expected);
        return NULL;
    }
    if (!is_account(network, name)) {
        char *pointer = str_printf("%s/%s", below, key);
        mistake_about(reader, pointer, name,
                      is_irc ? "an account"
                             : "a user id such as \"@chair:example.org\"");
        free(pointer);
        return NULL;
    }
    account = mem_copy(name);
    if (is_irc) {
        ascii_lower_all(account);
    }
    return account;
}

void config_link_moderators(struct fields_reader *reader, struct raw_workshop *raw,
                            struct workshop *workshop) {
    workshop->moderators =
        mem_alloc(raw->moderator_count, sizeof *workshop->moderators);
    for (size_t i = 0; i < raw->moderator_count; i++) {
        char *below = str_printf("/moderators/%zu", i);
        struct raw_moderator *one = &raw->moderators[i];
        const struct config_network *network =
            find_network(reader, below, one->network);
        char *account =
            network != NULL ? moderator_account(reader, below, network, one) : NULL;
        if (account != NULL) {
            workshop->moderators[workshop->moderator_count++] =
                (struct moderator){config_take(&one->network), account};
        }
        free(below);
    }
}
