// SPDX-License-Identifier: MIT
#include "net/matrix/send.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/table.h"
#include "net/matrix/api.h"
#include "net/matrix/content.h"
#include "net/matrix/direct.h"
#include "net/matrix/retry.h"
#include "net/matrix/rooms.h"

enum {
    PARALLEL_MAX = 8,
    PRIORITIES = PRIORITY_LIST + 1,
    UNCLEAR_MAX = 3, // answers to one message that say neither yes nor no
};

struct queued {
    struct queued *next;
    uint64_t id;
    uint64_t order; // of arrival
    enum priority priority;
    struct target target; // its texts point into the next
    char *target_texts;
    char *transaction, *text, *html;
    int unclear; // answers of 200 without an event
};

struct ready {
    struct lane *first, **end;
};

struct lane {
    struct matrix_sender *sender;
    char *key;              // configured name, room id, or user id
    struct queued *first;   // by priority, then order; the first may be under way
    struct http_call *call; // of the first
    struct matrix_retry retry;
    bool hopeless; // leads nowhere: neither a configured room, nor an id
    // Among those that can go on, by the priority of the first message; NULL: is not.
    struct ready *in;
    struct lane *next, **link;
};

struct matrix_sender {
    struct matrix *matrix;
    struct table lanes; // by key
    struct ready ready[PRIORITIES];
    struct event *wake;
    uint64_t arrived;
    size_t active; // lanes with a call
};

static void queued_free(struct queued *queued) {
    free(queued->target_texts);
    free(queued->transaction);
    free(queued->text);
    free(queued->html);
    free(queued);
}

// --- those that can go on ---

static void unlist(struct lane *lane) {
    if (lane->in == NULL) {
        return;
    }
    *lane->link = lane->next;
    if (lane->next != NULL) {
        lane->next->link = lane->link;
    } else {
        lane->in->end = lane->link;
    }
    lane->in = NULL;
}

static void enlist(struct lane *lane, struct ready *ready) {
    lane->in = ready;
    lane->next = NULL;
    lane->link = ready->end;
    *ready->end = lane;
    ready->end = &lane->next;
}

// The id of the room it goes to; NULL while that is not known or not joined.
static const char *destination(const struct lane *lane) {
    const struct matrix_rooms *rooms = lane->sender->matrix->rooms;
    if (matrix_rooms_is_configured(rooms, lane->key)) {
        const struct matrix_room_state *room = matrix_rooms_by_name(rooms, lane->key);
        return room != NULL && room->joined ? room->id : NULL;
    }
    return lane->key[0] == '!' ? lane->key : NULL;
}

static bool is_ready(const struct lane *lane) {
    return lane->first != NULL && lane->call == NULL &&
           !matrix_retry_is_waiting(&lane->retry) &&
           (lane->hopeless || destination(lane) != NULL);
}

// To be called whenever something about the lane has changed. Its turn comes behind
// those that were ready before.
static void consider(struct lane *lane) {
    struct ready *ready =
        is_ready(lane) ? &lane->sender->ready[lane->first->priority] : NULL;
    if (lane->in == ready) {
        return;
    }
    unlist(lane);
    if (ready != NULL) {
        enlist(lane, ready);
        event_active(lane->sender->wake, EV_TIMEOUT, 0);
    }
}

static struct lane *next_ready(const struct matrix_sender *sender) {
    for (size_t i = 0; i < PRIORITIES; i++) {
        if (sender->ready[i].first != NULL) {
            return sender->ready[i].first;
        }
    }
    return NULL;
}

// --- lanes ---

static void lane_destroy(struct lane *lane) {
    unlist(lane);
    http_cancel(lane->call);
    matrix_retry_finish(&lane->retry);
    while (lane->first != NULL) {
        struct queued *queued = lane->first;
        lane->first = queued->next;
        queued_free(queued);
    }
    free(lane->key);
    free(lane);
}

static bool goes_before(const struct queued *a, const struct queued *b) {
    return a->priority != b->priority ? a->priority < b->priority : a->order < b->order;
}

// Never in front of the one under way.
static void lane_insert(struct lane *lane, struct queued *queued) {
    struct queued **at = &lane->first;
    if (lane->call != NULL) {
        at = &lane->first->next;
    }
    while (*at != NULL && !goes_before(queued, *at)) {
        at = &(*at)->next;
    }
    queued->next = *at;
    *at = queued;
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    consider(context);
}

