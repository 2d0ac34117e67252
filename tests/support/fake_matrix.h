// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_SUPPORT_FAKE_MATRIX_H
#define USHER_TESTS_SUPPORT_FAKE_MATRIX_H

// cmocka wants these first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/table.h"
#include "fake_http.h"
#include "net/matrix/matrix.h"

// The whole Matrix network against a homeserver that knows a few answers. What a test
// lays down in front of them is answered once each, in order. What happens is written
// as a line each in the story: what is asked, less the polls, and what the receiver is
// told. `memory` is what the network has kept; it outlives fake_matrix_restart.

struct fake_answer {
    const char *request; // "METHOD path", or a beginning of it; path less the prefix
    const char *status, *body;
    bool used;
};

struct fake_matrix {
    struct event_base *base;
    struct fake_http http;
    struct network *network;
    const struct matrix_options *options;
    struct table memory; // char *
    char *texts[64];     // made from what tests write with '
    size_t text_count;
    struct buf story;
    const char *until;
    struct event *limit;
    struct fake_answer answers[64];
    size_t answer_count;
    struct bufferevent *poll; // a /sync that waits for news
    int syncs;
    bool starting;   // the next poll is answered at once
    char body[2048]; // of the last request that is no poll
};

// JSON with ' for ", which reads better in C. Lives as long as the test.
static inline char *fake_matrix_json(struct fake_matrix *fake, const char *text) {
    char *copy = mem_copy(text);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    assert_true(fake->text_count < 64);
    fake->texts[fake->text_count++] = copy;
    return copy;
}

static inline void ATTR_PRINTF(2, 3)
    fake_matrix_note(struct fake_matrix *fake, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buf_vprintf(&fake->story, format, arguments);
    va_end(arguments);
    buf_add_char(&fake->story, '\n');
    if (fake->until != NULL && strstr(buf_str(&fake->story), fake->until) != NULL) {
        event_base_loopbreak(fake->base);
    }
}

static inline void fake_matrix_lay(struct fake_matrix *fake, const char *request,
                                   const char *status, const char *body) {
    assert_true(fake->answer_count < 64);
    fake->answers[fake->answer_count++] = (struct fake_answer){
        .request = request, .status = status, .body = fake_matrix_json(fake, body)};
}

static const struct fake_answer fake_matrix_usual[] = {
    {"GET versions", "200 OK", "{\"versions\":[\"v1.11\"]}", false},
    {"GET /account/whoami", "200 OK", "{\"user_id\":\"@usher:x\"}", false},
    {"POST /login", "200 OK",
     "{\"user_id\":\"@usher:x\",\"access_token\":\"token1\",\"device_id\":\"DEV\"}",
     false},
    {"GET /joined_rooms", "200 OK", "{\"joined_rooms\":[]}", false},
    {"GET /directory/room/%23hall%3Ax", "200 OK", "{\"room_id\":\"!h:x\"}", false},
    {"POST /join/%23hall%3Ax", "200 OK", "{\"room_id\":\"!h:x\"}", false},
    {"POST /join/%21n%3Ay", "200 OK", "{\"room_id\":\"!n:y\"}", false},
    {"POST /join/%21d%3Ax", "200 OK", "{\"room_id\":\"!d:x\"}", false},
    {"GET /rooms/%21d%3Ax/joined_members", "200 OK",
     "{\"joined\":{\"@usher:x\":{},\"@ben:x\":{}}}", false},
    {"GET /rooms/", "200 OK",
     "{\"joined\":{\"@usher:x\":{},\"@ana:x\":{},\"@ben:x\":{}}}", false},
    {"GET /profile/", "200 OK", "{\"displayname\":\"Usher\"}", false},
    {"GET /user/", "404 Not Found", "{\"errcode\":\"M_NOT_FOUND\"}", false},
    {"PUT /user/", "200 OK", "{}", false},
    {"PUT /rooms/", "200 OK", "{\"event_id\":\"$sent\"}", false},
    {"POST /createRoom", "200 OK", "{\"room_id\":\"!c:x\"}", false},
};

static inline const struct fake_answer *fake_matrix_find(struct fake_matrix *fake,
                                                         const char *request) {
    for (size_t i = 0; i < fake->answer_count; i++) {
        struct fake_answer *answer = &fake->answers[i];
        if (!answer->used &&
            strncmp(request, answer->request, strlen(answer->request)) == 0) {
            answer->used = true;
            return answer;
        }
    }
    for (size_t i = 0; i < sizeof fake_matrix_usual / sizeof *fake_matrix_usual; i++) {
        const struct fake_answer *answer = &fake_matrix_usual[i];
        if (strncmp(request, answer->request, strlen(answer->request)) == 0) {
            return answer;
        }
    }
    return NULL;
}

