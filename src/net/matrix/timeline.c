// SPDX-License-Identifier: MIT
#include "net/matrix/timeline.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/matrix/api.h"
#include "net/matrix/direct.h"
#include "net/matrix/encrypted.h"
#include "net/matrix/filter.h"
#include "net/matrix/invites.h"
#include "net/matrix/order.h"
#include "net/matrix/retry.h"
#include "net/matrix/rooms.h"
#include "net/matrix/state.h"
#include "net/matrix/tell.h"

enum {
    PAGES_MAX = 2 * LIMIT_MATRIX_GAP_EVENTS / 100, // pages may come half empty
    TRIES_MAX = 5,            // of one request the server fails at; then without it
    SILENT_MAX = 3,           // of one room while /sync is answered; then without it
    WITHHELD_MS = 600 * 1000, // members are not asked for again so soon
    MEMBERS_BYTES = 16 << 20,
};

struct matrix_timeline {
    struct matrix *matrix;
    matrix_timeline_done_fn *done;
    void *context;
    struct matrix_news news;
    char *since;
    bool catch_up;

    // Fetching for news.updates[at].
    size_t at;
    bool begun, members_tried, gap_closed;
    struct matrix_event_list older; // newest first
    char *from;                     // where the next page begins
    int pages;
    struct http_call *call;
    struct matrix_retry retry;
    // The room of which a request got no answer last, though the synchronisation did,
    // and how often since the last news were told.
    char *silent_room;
    int silent;

    size_t *gap_counts; // events of each update that came from its gap
};

static void fetch(struct matrix_timeline *timeline);

static struct matrix_update *current(struct matrix_timeline *timeline) {
    return &timeline->news.updates[timeline->at];
}

// --- telling ---

static void follow_member(struct matrix_timeline *timeline,
                          struct matrix_room_state *room,
                          const struct matrix_event *event) {
    struct matrix *matrix = timeline->matrix;
    matrix_room_follow(room, event);
    if (room->name == NULL) {
        matrix_direct_follow(matrix->direct, room->id, event);
    }
    if (event->joined && !event->newly && strcmp(event->member, matrix->own_id) == 0) {
        matrix_take_own_name(matrix, mem_copy(event->member_name));
    }
}

static void tell_encrypted(const struct matrix_timeline *timeline,
                           const struct matrix_room_state *room,
                           const struct matrix_event *event) {
    struct matrix *matrix = timeline->matrix;
    if (!matrix_only_looks(matrix) && matrix_room_is_direct(room) &&
        strcmp(event->sender, matrix->own_id) != 0) {
        matrix_encrypted_heard(matrix->encrypted, room, event);
    }
}

// Who comes and goes, and what the room is. Of a gap this is not followed: the list of
// members was fetched after it, and the state was told as it is after it.
static void follow(struct matrix_timeline *timeline, struct matrix_room_state *room,
                   const struct matrix_event *event) {
    if (event->kind == MATRIX_EVENT_MEMBER) {
        follow_member(timeline, room, event);
    } else if (event->kind == MATRIX_EVENT_STATE) {
        matrix_state_follow(timeline->matrix, room, event);
    }
}

static void tell_event(struct matrix_timeline *timeline,
                       const struct matrix_room_state *room,
                       const struct matrix_event *event, bool from_gap) {
    bool is_state =
        event->kind == MATRIX_EVENT_MEMBER || event->kind == MATRIX_EVENT_STATE;
    if (timeline->since == NULL || is_state) {
        return;
    }
    if (event->kind == MATRIX_EVENT_ENCRYPTED) {
        tell_encrypted(timeline, room, event);
    } else {
        matrix_tell(timeline->matrix, room, event, timeline->catch_up || from_gap);
    }
}

