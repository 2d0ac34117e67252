// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_ROOM_H
#define USHER_NET_MATRIX_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "net/matrix/parse.h"
#include "net/matrix/power.h"

struct cJSON;

// A room of the server by its id, and who is in it. Zeroed but for the id it is
// one the bot is not in.

struct matrix_room_state {
    char *id;
    const char *name; // as configured, borrowed; NULL: not configured
    bool joined;
    bool members_known;
    int64_t members_again_ms; // not asked for before, as that failed; 0: did not
    struct table members;     // user id → display name (char *), "" for none
    struct matrix_power power;
    bool encrypted;
    bool refuses; // a message of the bot's, and the moderators know
};

void matrix_room_finish(struct matrix_room_state *room);

// The bot is in it no longer: of who is there and what they may nothing is known.
void matrix_room_forget(struct matrix_room_state *room);

// Follows one m.room.member event. Does nothing before the members are known.
void matrix_room_follow(struct matrix_room_state *room,
                        const struct matrix_event *event);

// From the answer of GET /rooms/{id}/joined_members; members beyond a bound are
// left out with a log line.
void matrix_room_set_members(struct matrix_room_state *room, const struct cJSON *json);
void matrix_room_forget_members(struct matrix_room_state *room);

// Whether it has two members: the bot and one person.
bool matrix_room_is_direct(const struct matrix_room_state *room);

// Whether what is said there is for the bot: it is configured, or a direct one.
bool matrix_room_is_heard(const struct matrix_room_state *room);

// Whether the user is in it and has an operator's power level, as far as is known.
bool matrix_room_is_operator(const struct matrix_room_state *room, const char *user);

// The display name, else the localpart. A copy; the caller frees.
char *matrix_room_name_of(const struct matrix_room_state *room, const char *user);

// "ana" of "@ana:example.org". The caller frees.
char *matrix_localpart(const char *user);

#endif