static inline int fake_matrix_count(const char *text, const char *part) {
    int found = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++) {
        found++;
    }
    return found;
}

// One for the full state is for the state alone: "STATE", with how many rooms it names.
// Of the others the first ever is answered at once, later ones when there is news.
static inline void fake_matrix_sync(struct fake_matrix *fake, struct bufferevent *to,
                                    const char *path) {
    if (strstr(path, "&full_state=true") != NULL) {
        const struct fake_answer *state = fake_matrix_find(fake, "STATE");
        fake_matrix_note(fake, "STATE %d", fake_matrix_count(path, "%22%21"));
        char *body = str_printf("{\"next_batch\":\"x\",%s",
                                state != NULL ? state->body + 1 : "\"rooms\":{}}");
        fake_http_reply(to, state != NULL ? state->status : "200 OK", "", body);
        free(body);
        return;
    }
    const struct fake_answer *news = fake_matrix_find(fake, "GET /sync");
    if (news == NULL && fake->syncs > 0 && !fake->starting) {
        fake->poll = to;
        return;
    }
    fake->starting = false;
    char *body = str_printf("{\"next_batch\":\"s%d\",%s", ++fake->syncs,
                            news != NULL ? news->body + 1 : "\"rooms\":{}}");
    fake_http_reply(to, news != NULL ? news->status : "200 OK", "", body);
    free(body);
}

static inline void fake_matrix_answer(struct fake_http *http, struct bufferevent *to,
                                      const struct fake_request *request) {
    struct fake_matrix *fake = http->context;
    static const char prefix[] = "/_matrix/client/";
    const char *path = request->path;
    if (strncmp(path, prefix, sizeof prefix - 1) == 0) {
        path += sizeof prefix - 1;
        path += strncmp(path, "v3/", 3) == 0 ? 2 : 0;
    }
    if (strncmp(path, "/sync?", 6) == 0) {
        fake_matrix_sync(fake, to, path);
        return;
    }
    char *line = str_printf("%s %s", request->method, path);
    snprintf(fake->body, sizeof fake->body, "%s", request->body);
    const struct fake_answer *answer = fake_matrix_find(fake, line);
    fake_matrix_note(fake, "%s", line);
    free(line);
    fake_http_reply(to, answer != NULL ? answer->status : "404 Not Found", "",
                    answer != NULL ? answer->body : "{\"errcode\":\"M_UNRECOGNIZED\"}");
}

// --- the receiver ---

static inline void fake_matrix_on_message(void *context, struct network *network,
                                          const struct incoming *incoming) {
    (void)network;
    fake_matrix_note(context, "message %s %s '%s'",
                     incoming->room != NULL ? incoming->room : "direct",
                     incoming->person.identity, incoming->text);
}

static inline void fake_matrix_on_position(void *context, struct network *network,
                                           const char *key, const char *position) {
    (void)network;
    struct fake_matrix *fake = context;
    free(table_set(&fake->memory, key, mem_copy(position)));
    fake_matrix_note(context, "position %s", position);
}

static inline void fake_matrix_on_delivered(void *context, struct network *network,
                                            uint64_t id, const char *event) {
    (void)network;
    (void)event;
    fake_matrix_note(context, "delivered %d", (int)id);
}

static inline void fake_matrix_on_refused(void *context, struct network *network,
                                          uint64_t id, const char *reason) {
    (void)network;
    fake_matrix_note(context, "refused %d %s", (int)id, reason);
}

static inline void fake_matrix_on_trouble(void *context, struct network *network,
                                          const char *room, const char *text) {
    (void)network;
    fake_matrix_note(context, "trouble %s %s", room != NULL ? room : "-", text);
}

static inline void fake_matrix_on_up(void *context, struct network *network) {
    (void)network;
    fake_matrix_note(context, "up");
}

static inline void fake_matrix_on_down(void *context, struct network *network) {
    (void)network;
    fake_matrix_note(context, "down");
}

static inline char *fake_matrix_on_recall(void *context, const struct network *network,
                                          const char *key) {
    (void)network;
    const struct fake_matrix *fake = context;
    return mem_copy(table_get(&fake->memory, key));
}

static inline void fake_matrix_on_remember(void *context, const struct network *network,
                                           const char *key, const char *value) {
    (void)network;
    struct fake_matrix *fake = context;
    free(value != NULL ? table_set(&fake->memory, key, mem_copy(value))
                       : table_remove(&fake->memory, key));
}

