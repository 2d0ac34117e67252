// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_ACCOUNT_H
#define USHER_NET_MATRIX_ACCOUNT_H

#include <stdbool.h>

#include "fetch/http.h"
#include "net/matrix/matrix.h"

// What the parts of the Matrix network share, and what they tell each other.
// Internal to this folder. Each part is made by its create function with the
// account, does nothing before its start function, goes quiet at stop, and is
// freed by destroy; matrix.c alone decides about the life cycle.

struct matrix_login;
struct matrix_rooms;
struct matrix_invites;
struct matrix_direct;
struct matrix_encrypted;
struct matrix_sender;
struct matrix_receipts;
struct matrix_sync;

enum matrix_link { MATRIX_LINK_NEW, MATRIX_LINK_UP, MATRIX_LINK_DOWN };

enum { MATRIX_REQUEST_MS = 60000 }; // an ordinary request, all of it

#define MATRIX_POSITION "position" // what it is recalled under

struct matrix {
    struct network network; // first: a pointer to it is one to this
    struct event_base *base;
    struct http *http;
    char *homeserver;             // as configured, or as discovery.c found it
    const char *api;              // version in its paths; NULL until it answered
    char *user;                   // as configured
    char *token;                  // NULL while not signed on; owned by tokens.c
    char *own_id;                 // as the server says; NULL before the first sign-on
    char *own_name;               // display name; NULL: none
    char *own_localpart;          // of own_id
    const char *names[4];         // the above, for struct incoming
    char *position;               // recalled, until sync.c takes it
    enum matrix_link link;        // what the receiver was told last
    char *reason;                 // why the server could not be used last
    bool begun;                   // the parts behind the login are started
    bool rooms_known, name_known; // what synchronisation waits for
    bool synced;                  // the server answers the synchronisation
    struct http_call *name_call;
    struct matrix_login *login;
    struct matrix_rooms *rooms;
    struct matrix_invites *invites;
    struct matrix_direct *direct;
    struct matrix_encrypted *encrypted;
    struct matrix_sender *sender;
    struct matrix_receipts *receipts;
    struct matrix_sync *sync;
};

// Nothing is to change by the bot's being there.
static inline bool matrix_only_looks(const struct matrix *matrix) {
    return matrix->network.events->only_looks;
}

// Told by the parts, from the loop.
void matrix_signed_on(struct matrix *matrix);     // matrix->token is valid
void matrix_token_refused(struct matrix *matrix); // by any request
void matrix_reached(struct matrix *matrix);       // a synchronisation was told
// The server can't be reached or used: what is queued is forgotten.
void matrix_unreached(struct matrix *matrix, const char *reason);
void matrix_rooms_known(struct matrix *matrix); // ids of rooms: sync may begin
// A room was joined, or its first try failed: something may go on.
void matrix_rooms_changed(struct matrix *matrix);

// The account's display name may be another: asks for it.
void matrix_look_at_name(struct matrix *matrix);

// Takes over the display name.
void matrix_take_own_name(struct matrix *matrix, char *name);

#endif
