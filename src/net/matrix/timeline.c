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
#include "net/matrix/filter.h"
#include "net/matrix/gap.h"
#include "net/matrix/invites.h"
#include "net/matrix/order.h"
#include "net/matrix/retry.h"
#include "net/matrix/rooms.h"
#include "net/matrix/update.h"

enum {
    PAGES_MAX = 2 * LIMIT_MATRIX_GAP_EVENTS / 100, // pages may come half empty
    HOLD_MS = 5000,          // waited for what the server fails at; then without it
    SILENT_MAX = 3,          // of one room while /sync is answered; then without it
    AGAIN_MS = 60 * 1000,    // what was gone without is not asked for again so soon,
    REFUSED_MS = 600 * 1000, // nor is what there is no hope for
    MEMBERS_BYTES = 16 << 20,
};

// What became of the gap before an update. Counts once that is told.
struct piece {
    size_t count;            // events at the beginning that came from it
    bool settled;            // one that was left over is no more
    struct matrix_gap later; // what is left over now
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
    bool begun, members_tried, members_failed, gap_closed;
    bool doubtful; // the last request for the room failed: no other holds the rest
    struct matrix_event_list older; // newest first
    char *from;                     // where the next page begins
    int pages;
    struct http_call *call;
    struct matrix_retry retry;
    int64_t failed_ms; // when the first request for these news did; 0: none
    // The room of which a request got no answer last, though the synchronisation did,
    // and how often since the last news were told.
    char *silent_room;
    int silent;

    struct piece *pieces; // of each update
    struct matrix_gaps gaps;
};

static void fetch(struct matrix_timeline *timeline);

static struct matrix_update *current(struct matrix_timeline *timeline) {
    return &timeline->news.updates[timeline->at];
}

// What was left over of the current room, and its turn has come. Behind another gap it
// is lost: what was told between the two would be told again.
static const struct matrix_gap *due(const struct matrix_timeline *timeline) {
    const struct matrix_update *update = &timeline->news.updates[timeline->at];
    return update->limited ? NULL : matrix_gaps_due(&timeline->gaps, update->room);
}

// --- telling ---

