// SPDX-License-Identifier: MIT
#ifndef USHER_APP_CONFIG_PARTS_H
#define USHER_APP_CONFIG_PARTS_H

#include "app/config.h"
#include "base/table.h"
#include "formats/fields.h"

// Private to app/config*.c. The file is read by tables into the raw structs below,
// as written; each part's `done` then moves what is right into the configuration:
// paths made relative to the file, secrets loaded, references followed.

struct raw_network {
    char *name;
    char *type;
    struct irc_options irc;
    char *password_file; // IRC and Matrix
    char *sasl_password_file;
    char *nickserv_password_file;
    struct matrix_options matrix;
    char *access_token_file;
    char *console_room;
};

struct raw_room {
    char *network;
    char *room;
    char *key_file;
    char **via;
    size_t via_count;
    bool trust_operators;
};

struct raw_moderator {
    char *network;
    char *user;
    char *account;
};

struct raw_workshop {
    char *id;
    char *agenda;
    const struct zone *zone;
    struct raw_room *rooms;
    size_t room_count;
    struct raw_room *moderator_rooms;
    size_t moderator_room_count;
    struct raw_moderator *moderators;
    size_t moderator_count;
    struct notice_rules notices;
    struct question_rules questions;
    struct rate_rules rates;
};

struct raw_config {
    char *store;
    struct raw_network *networks;
    size_t network_count;
    struct raw_workshop *workshops;
    size_t workshop_count;
};

// The context of the fields reader.
struct config_reading {
    struct config *config;
    struct raw_config raw;
    size_t network_cap, workshop_cap; // of the configuration's arrays
    struct table rooms; // "NETWORK\nROOM" to the id of the workshop it belongs to
};

extern const struct fields config_network_table;
extern const struct fields config_workshop_table;

void config_network_finish(struct config_network *network);

// Follows the rooms and moderators of a workshop, and adds the rooms to their
// networks.
void config_link_rooms(struct fields_reader *reader, struct raw_workshop *raw,
                       struct workshop *workshop);
void config_link_moderators(struct fields_reader *reader, struct raw_workshop *raw,
                            struct workshop *workshop);

// Whether the Matrix user id has the form @LOCALPART:SERVER.
bool config_is_matrix_user(const char *text);

// The secret in the file named at `below`; NULL without a file, or when it can't be
// had, which is added as a mistake. The caller frees.
char *config_secret(struct fields_reader *reader, const char *below, const char *file);

// Hands the text over and leaves NULL behind.
char *config_take(char **text);

#endif