// What was before the bot came is not for it, but for what the room is.
static void tell_update(struct matrix_timeline *timeline,
                        struct matrix_room_state *room) {
    const struct matrix_update *update = current(timeline);
    size_t gap_count = timeline->gap_counts[timeline->at];
    size_t own = matrix_events_after_join(&update->timeline, timeline->matrix->own_id);
    for (size_t i = 0; i < update->timeline.count; i++) {
        const struct matrix_event *event = &update->timeline.items[i];
        if (i >= gap_count && (i >= own || event->kind == MATRIX_EVENT_STATE)) {
            follow(timeline, room, event);
        }
        if (i >= own) {
            tell_event(timeline, room, event, i < gap_count);
        }
    }
}

static void clear(struct matrix_timeline *timeline) {
    matrix_news_finish(&timeline->news);
    matrix_event_list_finish(&timeline->older);
    free(timeline->since);
    free(timeline->from);
    free(timeline->gap_counts);
    timeline->since = timeline->from = NULL;
    timeline->gap_counts = NULL;
}

static void end(struct matrix_timeline *timeline, bool told) {
    clear(timeline);
    timeline->done(timeline->context, told);
}

static void tell_rest(struct matrix_timeline *timeline) {
    struct matrix *matrix = timeline->matrix;
    const struct matrix_news *news = &timeline->news;
    if (news->direct != NULL) {
        matrix_direct_set(matrix->direct, news->direct);
    }
    for (size_t i = 0; i < news->left_count; i++) {
        matrix_direct_follow(matrix->direct, news->left[i].room, NULL);
        matrix_rooms_left(matrix->rooms, &news->left[i]);
    }
    bool accepts = !matrix_only_looks(matrix);
    for (size_t i = 0; accepts && i < news->invite_count; i++) {
        matrix_invites_take(matrix->invites, &news->invites[i]);
    }
    timeline->silent = 0;
    end(timeline, true);
}

// All in one turn of the loop, the position with it: a change that is stored without
// the position behind it would be carried out again after a crash. LIMIT_HTTP_BYTES
// and LIMIT_MATRIX_GAP_EVENTS bound how many events there are.
static void tell_all(struct matrix_timeline *timeline) {
    for (timeline->at = 0; timeline->at < timeline->news.update_count; timeline->at++) {
        struct matrix_room_state *room =
            matrix_rooms_find(timeline->matrix->rooms, current(timeline)->room);
        if (room != NULL) {
            tell_update(timeline, room);
        }
    }
    tell_rest(timeline);
}

static void begin_telling(struct matrix_timeline *timeline) {
    if (timeline->news.skipped > 0) {
        LOG(LOG_WARN, "events_malformed",
            LOG_S("network", timeline->matrix->network.name),
            LOG_N("count", timeline->news.skipped));
    }
    tell_all(timeline);
}

// --- fetching ---

// Whether the room must not hold the others any longer.
static bool is_silent(struct matrix_timeline *timeline) {
    const char *room = current(timeline)->room;
    if (timeline->silent_room == NULL || strcmp(timeline->silent_room, room) != 0) {
        free(timeline->silent_room);
        timeline->silent_room = mem_copy(room);
        timeline->silent = 0;
    }
    return ++timeline->silent > SILENT_MAX;
}

// What to do about a request that was not answered well. True: go on without it.
static bool give_up(struct matrix_timeline *timeline,
                    const struct matrix_answer *answer, bool answered) {
    if (answer->kind == ANSWER_REFUSED || answer->too_long) {
        return true;
    }
    if (answer->kind == ANSWER_TOKEN) {
        matrix_token_refused(timeline->matrix);
    }
    if (!answered && is_silent(timeline)) {
        return true;
    }
    if (answer->kind == ANSWER_TOKEN || !answered) {
        end(timeline, false);
        return false;
    }
    if (timeline->retry.tries >= TRIES_MAX) {
        return true;
    }
    matrix_retry_after(&timeline->retry, answer->wait_ms);
    return false;
}

static void say_given_up(const struct matrix_timeline *timeline, const char *event,
                         const char *reason) {
    const char *room = timeline->news.updates[timeline->at].room;
    LOG(LOG_WARN, event, LOG_S("network", timeline->matrix->network.name),
        LOG_S("room", room), LOG_S("reason", reason));
}

