// SPDX-License-Identifier: MIT
#include "net/matrix/sync.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/parse.h"
#include "net/matrix/retry.h"
#include "net/matrix/timeline.h"

enum {
    POLL_MS = 30 * 1000,
    ANSWER_MS = 120 * 1000, // for the answer to come once there is one
    SPIN_MS = 1000,         // an answer without news that comes faster is paced
    BODY_BYTES = 32 << 20,
};

// Nothing is asked for that is not used (v1.11, "Filtering").
#define FILTER(timeline_limit)                                              \
    "{\"presence\":{\"not_types\":[\"*\"]},"                                \
    "\"account_data\":{\"types\":[\"m.direct\"]},"                          \
    "\"room\":{\"account_data\":{\"not_types\":[\"*\"]},"                   \
    "\"ephemeral\":{\"not_types\":[\"*\"]},"                                \
    "\"state\":{\"types\":[\"m.room.member\"],\"lazy_load_members\":true}," \
    "\"timeline\":{\"types\":[\"m.room.message\",\"m.room.member\","        \
    "\"m.reaction\",\"m.room.redaction\"],"                                 \
    "\"limit\":" timeline_limit ",\"lazy_load_members\":true}}}"

struct matrix_sync {
    struct matrix *matrix;
    char *since; // NULL before the first synchronisation ever
    char *next;  // where the news being told end
    bool fresh;  // the next answer catches up: after a start or a failure
    bool telling;
    bool said; // this failure is logged
    int64_t asked_ms;
    struct http_call *call;
    struct matrix_retry retry;
    struct matrix_timeline *timeline;
};

static void ask(struct matrix_sync *sync);

static void unreached(struct matrix_sync *sync, enum log_level level,
                      const char *reason) {
    if (!sync->said) {
        LOG(level, "sync_failed", LOG_S("network", sync->matrix->network.name),
            LOG_S("reason", reason));
    }
    sync->said = true;
    sync->fresh = true;
    matrix_unreached(sync->matrix);
}

// After a restore of its database the server may not know the position any more.
// What was said since is lost then; being deaf for ever would be worse.
static bool drops_position(const struct matrix_sync *sync,
                           const struct matrix_answer *answer) {
    return sync->since != NULL && (strcmp(answer->code, "M_UNKNOWN") == 0 ||
                                   strcmp(answer->code, "M_INVALID_PARAM") == 0);
}

static void refused(struct matrix_sync *sync, const struct matrix_answer *answer) {
    unreached(sync, LOG_ERROR, answer->reason);
    if (!drops_position(sync, answer)) {
        matrix_retry_longest(&sync->retry);
        return;
    }
    LOG(LOG_ERROR, "position_dropped", LOG_S("network", sync->matrix->network.name));
    free(sync->since);
    sync->since = NULL;
    matrix_retry_after(&sync->retry, -1);
}

static void failed(struct matrix_sync *sync, const struct matrix_answer *answer) {
    switch (answer->kind) {
    case ANSWER_TOKEN:
        sync->fresh = true;
        matrix_token_refused(sync->matrix);
        return;
    case ANSWER_REFUSED:
        refused(sync, answer);
        return;
    case ANSWER_AGAIN:
    case ANSWER_OK:
        break;
    }
    if (answer->certificate_refused) {
        unreached(sync, LOG_ERROR, answer->reason);
        matrix_retry_longest(&sync->retry);
        return;
    }
    if (!answer->rate_limited) {
        unreached(sync, LOG_WARN, answer->reason);
    }
    matrix_retry_after(&sync->retry, answer->wait_ms);
}

// The position is told once for each one that differs from the last.
static void on_told(void *context, bool told) {
    struct matrix_sync *sync = context;
    struct matrix *matrix = sync->matrix;
    sync->telling = false;
    if (!told) {
        unreached(sync, LOG_WARN, "the server went away while a gap was filled");
        matrix_retry_after(&sync->retry, -1);
        return;
    }
    bool moved = sync->since == NULL || strcmp(sync->since, sync->next) != 0;
    free(sync->since);
    sync->since = sync->next;
    sync->next = NULL;
    if (moved) {
        matrix->network.events->position(matrix->network.context, &matrix->network,
                                         MATRIX_POSITION, sync->since);
    }
    bool spins = !moved && clock_mono_ms() - sync->asked_ms < SPIN_MS && !sync->fresh;
    sync->fresh = sync->said = false;
    matrix_retry_reset(&sync->retry);
    matrix_reached(matrix);
    if (spins) {
        matrix_retry_after(&sync->retry, SPIN_MS);
    } else {
        ask(sync);
    }
}

static void on_answer(void *context, const struct http_answer *http) {
    struct matrix_sync *sync = context;
    sync->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    struct matrix_news news = {0};
    if (answer.kind != ANSWER_OK) {
        failed(sync, &answer);
    } else if (!matrix_news_parse(answer.json, &news)) {
        unreached(sync, LOG_WARN, "the answer has no next_batch");
        matrix_retry_after(&sync->retry, -1);
    } else {
        free(sync->next);
        sync->next = mem_copy(news.next_batch);
        sync->telling = true;
        // The tree is large and not needed while the news are told.
        matrix_answer_finish(&answer);
        matrix_timeline_take(sync->timeline, &news, sync->since, sync->fresh);
    }
    matrix_answer_finish(&answer);
}

// v1.11, GET /sync. One that catches up is answered at once.
static void ask(struct matrix_sync *sync) {
    int64_t poll_ms = sync->fresh ? 0 : POLL_MS;
    struct buf path = {0};
    buf_printf(&path, "/sync?timeout=%lld&filter=", (long long)poll_ms);
    matrix_uri_add(&path, sync->since != NULL ? FILTER("100") : FILTER("1"));
    if (sync->since != NULL) {
        buf_add_str(&path, "&since=");
        matrix_uri_add(&path, sync->since);
    }
    struct matrix_request request = {.method = "GET",
                                     .path = buf_str(&path),
                                     .timeout_ms = poll_ms + ANSWER_MS,
                                     .body_max = BODY_BYTES};
    sync->asked_ms = clock_mono_ms();
    sync->call = matrix_call(sync->matrix, &request, on_answer, sync);
    buf_finish(&path);
}

void matrix_sync_start(struct matrix_sync *sync) {
    if (sync->call != NULL || sync->telling || matrix_retry_is_waiting(&sync->retry)) {
        return;
    }
    if (sync->matrix->position != NULL) {
        sync->since = sync->matrix->position;
        sync->matrix->position = NULL;
    }
    ask(sync);
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    ask(context);
}

struct matrix_sync *matrix_sync_create(struct matrix *matrix) {
    struct matrix_sync *sync = mem_alloc(1, sizeof *sync);
    sync->matrix = matrix;
    sync->fresh = true;
    matrix_retry_init(&sync->retry, matrix->base, on_retry, sync);
    sync->timeline = matrix_timeline_create(matrix, on_told, sync);
    return sync;
}

void matrix_sync_stop(struct matrix_sync *sync) {
    http_cancel(sync->call);
    sync->call = NULL;
    sync->telling = false;
    matrix_retry_reset(&sync->retry);
    matrix_timeline_stop(sync->timeline);
}

void matrix_sync_destroy(struct matrix_sync *sync) {
    if (sync == NULL) {
        return;
    }
    matrix_sync_stop(sync);
    matrix_timeline_destroy(sync->timeline);
    matrix_retry_finish(&sync->retry);
    free(sync->since);
    free(sync->next);
    free(sync);
}