static struct lane *lane_of(struct matrix_sender *sender, const char *key) {
    struct lane *lane = table_get(&sender->lanes, key);
    if (lane == NULL) {
        lane = mem_alloc(1, sizeof *lane);
        lane->sender = sender;
        lane->key = mem_copy(key);
        lane->hopeless = !matrix_rooms_is_configured(sender->matrix->rooms, key) &&
                         !matrix_id_valid(key, '!') && !matrix_id_valid(key, '@');
        matrix_retry_init(&lane->retry, sender->matrix->base, on_retry, lane);
        table_set(&sender->lanes, key, lane);
    }
    return lane;
}

// After a change of its messages: one without any ends.
static void lane_go_on(struct lane *lane) {
    if (lane->first == NULL) {
        table_remove(&lane->sender->lanes, lane->key);
        lane_destroy(lane);
    } else {
        consider(lane);
    }
}

// Tells, and takes the first message off its lane. `event`: what the server calls it.
static void settle(struct lane *lane, const char *event, const char *reason) {
    struct matrix *matrix = lane->sender->matrix;
    struct queued *queued = lane->first;
    lane->first = queued->next;
    if (reason == NULL) {
        matrix->network.events->delivered(matrix->network.context, &matrix->network,
                                          queued->id, event);
    } else {
        matrix->network.events->refused(matrix->network.context, &matrix->network,
                                        queued->id, reason);
    }
    queued_free(queued);
}

static void wait_again(struct lane *lane, const struct matrix_answer *answer,
                       const char *reason) {
    if (answer->kind == ANSWER_TOKEN) {
        matrix_token_refused(lane->sender->matrix);
    }
    if (lane->retry.tries == 0) {
        LOG(answer->rate_limited ? LOG_DEBUG : LOG_WARN, "send_again",
            LOG_S("network", lane->sender->matrix->network.name),
            LOG_S("room", lane->key), LOG_S("reason", reason));
    }
    matrix_retry_after(&lane->retry, answer->wait_ms);
}

// A configured room that refuses may have been replaced, which the synchronisation is
// about to say: the first time it is tried once more.
static bool may_have_moved(const struct lane *lane,
                           const struct matrix_answer *answer) {
    const struct matrix_room_state *room =
        matrix_rooms_by_name(lane->sender->matrix->rooms, lane->key);
    return room != NULL && room->name != NULL && !room->refuses &&
           lane->retry.tries == 0 && strcmp(answer->code, "M_FORBIDDEN") == 0;
}

// Whether this was the last word about the first message.
static bool is_final(struct lane *lane, const struct matrix_answer *answer,
                     const char *event) {
    if (answer->kind == ANSWER_OK) {
        return event != NULL || ++lane->first->unclear >= UNCLEAR_MAX;
    }
    return answer->kind == ANSWER_REFUSED && !may_have_moved(lane, answer);
}

static void on_sent(void *context, const struct http_answer *http) {
    struct lane *lane = context;
    struct matrix_sender *sender = lane->sender;
    lane->call = NULL;
    sender->active--;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    const char *event = matrix_json_text(answer.json, "event_id");
    event = answer.kind == ANSWER_OK && matrix_id_valid(event, '$') ? event : NULL;
    const char *reason =
        answer.kind == ANSWER_OK ? "the answer has no event_id" : answer.reason;
    reason = event == NULL ? reason : NULL;
    if (is_final(lane, &answer, event)) {
        matrix_retry_reset(&lane->retry);
        settle(lane, event, reason);
        matrix_rooms_answered(sender->matrix->rooms, lane->key, reason);
    } else {
        wait_again(lane, &answer, reason);
    }
    matrix_answer_finish(&answer);
    lane_go_on(lane);
    event_active(sender->wake, EV_TIMEOUT, 0); // there is room for another
}

// v1.11, PUT /rooms/{roomId}/send/{eventType}/{txnId}.
static void lane_send(struct lane *lane, const char *room) {
    const struct queued *queued = lane->first;
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, room);
    buf_add_str(&path, "/send/m.room.message/");
    matrix_uri_add(&path, queued->transaction);
    char *body = matrix_content(&queued->target, queued->text, queued->html);
    struct matrix_request request = {.method = "PUT",
                                     .path = buf_str(&path),
                                     .body = body,
                                     .timeout_ms = MATRIX_REQUEST_MS};
    lane->call = matrix_call(lane->sender->matrix, &request, on_sent, lane);
    lane->sender->active++;
    free(body);
    buf_finish(&path);
}