static void on_members(void *context, const struct http_answer *http) {
    struct matrix_timeline *timeline = context;
    timeline->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    bool go_on = answer.kind == ANSWER_OK;
    struct matrix_room_state *room =
        matrix_rooms_find(timeline->matrix->rooms, current(timeline)->room);
    if (go_on) {
        matrix_room_set_members(room, answer.json);
    } else if (give_up(timeline, &answer, http->status != 0)) {
        say_given_up(timeline, "members_unknown", answer.reason);
        room->members_withheld_ms = clock_mono_ms();
        go_on = true;
    }
    matrix_answer_finish(&answer);
    if (go_on) {
        timeline->members_tried = true;
        matrix_retry_reset(&timeline->retry);
        fetch(timeline);
    }
}

static void ask(struct matrix_timeline *timeline, const char *path,
                http_done_fn *done) {
    struct matrix_request request = {.method = "GET",
                                     .path = path,
                                     .timeout_ms = MATRIX_REQUEST_MS,
                                     .body_max = MEMBERS_BYTES};
    timeline->call = matrix_call(timeline->matrix, &request, done, timeline);
}

// v1.11, GET /rooms/{roomId}/joined_members.
static void ask_members(struct matrix_timeline *timeline) {
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, current(timeline)->room);
    buf_add_str(&path, "/joined_members");
    ask(timeline, buf_str(&path), on_members);
    buf_finish(&path);
}

// Whether an older page has to be asked for after this one.
static bool take_page(struct matrix_timeline *timeline, const struct cJSON *json) {
    size_t before = timeline->older.count;
    timeline->news.skipped +=
        matrix_chunk_parse(matrix_json_array(json, "chunk"), &timeline->older);
    timeline->pages++;
    for (size_t i = before; i < timeline->older.count; i++) {
        if (matrix_event_is_join(&timeline->older.items[i], timeline->matrix->own_id)) {
            return false;
        }
    }
    const char *end_token = matrix_json_token(json, "end");
    if (end_token == NULL || strcmp(end_token, timeline->from) == 0) {
        return false;
    }
    if (timeline->older.count >= LIMIT_MATRIX_GAP_EVENTS ||
        timeline->pages >= PAGES_MAX) {
        say_given_up(timeline, "gap_too_long", "older messages are left out");
        return false;
    }
    free(timeline->from);
    timeline->from = mem_copy(end_token);
    return true;
}

static void on_page(void *context, const struct http_answer *http) {
    struct matrix_timeline *timeline = context;
    timeline->call = NULL;
    struct matrix_answer answer;
    matrix_answer_read(&answer, http);
    bool go_on = answer.kind == ANSWER_OK;
    if (go_on) {
        timeline->gap_closed = !take_page(timeline, answer.json);
    } else if (give_up(timeline, &answer, http->status != 0)) {
        say_given_up(timeline, "gap_lost", answer.reason);
        timeline->gap_closed = true;
        go_on = true;
    }
    matrix_answer_finish(&answer);
    if (go_on) {
        matrix_retry_reset(&timeline->retry);
        fetch(timeline);
    }
}

// v1.11, GET /rooms/{roomId}/messages.
static void ask_page(struct matrix_timeline *timeline) {
    char *filter = matrix_filter_history();
    if (timeline->from == NULL) {
        timeline->from = mem_copy(current(timeline)->prev_batch);
    }
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, current(timeline)->room);
    buf_add_str(&path, "/messages?dir=b&limit=100&from=");
    matrix_uri_add(&path, timeline->from);
    buf_add_str(&path, "&to=");
    matrix_uri_add(&path, timeline->since);
    buf_add_str(&path, "&filter=");
    matrix_uri_add(&path, filter);
    free(filter);
    ask(timeline, buf_str(&path), on_page);
    buf_finish(&path);
}

static bool has_message(const struct matrix_update *update) {
    for (size_t i = 0; i < update->timeline.count; i++) {
        enum matrix_event_kind kind = update->timeline.items[i].kind;
        if (kind != MATRIX_EVENT_MEMBER && kind != MATRIX_EVENT_STATE) {
            return true;
        }
    }
    return false;
}