static const struct network_events fake_matrix_events = {
    .message = fake_matrix_on_message,
    .position = fake_matrix_on_position,
    .delivered = fake_matrix_on_delivered,
    .refused = fake_matrix_on_refused,
    .trouble = fake_matrix_on_trouble,
    .recall = fake_matrix_on_recall,
    .remember = fake_matrix_on_remember,
    .up = fake_matrix_on_up,
    .down = fake_matrix_on_down,
};

// --- a test's steps ---

static inline void fake_matrix_on_limit(evutil_socket_t socket, short what,
                                        void *context) {
    (void)socket;
    (void)what;
    struct fake_matrix *fake = context;
    fail_msg("no '%s' within the time: %s", fake->until, buf_str(&fake->story));
}

// Until the story has that.
static inline void fake_matrix_run_until(struct fake_matrix *fake, const char *part) {
    fake->until = part;
    struct timeval limit = {60, 0};
    evtimer_add(fake->limit, &limit);
    if (strstr(buf_str(&fake->story), part) == NULL) {
        event_base_dispatch(fake->base);
    }
    evtimer_del(fake->limit);
    fake->until = NULL;
}

static inline bool fake_matrix_has(struct fake_matrix *fake, const char *part) {
    return strstr(buf_str(&fake->story), part) != NULL;
}

static inline void fake_matrix_create(struct fake_matrix *fake) {
    fake->network =
        matrix_create("itu", fake->options, fake->base, &fake_matrix_events, fake);
    fake->starting = true;
}

static inline void fake_matrix_end(struct fake_matrix *fake) {
    fake->network->functions->stop(fake->network);
    fake->network->functions->destroy(fake->network);
    fake->poll = NULL;
}

static inline void fake_matrix_bring_up(struct fake_matrix *fake) {
    fake->network->functions->start(fake->network);
    fake_matrix_run_until(fake, "up\n");
    while (fake->poll == NULL) { // one on its way would be read after a restart
        event_base_loop(fake->base, EVLOOP_ONCE);
    }
    buf_clear(&fake->story);
}

// As after a crash behind the last turn: only what was kept is left.
static inline void fake_matrix_restart(struct fake_matrix *fake) {
    fake_matrix_end(fake);
    fake_matrix_create(fake);
    buf_clear(&fake->story);
}

// What is laid down for the poll is answered to the one that waits, or to the next.
static inline void fake_matrix_release(struct fake_matrix *fake) {
    if (fake->poll != NULL) {
        struct bufferevent *to = fake->poll;
        fake->poll = NULL;
        fake_matrix_sync(fake, to, "");
    }
}

// News; the position told behind them ends this.
static inline void fake_matrix_tell(struct fake_matrix *fake, const char *news) {
    fake_matrix_lay(fake, "GET /sync", "200 OK", news);
    char *position = str_printf("position s%d\n", fake->syncs + 1);
    fake_matrix_release(fake);
    fake_matrix_run_until(fake, position);
    free(position);
}

static inline void fake_matrix_send_as(struct fake_matrix *fake, uint64_t id,
                                       enum target_kind kind, const char *to,
                                       enum priority priority) {
    char *transaction = str_printf("o%d", (int)id);
    struct outgoing outgoing = {.id = id,
                                .transaction = transaction,
                                .target = {kind, "itu", to},
                                .text = "text",
                                .priority = priority};
    fake->network->functions->send(fake->network, &outgoing);
    free(transaction);
}

static inline void fake_matrix_send(struct fake_matrix *fake, uint64_t id,
                                    enum target_kind kind, const char *to) {
    fake_matrix_send_as(fake, id, kind, to, PRIORITY_ANSWER);
}

static inline int fake_matrix_set_up(void **state, struct matrix_options *options) {
    struct fake_matrix *fake = calloc(1, sizeof *fake);
    fake->base = event_base_new();
    fake->limit = evtimer_new(fake->base, fake_matrix_on_limit, fake);
    fake_http_start(&fake->http, fake->base, fake_matrix_answer, fake);
    options->homeserver = fake->http.url;
    fake->options = options;
    fake_matrix_create(fake);
    *state = fake;
    return 0;
}

static inline int fake_matrix_tear_down(void **state) {
    struct fake_matrix *fake = *state;
    fake_matrix_end(fake);
    fake_http_stop(&fake->http);
    event_free(fake->limit);
    event_base_free(fake->base);
    buf_finish(&fake->story);
    size_t at = 0;
    const char *key = NULL;
    void *value = NULL;
    while (table_next(&fake->memory, &at, &key, &value)) {
        free(value);
    }
    table_finish(&fake->memory);
    for (size_t i = 0; i < fake->text_count; i++) {
        free(fake->texts[i]);
    }
    free(fake);
    return 0;
}

#endif