static void refuse_all(struct lane *lane, const char *reason) {
    while (lane->first != NULL) {
        settle(lane, NULL, reason);
    }
}

static void on_wake(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct matrix_sender *sender = context;
    struct lane *lane = NULL;
    while (sender->matrix->token != NULL && sender->active < PARALLEL_MAX &&
           (lane = next_ready(sender)) != NULL) {
        const char *room = destination(lane);
        unlist(lane);
        if (lane->hopeless) {
            refuse_all(lane, "there is no such room or person");
            lane_go_on(lane);
        } else if (room != NULL) {
            lane_send(lane, room);
        }
    }
}

void matrix_sender_wake(struct matrix_sender *sender) {
    size_t at = 0;
    const char *key = NULL;
    void *lane = NULL;
    while (table_next(&sender->lanes, &at, &key, &lane)) {
        consider(lane);
    }
    event_active(sender->wake, EV_TIMEOUT, 0);
}

// Where the direct room is known the message goes into its lane, among the
// answers that go there by the room's own id.
static const char *key_of(const struct matrix_sender *sender,
                          const struct target *target) {
    const char *room = NULL;
    if (target->kind == TARGET_PERSON) {
        room = matrix_direct_room(sender->matrix->direct, target->id);
    } else {
        const struct matrix_room_state *state =
            matrix_rooms_by_name(sender->matrix->rooms, target->id);
        room = state != NULL ? state->name : NULL;
    }
    return room != NULL ? room : target->id;
}

void matrix_sender_add(struct matrix_sender *sender, const struct outgoing *outgoing) {
    if (sender->matrix->link != MATRIX_LINK_UP) {
        return;
    }
    struct queued *queued = mem_alloc(1, sizeof *queued);
    queued->id = outgoing->id;
    queued->order = sender->arrived++;
    queued->priority = outgoing->priority;
    queued->target = outgoing->target;
    queued->target_texts = target_keep(&queued->target);
    queued->transaction = mem_copy(outgoing->transaction);
    queued->text = mem_copy(outgoing->text);
    queued->html = mem_copy(outgoing->html);
    const char *key = key_of(sender, &outgoing->target);
    struct lane *lane = lane_of(sender, key);
    lane_insert(lane, queued);
    consider(lane);
    if (outgoing->target.kind == TARGET_PERSON && matrix_id_valid(key, '@')) {
        matrix_direct_find(sender->matrix->direct, key);
    }
}

void matrix_sender_found(struct matrix_sender *sender, const char *user,
                         const char *room) {
    struct lane *lane = table_get(&sender->lanes, user);
    if (lane == NULL) {
        return;
    }
    struct lane *to = lane_of(sender, room);
    while (lane->first != NULL) {
        struct queued *queued = lane->first;
        lane->first = queued->next;
        lane_insert(to, queued);
    }
    lane_go_on(lane);
    consider(to);
}

void matrix_sender_not_found(struct matrix_sender *sender, const char *user,
                             const char *reason) {
    struct lane *lane = table_get(&sender->lanes, user);
    if (lane != NULL) {
        refuse_all(lane, reason);
        lane_go_on(lane);
    }
}

void matrix_sender_clear(struct matrix_sender *sender) {
    size_t at = 0;
    const char *key = NULL;
    void *lane = NULL;
    while (table_next(&sender->lanes, &at, &key, &lane)) {
        lane_destroy(lane);
    }
    table_finish(&sender->lanes);
    sender->active = 0;
    event_del(sender->wake);
}

struct matrix_sender *matrix_sender_create(struct matrix *matrix) {
    struct matrix_sender *sender = mem_alloc(1, sizeof *sender);
    sender->matrix = matrix;
    for (size_t i = 0; i < PRIORITIES; i++) {
        sender->ready[i].end = &sender->ready[i].first;
    }
    sender->wake = event_new(matrix->base, -1, 0, on_wake, sender);
    if (sender->wake == NULL) {
        abort(); // only for want of memory
    }
    return sender;
}

void matrix_sender_destroy(struct matrix_sender *sender) {
    if (sender == NULL) {
        return;
    }
    matrix_sender_clear(sender);
    event_free(sender->wake);
    free(sender);
}
