// SPDX-License-Identifier: MIT
#include "net/matrix/receipts.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/table.h"
#include "net/matrix/api.h"

enum { EVERY_S = 1 };

struct matrix_receipts {
    struct matrix *matrix;
    struct table newest; // room id → event id (char *), not told to the server yet
    struct http_call *call;
    struct event *timer;
};

// Not before the turn that handled it has ended, and not at once for each.
static void wait(struct matrix_receipts *receipts) {
    if (receipts->call == NULL && receipts->newest.used > 0 &&
        !evtimer_pending(receipts->timer, NULL)) {
        event_add(receipts->timer, &(struct timeval){.tv_sec = EVERY_S});
    }
}

static void on_done(void *context, const struct http_answer *http) {
    (void)http;
    struct matrix_receipts *receipts = context;
    receipts->call = NULL;
    wait(receipts);
}

// v1.11, POST /rooms/{roomId}/receipt/{receiptType}/{eventId}.
static void on_timer(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct matrix_receipts *receipts = context;
    size_t at = 0;
    const char *room = NULL;
    void *event = NULL;
    if (receipts->matrix->token == NULL ||
        !table_next(&receipts->newest, &at, &room, &event)) {
        return;
    }
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, room);
    buf_add_str(&path, "/receipt/m.read/");
    matrix_uri_add(&path, event);
    table_remove(&receipts->newest, room);
    free(event);
    struct matrix_request request = {.method = "POST",
                                     .path = buf_str(&path),
                                     .body = "{}",
                                     .timeout_ms = MATRIX_REQUEST_MS};
    receipts->call = matrix_call(receipts->matrix, &request, on_done, receipts);
    buf_finish(&path);
}

void matrix_receipts_note(struct matrix_receipts *receipts, const char *room,
                          const char *event) {
    free(table_set(&receipts->newest, room, mem_copy(event)));
    wait(receipts);
}

struct matrix_receipts *matrix_receipts_create(struct matrix *matrix) {
    struct matrix_receipts *receipts = mem_alloc(1, sizeof *receipts);
    receipts->matrix = matrix;
    receipts->timer = evtimer_new(matrix->base, on_timer, receipts);
    if (receipts->timer == NULL) {
        abort(); // only for want of memory
    }
    return receipts;
}

void matrix_receipts_stop(struct matrix_receipts *receipts) {
    http_cancel(receipts->call);
    receipts->call = NULL;
    event_del(receipts->timer);
    size_t at = 0;
    const char *room = NULL;
    void *event = NULL;
    while (table_next(&receipts->newest, &at, &room, &event)) {
        free(event);
    }
    table_finish(&receipts->newest);
}

void matrix_receipts_destroy(struct matrix_receipts *receipts) {
    if (receipts == NULL) {
        return;
    }
    matrix_receipts_stop(receipts);
    event_free(receipts->timer);
    free(receipts);
}