static bool needs_members(const struct matrix_timeline *timeline,
                          const struct matrix_room_state *room,
                          const struct matrix_update *update) {
    bool is_heard = timeline->since != NULL && has_message(update);
    bool withheld = room->members_withheld_ms != 0 &&
                    clock_mono_ms() - room->members_withheld_ms < WITHHELD_MS;
    return !timeline->members_tried && !room->members_known && !withheld &&
           (update->limited || is_heard);
}

static bool needs_older(const struct matrix_timeline *timeline,
                        const struct matrix_room_state *room,
                        const struct matrix_update *update) {
    bool heard = room->name != NULL || matrix_room_is_direct(room);
    return timeline->since != NULL && update->limited && !timeline->gap_closed &&
           heard && update->prev_batch != NULL &&
           matrix_events_after_join(&update->timeline, timeline->matrix->own_id) == 0;
}

// A gap may hide who came and went.
static void begin_update(struct matrix_timeline *timeline,
                         struct matrix_room_state *room) {
    const struct matrix_update *update = current(timeline);
    if (update->limited) {
        matrix_room_forget_members(room);
    }
    for (size_t i = 0; i < update->state.count; i++) {
        follow(timeline, room, &update->state.items[i]);
    }
    timeline->begun = true;
}

static void end_update(struct matrix_timeline *timeline) {
    if (timeline->older.count > 0) {
        timeline->gap_counts[timeline->at] =
            matrix_events_merge(&current(timeline)->timeline, &timeline->older);
    }
    free(timeline->from);
    timeline->from = NULL;
    timeline->pages = 0;
    timeline->begun = timeline->members_tried = timeline->gap_closed = false;
    timeline->at++;
}

static void fetch(struct matrix_timeline *timeline) {
    while (timeline->at < timeline->news.update_count) {
        const struct matrix_update *update = current(timeline);
        struct matrix_room_state *room =
            matrix_rooms_joined(timeline->matrix->rooms, update->room);
        if (room != NULL && !timeline->begun) {
            begin_update(timeline, room);
        }
        if (room != NULL && needs_members(timeline, room, update)) {
            ask_members(timeline);
            return;
        }
        if (room != NULL && needs_older(timeline, room, update)) {
            ask_page(timeline);
            return;
        }
        end_update(timeline);
    }
    begin_telling(timeline);
}

void matrix_timeline_take(struct matrix_timeline *timeline, struct matrix_news *news,
                          const char *since, bool catch_up) {
    timeline->news = *news;
    *news = (struct matrix_news){0};
    timeline->since = mem_copy(since);
    timeline->catch_up = catch_up;
    timeline->at = 0;
    timeline->pages = 0;
    timeline->begun = timeline->members_tried = timeline->gap_closed = false;
    timeline->gap_counts =
        mem_alloc(timeline->news.update_count, sizeof *timeline->gap_counts);
    matrix_retry_reset(&timeline->retry);
    fetch(timeline);
}

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    fetch(context);
}

struct matrix_timeline *matrix_timeline_create(struct matrix *matrix,
                                               matrix_timeline_done_fn *done,
                                               void *context) {
    struct matrix_timeline *timeline = mem_alloc(1, sizeof *timeline);
    timeline->matrix = matrix;
    timeline->done = done;
    timeline->context = context;
    matrix_retry_init(&timeline->retry, matrix->base, on_retry, timeline);
    return timeline;
}

void matrix_timeline_stop(struct matrix_timeline *timeline) {
    http_cancel(timeline->call);
    timeline->call = NULL;
    matrix_retry_reset(&timeline->retry);
    clear(timeline);
}

void matrix_timeline_destroy(struct matrix_timeline *timeline) {
    if (timeline == NULL) {
        return;
    }
    matrix_timeline_stop(timeline);
    matrix_retry_finish(&timeline->retry);
    free(timeline->silent_room);
    free(timeline);
}
