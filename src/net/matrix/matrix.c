// SPDX-License-Identifier: MIT
#include "net/matrix/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "net/matrix/account.h"
#include "net/matrix/api.h"
#include "net/matrix/direct.h"
#include "net/matrix/encrypted.h"
#include "net/matrix/inspect.h"
#include "net/matrix/invites.h"
#include "net/matrix/login.h"
#include "net/matrix/parse.h"
#include "net/matrix/receipts.h"
#include "net/matrix/rooms.h"
#include "net/matrix/send.h"
#include "net/matrix/sync.h"

// --- own names ---

void matrix_take_own_name(struct matrix *matrix, char *name) {
    free(matrix->own_name);
    matrix->own_name = name;
    size_t count = 0;
    matrix->names[count++] = matrix->own_id;
    matrix->names[count++] = matrix->own_localpart;
    if (name != NULL) {
        matrix->names[count++] = name;
    }
    matrix->names[count] = NULL;
}

static void begin_sync(struct matrix *matrix) {
    if (matrix->rooms_known && matrix->name_known) {
        matrix_sync_start(matrix->sync);
    }
}

// Without the display name the bot answers to its id and localpart.
static void on_name(void *context, const struct http_answer *http) {
    struct matrix *matrix = context;
    matrix->name_call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind == ANSWER_OK || !matrix->name_known) {
        matrix_take_own_name(
            matrix, matrix_clean_name(matrix_json_text(answer.json, "displayname")));
    }
    matrix_answer_finish(&answer);
    if (!matrix->name_known) {
        matrix->name_known = true;
        begin_sync(matrix);
    }
}

// v1.11, GET /profile/{userId}/displayname.
void matrix_look_at_name(struct matrix *matrix) {
    http_cancel(matrix->name_call);
    struct buf path = {0};
    buf_add_str(&path, "/profile/");
    matrix_uri_add(&path, matrix->own_id);
    buf_add_str(&path, "/displayname");
    struct matrix_request request = {
        .method = "GET", .path = buf_str(&path), .timeout_ms = MATRIX_REQUEST_MS};
    matrix->name_call = matrix_call(matrix, &request, on_name, matrix);
    buf_finish(&path);
}

// --- told by the parts ---

void matrix_signed_on(struct matrix *matrix) {
    if (matrix->begun) {
        begin_sync(matrix);
        matrix_sender_wake(matrix->sender);
        return;
    }
    matrix->begun = true;
    matrix->own_localpart = matrix_localpart(matrix->own_id);
    matrix_rooms_start(matrix->rooms);
    matrix_direct_start(matrix->direct);
    matrix_encrypted_start(matrix->encrypted);
    matrix_look_at_name(matrix);
}

void matrix_token_refused(struct matrix *matrix) {
    matrix_login_start(matrix->login);
}

void matrix_rooms_known(struct matrix *matrix) {
    matrix->rooms_known = true;
    begin_sync(matrix);
}

static void settle(struct matrix *matrix) {
    if (matrix->synced && matrix->link != MATRIX_LINK_UP &&
        matrix_rooms_settled(matrix->rooms) &&
        (!matrix_only_looks(matrix) || matrix_rooms_state_known(matrix->rooms))) {
        matrix->link = MATRIX_LINK_UP;
        matrix->network.events->up(matrix->network.context, &matrix->network);
    }
}

void matrix_rooms_changed(struct matrix *matrix) {
    settle(matrix);
    matrix_sender_wake(matrix->sender);
}

void matrix_reached(struct matrix *matrix) {
    matrix->synced = true;
    settle(matrix);
}

void matrix_unreached(struct matrix *matrix, const char *reason) {
    matrix->synced = false;
    free(matrix->reason);
    matrix->reason = mem_copy(reason);
    matrix_sender_clear(matrix->sender);
    if (matrix->link != MATRIX_LINK_DOWN) {
        matrix->link = MATRIX_LINK_DOWN;
        matrix->network.events->down(matrix->network.context, &matrix->network);
    }
}

// --- the network's functions ---

static struct matrix *matrix_of(struct network *network) {
    return (struct matrix *)network;
}

static void network_start(struct network *network) {
    struct matrix *matrix = matrix_of(network);
    if (!matrix_only_looks(matrix)) {
        matrix->position =
            network->events->recall(network->context, network, MATRIX_POSITION);
    }
    matrix_login_begin(matrix->login);
}

