// SPDX-License-Identifier: MIT
#include "net/matrix/sync.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/filter.h"
#include "net/matrix/parse.h"
#include "net/matrix/retry.h"
#include "net/matrix/rooms.h"
#include "net/matrix/state.h"
#include "net/matrix/timeline.h"

enum {
    POLL_MS = 30 * 1000,
    // For the answer to come: of the first synchronisation ever, which a server may
    // work on for minutes; of one that catches up; behind a poll, since a server that
    // is slower is asked next without one.
    FIRST_MS = 10 * 60 * 1000,
    ANSWER_MS = 120 * 1000,
    POLLED_MS = 30 * 1000,
    SPIN_MS = 1000, // an answer without news that comes faster is paced
    BODY_BYTES = 32 << 20,
    STATE_ROOMS_MAX = 50, // asked for at one time: they are named in an address
    TIMELINE_MAX = 100,   // events of one room; more are a gap
    CHECK_MS = 30 * 1000,
};

struct matrix_sync {
    struct matrix *matrix;
    char *since;      // NULL before the first synchronisation ever
    char *next;       // where the news being told end
    int timeline_max; // events of one room in the next answer
    bool fresh;       // the next answer catches up: after a start or a failure
    bool state_known; // of the configured rooms, since the start
    // It is known of the configured rooms before the one, asked for of those before the
    // other, at most so many at one time.
    size_t state_at, state_next, state_max;
    // The filter as the server keeps it; NULL: sent with each request. It leaves out
    // what the bot says itself, so that no request is made only to hear that. `quiet`:
    // the request under way has it; `whole`: the next must not.
    bool filter_tried;
    char *filter_id;
    bool quiet, whole;
    // What the account does from elsewhere is left out, too: so, some time after news
    // came, what the rooms are is asked for again.
    bool unchecked;
    int64_t checked_ms;
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
    matrix_unreached(sync->matrix, reason);
}

// After a restore of its database the server may not know the position any more.
// What was said since is lost then; being deaf for ever would be worse.
static bool drops_position(const struct matrix_sync *sync,
                           const struct matrix_answer *answer) {
    return sync->since != NULL && (strcmp(answer->code, "M_UNKNOWN") == 0 ||
                                   strcmp(answer->code, "M_INVALID_PARAM") == 0);
}

// Nor the filter, and Synapse says the same of both: that goes first.
static bool drops_filter(struct matrix_sync *sync) {
    bool drops = sync->filter_id != NULL;
    free(sync->filter_id);
    sync->filter_id = NULL;
    return drops;
}