static void clear(struct matrix_timeline *timeline) {
    for (size_t i = 0; timeline->pieces != NULL && i < timeline->news.update_count;
         i++) {
        matrix_gap_finish(&timeline->pieces[i].later);
    }
    matrix_news_finish(&timeline->news);
    matrix_event_list_finish(&timeline->older);
    free(timeline->since);
    free(timeline->from);
    free(timeline->pieces);
    timeline->since = timeline->from = NULL;
    timeline->pieces = NULL;
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
        const struct piece *piece = &timeline->pieces[timeline->at];
        struct matrix_update_way way = {.gap_count = piece->count,
                                        .first = timeline->since == NULL,
                                        .catch_up = timeline->catch_up};
        if (room != NULL) {
            matrix_gaps_settle(&timeline->gaps, room->id, piece->settled,
                               &piece->later);
            matrix_update_tell(timeline->matrix, room, current(timeline), &way);
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

static bool is_hopeless(const struct matrix_answer *answer) {
    return answer->kind == ANSWER_REFUSED || answer->too_long;
}

// Whether the others would wait too long for another try.
static bool holds(struct matrix_timeline *timeline,
                  const struct matrix_answer *answer) {
    int64_t now_ms = clock_mono_ms();
    if (timeline->failed_ms == 0) {
        timeline->failed_ms = now_ms;
    }
    int64_t wait_ms = answer->wait_ms > 0 ? answer->wait_ms : 0;
    return now_ms - timeline->failed_ms + wait_ms > HOLD_MS;
}

// What to do about a request that was not answered well. True: go on without it.
static bool give_up(struct matrix_timeline *timeline,
                    const struct matrix_answer *answer, bool answered) {
    if (answer->kind == ANSWER_TOKEN) {
        matrix_token_refused(timeline->matrix);
        end(timeline, false);
        return false;
    }
    if (is_hopeless(answer) || timeline->doubtful) {
        return true;
    }
    if (answered ? holds(timeline, answer) : is_silent(timeline)) {
        return true;
    }
    if (answered) {
        matrix_retry_after(&timeline->retry, answer->wait_ms);
    } else {
        end(timeline, false);
    }
    return false;
}

static int64_t again_ms(const struct matrix_answer *answer) {
    if (is_hopeless(answer)) {
        return clock_mono_ms() + REFUSED_MS;
    }
    return clock_mono_ms() + (answer->wait_ms > 0 ? answer->wait_ms : AGAIN_MS);
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
        room->members_again_ms = again_ms(&answer);
        timeline->members_failed = !is_hopeless(&answer);
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

// The rest of it is asked for later, behind what is told now.
static void leave_gap(struct matrix_timeline *timeline,
                      const struct matrix_answer *answer) {
    timeline->gap_closed = true;
    if (is_hopeless(answer)) {
        say_given_up(timeline, "gap_lost", answer->reason);
        return;
    }
    say_given_up(timeline, "gap_put_off", answer->reason);
    const struct matrix_gap *gap = due(timeline);
    timeline->pieces[timeline->at].later =
        (struct matrix_gap){.from = mem_copy(timeline->from),
                            .to = mem_copy(gap != NULL ? gap->to : timeline->since),
                            .again_ms = again_ms(answer)};
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
        leave_gap(timeline, &answer);
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
    const struct matrix_gap *gap = due(timeline);
    if (timeline->from == NULL) {
        timeline->from =
            mem_copy(gap != NULL ? gap->from : current(timeline)->prev_batch);
    }
    struct buf path = {0};
    buf_add_str(&path, "/rooms/");
    matrix_uri_add(&path, current(timeline)->room);
    buf_add_str(&path, "/messages?dir=b&limit=100&from=");
    matrix_uri_add(&path, timeline->from);
    buf_add_str(&path, "&to=");
    matrix_uri_add(&path, gap != NULL ? gap->to : timeline->since);
    buf_add_str(&path, "&filter=");
    matrix_uri_add(&path, filter);
    free(filter);
    ask(timeline, buf_str(&path), on_page);
    buf_finish(&path);
}

static void begin_next(struct matrix_timeline *timeline, size_t at) {
    free(timeline->from);
    timeline->from = NULL;
    timeline->at = at;
    timeline->pages = 0;
    timeline->begun = timeline->members_tried = timeline->members_failed =
        timeline->gap_closed = false;
}

static bool needs_members(const struct matrix_timeline *timeline,
                          const struct matrix_room_state *room,
                          const struct matrix_update *update) {
    bool speaks =
        timeline->since != NULL && matrix_events_have_message(&update->timeline);
    return !timeline->members_tried && !room->members_known &&
           room->members_again_ms <= clock_mono_ms() &&
           (update->limited || speaks || due(timeline) != NULL);
}

static bool needs_older(const struct matrix_timeline *timeline,
                        const struct matrix_room_state *room,
                        const struct matrix_update *update) {
    bool lacks =
        (update->limited && update->prev_batch != NULL) || due(timeline) != NULL;
    return timeline->since != NULL && lacks && !timeline->gap_closed &&
           matrix_room_is_heard(room) &&
           matrix_events_after_join(&update->timeline, timeline->matrix->own_id) == 0;
}

// A gap may hide who came and went: a direct room is looked at again before it is used.
static void begin_update(struct matrix_timeline *timeline,
                         struct matrix_room_state *room) {
    const struct matrix_update *update = current(timeline);
    bool has_gap = matrix_gaps_get(&timeline->gaps, room->id) != NULL;
    timeline->doubtful = has_gap || room->members_again_ms != 0;
    if (update->limited && has_gap) {
        say_given_up(timeline, "gap_lost", "another one follows");
    }
    if (update->limited) {
        matrix_room_forget_members(room);
    }
    if (update->limited && room->name == NULL) {
        matrix_direct_follow(timeline->matrix->direct, room->id, NULL);
    }
    for (size_t i = 0; i < update->state.count; i++) {
        matrix_update_follow(timeline->matrix, room, &update->state.items[i]);
    }
    timeline->begun = true;
}

// Of a room that may be a direct one nothing is told as long as its members can't be
// had: all of it is asked for then.
static void keep_untold(struct matrix_timeline *timeline,
                        const struct matrix_room_state *room) {
    const struct matrix_update *update = current(timeline);
    const struct matrix_gap *old =
        update->limited ? NULL : matrix_gaps_get(&timeline->gaps, room->id);
    struct piece *piece = &timeline->pieces[timeline->at];
    piece->settled = true;
    if (!room->members_known && (old != NULL || timeline->members_failed)) {
        piece->later =
            (struct matrix_gap){.from = mem_copy(timeline->news.next_batch),
                                .to = mem_copy(old != NULL ? old->to : timeline->since),
                                .again_ms = room->members_again_ms};
    }
}

static void end_update(struct matrix_timeline *timeline,
                       const struct matrix_room_state *room) {
    struct piece *piece = &timeline->pieces[timeline->at];
    piece->settled = timeline->gap_closed || current(timeline)->limited;
    if (room != NULL && timeline->since != NULL && !matrix_room_is_heard(room)) {
        keep_untold(timeline, room);
    }
    if (timeline->older.count > 0) {
        piece->count =
            matrix_events_merge(&current(timeline)->timeline, &timeline->older);
    }
    begin_next(timeline, timeline->at + 1);
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
        end_update(timeline, room);
    }
    begin_telling(timeline);
}

void matrix_timeline_take(struct matrix_timeline *timeline, struct matrix_news *news,
                          const char *since, bool catch_up) {
    timeline->news = *news;
    *news = (struct matrix_news){0};
    timeline->since = mem_copy(since);
    timeline->catch_up = catch_up;
    timeline->failed_ms = 0;
    begin_next(timeline, 0);
    if (since != NULL) {
        matrix_gaps_remind(&timeline->gaps, timeline->matrix->rooms, &timeline->news);
    }
    timeline->pieces = mem_alloc(timeline->news.update_count, sizeof *timeline->pieces);
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
    matrix_gaps_finish(&timeline->gaps);
    free(timeline->silent_room);
    free(timeline);
}
