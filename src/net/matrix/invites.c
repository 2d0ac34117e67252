// SPDX-License-Identifier: MIT
#include "net/matrix/invites.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/table.h"
#include "net/matrix/api.h"
#include "net/matrix/direct.h"
#include "net/matrix/retry.h"
#include "net/matrix/rooms.h"

enum {
    HOUR_MS = 60 * 60 * 1000,
    TRIES_MAX = 8,
    PARALLEL_MAX = 4,
};

// A direct invitation that is being accepted.
struct invitation {
    struct matrix_invites *invites;
    char *room, *inviter;
    bool encrypted;
    struct http_call *call;
    struct matrix_retry retry;
};

struct matrix_invites {
    struct matrix *matrix;
    struct table open; // room id → struct invitation *
    size_t active;     // those with a call
    int64_t hour_start_ms;
    struct table accepted; // since then: person, server or "" for all → int *
};

static void go_on(struct matrix_invites *invites);

static void invitation_destroy(struct invitation *invitation) {
    http_cancel(invitation->call);
    matrix_retry_finish(&invitation->retry);
    free(invitation->room);
    free(invitation->inviter);
    free(invitation);
}

static void end(struct invitation *invitation) {
    table_remove(&invitation->invites->open, invitation->room);
    invitation_destroy(invitation);
}

// A room that is encrypted is joined, but not used to reach the person.
static void accepted(struct invitation *invitation) {
    struct matrix *matrix = invitation->invites->matrix;
    LOG(LOG_INFO, "invitation_accepted", LOG_S("network", matrix->network.name),
        LOG_S("room", invitation->room));
    if (!invitation->encrypted) {
        matrix_direct_add(matrix->direct, invitation->inviter, invitation->room);
    }
    end(invitation);
}

static void failed(struct invitation *invitation, const struct matrix_answer *answer) {
    struct matrix *matrix = invitation->invites->matrix;
    if (answer->kind == ANSWER_TOKEN) {
        matrix_token_refused(matrix);
    }
    if (answer->kind != ANSWER_REFUSED && invitation->retry.tries < TRIES_MAX) {
        matrix_retry_after(&invitation->retry, answer->wait_ms);
        return;
    }
    LOG(LOG_WARN, "invitation_failed", LOG_S("network", matrix->network.name),
        LOG_S("room", invitation->room), LOG_S("reason", answer->reason));
    end(invitation);
}

static void on_joined(void *context, const struct http_answer *http) {
    struct invitation *invitation = context;
    struct matrix_invites *invites = invitation->invites;
    invitation->call = NULL;
    invites->active--;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    if (answer.kind == ANSWER_OK) {
        accepted(invitation);
    } else {
        failed(invitation, &answer);
    }
    matrix_answer_finish(&answer);
    go_on(invites);
}

// v1.11, POST /join/{roomIdOrAlias}.
static void ask_join(struct invitation *invitation) {
    struct buf path = {0};
    buf_add_str(&path, "/join/");
    matrix_uri_add(&path, invitation->room);
    struct matrix_request request = {.method = "POST",
                                     .path = buf_str(&path),
                                     .body = "{}",
                                     .timeout_ms = MATRIX_REQUEST_MS};
    invitation->call =
        matrix_call(invitation->invites->matrix, &request, on_joined, invitation);
    invitation->invites->active++;
    buf_finish(&path);
}

static void go_on(struct matrix_invites *invites) {
    size_t at = 0;
    const char *room = NULL;
    void *value = NULL;
    while (invites->active < PARALLEL_MAX &&
           table_next(&invites->open, &at, &room, &value)) {
        struct invitation *invitation = value;
        if (invitation->call == NULL && !matrix_retry_is_waiting(&invitation->retry)) {
            ask_join(invitation);
        }
    }
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    const struct invitation *invitation = context;
    go_on(invitation->invites);
}

static void forget_hour(struct matrix_invites *invites) {
    size_t at = 0;
    const char *key = NULL;
    void *count = NULL;
    while (table_next(&invites->accepted, &at, &key, &count)) {
        free(count);
    }
    table_finish(&invites->accepted);
}

static int *count_of(struct matrix_invites *invites, const char *key) {
    int *count = table_get(&invites->accepted, key);
    if (count == NULL) {
        count = mem_alloc(1, sizeof *count);
        table_set(&invites->accepted, key, count);
    }
    return count;
}

// Who is beyond the own bound uses up nothing of the server's, and a server that is
// nothing of the others'.
static bool may_accept(struct matrix_invites *invites, const char *inviter) {
    int64_t now_ms = clock_mono_ms();
    if (now_ms - invites->hour_start_ms >= HOUR_MS) {
        invites->hour_start_ms = now_ms;
        forget_hour(invites);
    }
    if (*count_of(invites, "") >= LIMIT_MATRIX_INVITES) {
        return false;
    }
    int *of_server = count_of(invites, strchr(inviter, ':') + 1);
    if (*of_server >= LIMIT_MATRIX_INVITES_SERVER) {
        return false;
    }
    int *of_person = count_of(invites, inviter);
    if (*of_person >= LIMIT_MATRIX_INVITES_PERSON) {
        return false;
    }
    ++*of_person;
    ++*of_server;
    ++*count_of(invites, "");
    return true;
}

void matrix_invites_take(struct matrix_invites *invites,
                         const struct matrix_invite *invite) {
    struct matrix *matrix = invites->matrix;
    if (matrix_rooms_invited(matrix->rooms, invite->room) ||
        table_get(&invites->open, invite->room) != NULL) {
        return;
    }
    if (!invite->direct || !may_accept(invites, invite->inviter)) {
        LOG(LOG_WARN, "invitation_ignored", LOG_S("network", matrix->network.name),
            LOG_S("room", invite->room), LOG_S("by", invite->inviter),
            LOG_S("why", invite->direct ? "too many" : "not a direct room"));
        return;
    }
    matrix_direct_welcome(matrix->direct, invite->inviter);
    struct invitation *invitation = mem_alloc(1, sizeof *invitation);
    invitation->invites = invites;
    invitation->room = mem_copy(invite->room);
    invitation->inviter = mem_copy(invite->inviter);
    invitation->encrypted = invite->encrypted;
    matrix_retry_init(&invitation->retry, matrix->base, on_retry, invitation);
    table_set(&invites->open, invite->room, invitation);
    go_on(invites);
}

struct matrix_invites *matrix_invites_create(struct matrix *matrix) {
    struct matrix_invites *invites = mem_alloc(1, sizeof *invites);
    invites->matrix = matrix;
    invites->hour_start_ms = clock_mono_ms();
    return invites;
}

void matrix_invites_stop(struct matrix_invites *invites) {
    size_t at = 0;
    const char *room = NULL;
    void *invitation = NULL;
    while (table_next(&invites->open, &at, &room, &invitation)) {
        invitation_destroy(invitation);
    }
    table_finish(&invites->open);
    invites->active = 0;
    forget_hour(invites);
}

void matrix_invites_destroy(struct matrix_invites *invites) {
    if (invites == NULL) {
        return;
    }
    matrix_invites_stop(invites);
    free(invites);
}