static void network_send(struct network *network, const struct outgoing *outgoing) {
    matrix_sender_add(matrix_of(network)->sender, outgoing);
}

static bool network_has_member(const struct network *network, const char *room,
                               const char *identity) {
    const struct matrix *matrix = (const struct matrix *)network;
    const struct matrix_room_state *state = matrix_rooms_by_name(matrix->rooms, room);
    return state != NULL && state->joined &&
           table_get(&state->members, identity) != NULL;
}

static bool network_is_operator(const struct network *network, const char *room,
                                const char *identity) {
    const struct matrix *matrix = (const struct matrix *)network;
    const struct matrix_room_state *state = matrix_rooms_by_name(matrix->rooms, room);
    return state != NULL && matrix_room_is_operator(state, identity);
}

static void network_welcome(struct network *network, const char *identity) {
    matrix_direct_welcome(matrix_of(network)->direct, identity);
}

static void network_retry(struct network *network) {
    const struct matrix *matrix = matrix_of(network);
    matrix_login_retry(matrix->login);
    matrix_rooms_retry(matrix->rooms);
    matrix_sync_retry(matrix->sync);
}

static void network_stop(struct network *network) {
    struct matrix *matrix = matrix_of(network);
    http_cancel(matrix->name_call);
    matrix->name_call = NULL;
    matrix_login_stop(matrix->login);
    matrix_sync_stop(matrix->sync);
    matrix_rooms_stop(matrix->rooms);
    matrix_invites_stop(matrix->invites);
    matrix_direct_stop(matrix->direct);
    matrix_encrypted_stop(matrix->encrypted);
    matrix_sender_clear(matrix->sender);
    matrix_receipts_stop(matrix->receipts);
    matrix->link = MATRIX_LINK_DOWN;
    matrix_login_leave(matrix->login);
}

static bool network_is_leaving(const struct network *network) {
    const struct matrix *matrix = (const struct matrix *)network;
    return matrix_login_is_leaving(matrix->login);
}

static void network_destroy(struct network *network) {
    if (network == NULL) {
        return;
    }
    network_stop(network);
    struct matrix *matrix = matrix_of(network);
    matrix_sender_destroy(matrix->sender);
    matrix_receipts_destroy(matrix->receipts);
    matrix_direct_destroy(matrix->direct);
    matrix_encrypted_destroy(matrix->encrypted);
    matrix_invites_destroy(matrix->invites);
    matrix_sync_destroy(matrix->sync);
    matrix_rooms_destroy(matrix->rooms);
    matrix_login_destroy(matrix->login);
    http_destroy(matrix->http);
    free(matrix->homeserver);
    free(matrix->user);
    free(matrix->own_id);
    free(matrix->own_name);
    free(matrix->own_localpart);
    free(matrix->position);
    free(matrix->reason);
    free(matrix->network.name);
    free(matrix);
}

static const struct network_functions functions = {
    .can_edit = true,
    .start = network_start,
    .send = network_send,
    .has_member = network_has_member,
    .is_operator = network_is_operator,
    .welcome = network_welcome,
    .retry = network_retry,
    .inspect = matrix_inspect,
    .stop = network_stop,
    .is_leaving = network_is_leaving,
    .destroy = network_destroy,
};

struct network *matrix_create(const char *name, const struct matrix_options *options,
                              struct event_base *base,
                              const struct network_events *events, void *context) {
    struct matrix *matrix = mem_alloc(1, sizeof *matrix);
    matrix->network.functions = &functions;
    matrix->network.events = events;
    matrix->network.context = context;
    matrix->network.name = mem_copy(name);
    matrix->base = base;
    matrix->homeserver = mem_copy(options->homeserver);
    matrix->user = mem_copy(options->user);
    struct http_options http = {.ca_file = options->ca_file, .proxy = options->proxy};
    matrix->http = http_create(base, &http);
    matrix->login = matrix_login_create(matrix, options);
    matrix->rooms = matrix_rooms_create(matrix, options);
    matrix->invites = matrix_invites_create(matrix);
    matrix->direct = matrix_direct_create(matrix);
    matrix->encrypted = matrix_encrypted_create(matrix);
    matrix->sender = matrix_sender_create(matrix);
    matrix->receipts = matrix_receipts_create(matrix);
    matrix->sync = matrix_sync_create(matrix);
    return &matrix->network;
}