static void refused(struct matrix_sync *sync, const struct matrix_answer *answer) {
    if (drops_filter(sync)) {
        matrix_retry_after(&sync->retry, -1);
        return;
    }
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

// An answer that is too long is asked for again with fewer events of each room; the
// rest is then a gap, which is filled page by page.
static bool shortens(struct matrix_sync *sync, const struct matrix_answer *answer) {
    if (!answer->too_long || sync->timeline_max == 1) {
        return false;
    }
    sync->timeline_max = sync->timeline_max / 10;
    LOG(LOG_INFO, "sync_shortened", LOG_S("network", sync->matrix->network.name),
        LOG_N("events", sync->timeline_max));
    return true;
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
    sync->unchecked = sync->unchecked || (moved && sync->quiet);
    sync->fresh = sync->said = sync->whole = false;
    sync->timeline_max = TIMELINE_MAX;
    sync->state_known = true; // the first synchronisation ever has it
    matrix_retry_reset(&sync->retry);
    matrix_reached(matrix);
    if (spins) {
        matrix_retry_after(&sync->retry, SPIN_MS);
    } else {
        ask(sync);
    }
}

// False where there is none; then it is tried again.
static bool read_news(struct matrix_sync *sync, const struct matrix_answer *answer,
                      struct matrix_news *news) {
    if (answer->kind != ANSWER_OK) {
        failed(sync, answer);
        return false;
    }
    if (!matrix_news_parse(answer->json, news)) {
        unreached(sync, LOG_WARN, "the answer has no next_batch");
        matrix_retry_after(&sync->retry, -1);
        return false;
    }
    return true;
}

static bool is_about(const struct matrix_event_list *events, const char *user) {
    for (size_t i = 0; i < events->count; i++) {
        const struct matrix_event *event = &events->items[i];
        if (event->kind == MATRIX_EVENT_MEMBER && strcmp(event->member, user) == 0) {
            return true;
        }
    }
    return false;
}

// Whether the bot came into a room, or was moved: which of the messages there it was
// present at shows only with its own events.
static bool moves_bot(const struct matrix *matrix, const struct matrix_news *news) {
    for (size_t i = 0; i < news->update_count; i++) {
        const struct matrix_update *update = &news->updates[i];
        const struct matrix_room_state *room =
            matrix_rooms_find(matrix->rooms, update->room);
        if (room == NULL || !room->joined || is_about(&update->state, matrix->own_id) ||
            is_about(&update->timeline, matrix->own_id)) {
            return true;
        }
    }
    return false;
}

static void tell_news(struct matrix_sync *sync, struct matrix_news *news) {
    free(sync->next);
    sync->next = mem_copy(news->next_batch);
    sync->telling = true;
    matrix_timeline_take(sync->timeline, news, sync->since, sync->fresh);
}

static void on_answer(void *context, const struct http_answer *http) {
    struct matrix_sync *sync = context;
    sync->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    struct matrix_news news = {0};
    bool shortened = shortens(sync, &answer);
    bool has_news = !shortened && read_news(sync, &answer, &news);
    matrix_answer_finish(&answer); // the tree is large, and not needed any more
    if (has_news && sync->quiet && moves_bot(sync->matrix, &news)) {
        sync->whole = true;
        matrix_news_finish(&news);
        ask(sync);
    } else if (has_news) {
        tell_news(sync, &news);
    } else if (shortened) {
        ask(sync);
    }
}

static void get(struct matrix_sync *sync, const char *path, int64_t timeout_ms,
                http_done_fn *done) {
    struct matrix_request request = {.method = "GET",
                                     .path = path,
                                     .timeout_ms = timeout_ms,
                                     .body_max = BODY_BYTES};
    sync->call = matrix_call(sync->matrix, &request, done, sync);
}

static void on_filter(void *context, const struct http_answer *http) {
    struct matrix_sync *sync = context;
    sync->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    // Without it the filter itself is sent each time.
    sync->filter_tried = true;
    if (answer.kind == ANSWER_OK) {
        sync->filter_id = mem_copy(matrix_json_token(answer.json, "filter_id"));
    }
    matrix_answer_finish(&answer);
    ask(sync);
}

// v1.11, POST /user/{userId}/filter.
static void ask_filter(struct matrix_sync *sync) {
    struct buf path = {0};
    buf_add_str(&path, "/user/");
    matrix_uri_add(&path, sync->matrix->own_id);
    buf_add_str(&path, "/filter");
    char *filter = matrix_filter_sync(TIMELINE_MAX, sync->matrix->own_id);
    struct matrix_request request = {.method = "POST",
                                     .path = buf_str(&path),
                                     .body = filter,
                                     .timeout_ms = MATRIX_REQUEST_MS};
    sync->call = matrix_call(sync->matrix, &request, on_filter, sync);
    free(filter);
    buf_finish(&path);
}

static void add_filter(struct matrix_sync *sync, struct buf *path) {
    sync->quiet = sync->filter_id != NULL && sync->since != NULL && !sync->whole &&
                  sync->timeline_max == TIMELINE_MAX;
    if (sync->quiet) {
        matrix_uri_add(path, sync->filter_id);
        return;
    }
    char *filter =
        matrix_filter_sync(sync->since != NULL ? sync->timeline_max : 1, NULL);
    matrix_uri_add(path, filter);
    free(filter);
}

static int64_t answer_within_ms(const struct matrix_sync *sync) {
    if (sync->since == NULL) {
        return FIRST_MS;
    }
    return sync->fresh ? ANSWER_MS : POLL_MS + POLLED_MS;
}

// One that catches up is answered at once. Who looks twice must not see what the server
// remembers of the first time (ask_state): the first one is then never asked for in the
// same words, and answered at once whatever it says.
static int64_t poll_ms_of(const struct matrix_sync *sync) {
    if (sync->since == NULL && matrix_only_looks(sync->matrix)) {
        return clock_real_ms() % SPIN_MS;
    }
    return sync->fresh ? 0 : POLL_MS;
}

// v1.11, GET /sync.
static void ask_news(struct matrix_sync *sync) {
    int64_t poll_ms = poll_ms_of(sync);
    struct buf path = {0};
    buf_printf(&path, "/sync?timeout=%lld&filter=", (long long)poll_ms);
    add_filter(sync, &path);
    if (sync->since != NULL) {
        buf_add_str(&path, "&since=");
        matrix_uri_add(&path, sync->since);
    }
    sync->asked_ms = clock_mono_ms();
    get(sync, buf_str(&path), answer_within_ms(sync), on_answer);
    buf_finish(&path);
}

static void follow_update(const struct matrix_sync *sync,
                          const struct matrix_update *update) {
    struct matrix_room_state *room =
        matrix_rooms_find(sync->matrix->rooms, update->room);
    for (size_t i = 0; room != NULL && i < update->state.count; i++) {
        const struct matrix_event *event = &update->state.items[i];
        if (event->kind == MATRIX_EVENT_STATE) {
            matrix_state_follow(sync->matrix, room, event);
        }
    }
}

// What is too long is asked for of fewer rooms; that of one room has to be done
// without. False where this was not the matter.
static bool lessens(struct matrix_sync *sync, const struct matrix_answer *answer) {
    if (!answer->too_long) {
        return false;
    }
    if (sync->state_max > 1) {
        sync->state_max /= 2;
    } else {
        LOG(LOG_WARN, "state_unknown", LOG_S("network", sync->matrix->network.name),
            LOG_S("reason", answer->reason));
        sync->state_at = sync->state_next;
    }
    return true;
}

static void on_state(void *context, const struct http_answer *http) {
    struct matrix_sync *sync = context;
    sync->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    struct matrix_news news = {0};
    if (lessens(sync, &answer)) {
        ask(sync);
    } else if (read_news(sync, &answer, &news)) {
        for (size_t i = 0; i < news.update_count; i++) {
            follow_update(sync, &news.updates[i]);
        }
        sync->state_at = sync->state_next;
        ask(sync);
    }
    matrix_news_finish(&news);
    matrix_answer_finish(&answer);
}

// State is not kept over restarts: that of the configured rooms is asked for, as it is
// now, and then followed from the position on. With the position, since a server may
// answer the same request without one from what it remembers (Synapse does, for two
// minutes): here that is at worst as old as the position.
static void ask_state(struct matrix_sync *sync, const char *const *rooms,
                      size_t count) {
    char *filter = matrix_filter_state(rooms, count, sync->unchecked);
    struct buf path = {0};
    buf_add_str(&path, "/sync?timeout=0&full_state=true&filter=");
    matrix_uri_add(&path, filter);
    buf_add_str(&path, "&since=");
    matrix_uri_add(&path, sync->since);
    get(sync, buf_str(&path), ANSWER_MS, on_state);
    buf_finish(&path);
    free(filter);
}

static void check_again(struct matrix_sync *sync) {
    sync->state_known = false;
    sync->state_at = 0;
    matrix_look_at_name(sync->matrix);
}

static void ask(struct matrix_sync *sync) {
    const char *rooms[STATE_ROOMS_MAX];
    size_t count = 0;
    if (sync->unchecked && sync->state_known &&
        clock_mono_ms() - sync->checked_ms >= CHECK_MS) {
        check_again(sync);
    }
    if (sync->since != NULL && !sync->state_known) {
        sync->state_next = sync->state_at;
        count = matrix_rooms_ids(sync->matrix->rooms, &sync->state_next, rooms,
                                 sync->state_max);
        sync->state_known = count == 0;
        sync->unchecked = sync->unchecked && count > 0;
        sync->checked_ms = clock_mono_ms();
    }
    if (count > 0) {
        ask_state(sync, rooms, count);
    } else if (sync->since != NULL && !sync->filter_tried &&
               !matrix_only_looks(sync->matrix)) {
        ask_filter(sync);
    } else {
        ask_news(sync);
    }
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

void matrix_sync_retry(struct matrix_sync *sync) {
    if (matrix_retry_is_waiting(&sync->retry)) {
        matrix_retry_now(&sync->retry);
    }
}

struct matrix_sync *matrix_sync_create(struct matrix *matrix) {
    struct matrix_sync *sync = mem_alloc(1, sizeof *sync);
    sync->matrix = matrix;
    sync->fresh = true;
    sync->timeline_max = TIMELINE_MAX;
    sync->state_max = STATE_ROOMS_MAX;
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
    free(sync->filter_id);
    free(sync);
}
