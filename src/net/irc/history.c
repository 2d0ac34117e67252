// SPDX-License-Identifier: MIT
#include "net/irc/history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "core/incoming.h"

enum {
    PAGE_LINES = 100,
    TARGETS_AHEAD_MS = 60 * 60 * 1000, // a clock of the server that is ahead
    NICK_BYTES_MAX = 128,
};

void irc_history_init(struct irc_history *history,
                      const struct irc_history_events *events, void *context,
                      const struct irc_channels *channels,
                      const struct irc_isupport *isupport) {
    *history = (struct irc_history){.events = events,
                                    .context = context,
                                    .channels = channels,
                                    .isupport = isupport,
                                    .room_count = channels->count + 1};
    history->rooms = mem_alloc(history->room_count, sizeof *history->rooms);
    for (size_t i = 0; i < channels->count; i++) {
        history->rooms[i].key = str_printf("position %s", channels->names[i].name);
    }
    history->rooms[channels->count].key = mem_copy("position direct");
}

static void forget_persons(struct irc_history *history) {
    for (size_t i = 0; i < history->person_count; i++) {
        free(history->persons[i]);
    }
    history->person_count = 0;
    history->persons_done = 0;
}

static void clear_request(struct irc_history *history) {
    struct irc_history_request *request = &history->request;
    request->is_open = false;
    request->group = 0;
    request->target = NULL;
    irc_heard_clear(&request->page);
    irc_heard_clear(&history->direct);
    forget_persons(history);
}

void irc_history_clear(struct irc_history *history) {
    clear_request(history);
    for (size_t i = 0; i < history->room_count; i++) {
        history->rooms[i].state = IRC_HISTORY_LIVE;
        irc_heard_clear(&history->rooms[i].held);
    }
    history->started = false;
}

void irc_history_finish(struct irc_history *history) {
    irc_history_clear(history);
    for (size_t i = 0; i < history->room_count; i++) {
        free(history->rooms[i].key);
        irc_position_finish(&history->rooms[i].position);
        irc_heard_finish(&history->rooms[i].held);
    }
    free(history->rooms);
    free(history->persons);
    irc_position_finish(&history->request.cursor);
    irc_heard_finish(&history->request.page);
    irc_heard_finish(&history->direct);
    buf_finish(&history->text);
    *history = (struct irc_history){0};
}

static struct irc_history_room *current(struct irc_history *history) {
    return &history->rooms[history->request.room];
}

static bool is_direct(const struct irc_history *history, size_t room) {
    return room == history->room_count - 1;
}

const char *irc_history_channel(const struct irc_history *history) {
    size_t room = history->request.room;
    return is_direct(history, room) ? NULL : history->channels->names[room].name;
}

// Positions.

static void move(struct irc_history *history, struct irc_history_room *room,
                 int64_t time_ms, struct slice msgid) {
    room->recalled = true; // what is kept is older
    irc_position_set(&room->position, time_ms, msgid);
    irc_position_write(&room->position, &history->text);
    history->events->position(history->context, room->key, buf_str(&history->text));
}

static void recall(struct irc_history *history, struct irc_history_room *room) {
    if (room->recalled) {
        return;
    }
    room->recalled = true;
    char *kept = history->events->recall(history->context, room->key);
    if (kept != NULL && !irc_position_parse(&room->position, kept)) {
        LOG(LOG_WARN, "position_malformed", LOG_S("key", room->key));
    }
    free(kept);
}

// Telling.

// What is held and comes in the history, too, is told once: as it was heard, with the
// rights of who is there.
static void tell_past(struct irc_history *history, struct irc_heard_list *list) {
    struct irc_history_room *room = current(history);
    for (size_t i = 0; i < list->count; i++) {
        const struct incoming *incoming = list->items[i].incoming;
        if (incoming != NULL) {
            struct incoming *heard = irc_heard_take_event(&room->held, incoming->event);
            history->events->tell(history->context, heard != NULL ? heard : incoming);
            incoming_destroy(heard);
        }
    }
}

static void tell_held(struct irc_history *history, struct irc_history_room *room) {
    for (size_t i = 0; i < room->held.count; i++) {
        const struct irc_heard *held = &room->held.items[i];
        history->events->tell(history->context, held->incoming);
        move(history, room, held->at.time_ms, slice_of(held->at.msgid));
    }
    irc_heard_clear(&room->held);
}

void irc_history_hear(struct irc_history *history, int64_t number,
                      const struct incoming *incoming, struct slice msgid) {
    size_t at = number == IRC_NO_CHANNEL ? history->room_count - 1 : (size_t)number;
    struct irc_history_room *room = &history->rooms[at];
    if (room->state == IRC_HISTORY_LIVE) {
        history->events->tell(history->context, incoming);
        if (history->enabled) {
            move(history, room, incoming->sent_ms, msgid);
        }
        return;
    }
    if (room->held.count == LIMIT_IRC_HELD_LINES) {
        irc_heard_drop_first(&room->held, 1);
    }
    irc_heard_add(&room->held, incoming, incoming->sent_ms, msgid);
}

// Asking.

// A limit of 0 is none.
static int64_t page_lines(const struct irc_history *history) {
    int64_t max = history->isupport->history_max;
    return max > 0 && max < PAGE_LINES ? max : PAGE_LINES;
}

static bool is_label(const struct irc_history_request *request, struct slice label) {
    int64_t number = 0;
    return label.len > 1 && label.data[0] == 'h' &&
           slice_to_number(slice_from(label, 1), &number) &&
           (uint64_t)number == request->number;
}

static void add_timestamp(struct buf *line, int64_t time_ms) {
    buf_add_str(line, " timestamp=");
    irc_position_add_time(line, time_ms);
}

// By time from a millisecond before on, since others may have spoken in the same one;
// what is known of it is dropped when it comes.
static void add_from(const struct irc_history_request *request, struct buf *line) {
    if (request->by_time) {
        add_timestamp(line, request->cursor.time_ms - 1);
    } else {
        buf_add_str(line, " msgid=");
        buf_add_str(line, request->cursor.msgid);
    }
}

static void ask(struct irc_history *history) {
    struct irc_history_request *request = &history->request;
    struct buf *line = &history->text;
    buf_clear(line);
    request->number++;
    request->is_open = true;
    request->group = 0;
    request->by_label = history->labels;
    if (request->by_label) {
        buf_printf(line, "@label=h%" PRIu64 " ", request->number);
    }
    buf_add_str(line, "CHATHISTORY ");
    if (request->for_targets) {
        buf_add_str(line, "TARGETS");
        add_timestamp(line, request->cursor.time_ms - 1);
        add_timestamp(line, history->welcome_ms + TARGETS_AHEAD_MS);
    } else {
        buf_printf(line, "AFTER %s", request->target);
        add_from(request, line);
    }
    buf_add_char(line, ' ');
    buf_add_number(line, page_lines(history));
    history->events->ask(history->context, buf_str(line));
}

// By id where that is possible.
static void ask_page(struct irc_history *history) {
    struct irc_history_request *request = &history->request;
    request->by_time =
        request->cursor.msgid == NULL || !history->isupport->history_by_msgid;
    ask(history);
}

static void set_cursor(struct irc_history *history, const struct irc_position *to) {
    irc_position_set(&history->request.cursor, to->time_ms, slice_of(to->msgid));
}

static void ask_target(struct irc_history *history, const char *target) {
    struct irc_history_request *request = &history->request;
    request->target = target;
    request->pages = 0;
    set_cursor(history, &current(history)->position);
    ask_page(history);
}

static void fetch_next(struct irc_history *history) {
    if (!history->started || history->request.is_open) {
        return;
    }
    size_t room = 0;
    while (room < history->room_count &&
           history->rooms[room].state != IRC_HISTORY_WAITING) {
        room++;
    }
    if (room == history->room_count) {
        return;
    }
    history->rooms[room].state = IRC_HISTORY_FETCHING;
    history->request.room = room;
    history->request.lines = 0;
    history->request.for_targets = is_direct(history, room);
    if (history->request.for_targets) {
        set_cursor(history, &history->rooms[room].position);
        ask(history);
    } else {
        ask_target(history, history->channels->names[room].name);
    }
}

static void log_given_up(struct irc_history *history, const char *reason) {
    LOG(LOG_WARN, "history_given_up", LOG_S("room", current(history)->key),
        LOG_S("reason", reason));
}

// The room is as far as it gets: on with what is said there now.
static void end_room(struct irc_history *history) {
    struct irc_history_room *room = current(history);
    irc_heard_sort(&history->direct);
    tell_past(history, &history->direct);
    if (history->direct.count > 0) {
        const struct irc_position *last =
            &history->direct.items[history->direct.count - 1].at;
        move(history, room, last->time_ms, slice_of(last->msgid));
    }
    room->state = IRC_HISTORY_LIVE;
    clear_request(history);
    tell_held(history, room);
    fetch_next(history);
}

static void end_target(struct irc_history *history) {
    if (history->persons_done < history->person_count) {
        const char *person = history->persons[history->persons_done++];
        ask_target(history, person);
    } else {
        end_room(history);
    }
}

static void on_targets(struct irc_history *history) {
    history->request.for_targets = false;
    if (history->person_count == (size_t)page_lines(history)) {
        log_given_up(history, "more persons than the server tells at once");
    }
    end_target(history);
}

// What the page has of new messages is told, or kept with the other direct ones;
// false when it had none.
static bool take_page(struct irc_history *history) {
    struct irc_history_request *request = &history->request;
    irc_heard_drop_known(&request->page, &request->cursor, request->by_time);
    if (request->page.count == 0) {
        return false;
    }
    request->pages++;
    request->lines += request->page.count;
    set_cursor(history, &request->page.items[request->page.count - 1].at);
    if (is_direct(history, request->room)) {
        irc_heard_move(&history->direct, &request->page);
        return true;
    }
    tell_past(history, &request->page);
    irc_heard_clear(&request->page);
    move(history, current(history), request->cursor.time_ms,
         slice_of(request->cursor.msgid));
    return true;
}

static void ask_by_time(struct irc_history *history) {
    history->request.by_time = true;
    irc_heard_clear(&history->request.page);
    ask(history);
}

// A short page may be followed by more (a server that counts what it does not show):
// an empty one is the end. A server that has forgotten a message may have nothing
// after its id.
static void on_page(struct irc_history *history) {
    struct irc_history_request *request = &history->request;
    if (take_page(history)) {
        if (request->lines < LIMIT_IRC_HISTORY_LINES) {
            ask_page(history);
        } else {
            log_given_up(history, "too many lines; later ones are left out");
            end_room(history);
        }
    } else if (request->pages == 0 && !request->by_time) {
        ask_by_time(history);
    } else {
        end_target(history);
    }
}

// Entry points.

void irc_history_start(struct irc_history *history) {
    history->started = true;
    fetch_next(history);
}

void irc_history_welcome(struct irc_history *history, int64_t now_ms) {
    struct irc_history_room *direct = &history->rooms[history->room_count - 1];
    history->welcome_ms = now_ms;
    if (!history->enabled) {
        return;
    }
    recall(history, direct);
    if (direct->position.known) {
        direct->state = IRC_HISTORY_WAITING;
    } else {
        move(history, direct, now_ms, (struct slice){0});
    }
}

void irc_history_left(struct irc_history *history, size_t number) {
    struct irc_history_room *room = &history->rooms[number];
    if (room->state == IRC_HISTORY_FETCHING) {
        clear_request(history);
    }
    room->state = IRC_HISTORY_LIVE;
    irc_heard_clear(&room->held);
    fetch_next(history);
}

void irc_history_joined(struct irc_history *history, size_t number, int64_t now_ms) {
    struct irc_history_room *room = &history->rooms[number];
    irc_history_left(history, number);
    if (!history->enabled) {
        return;
    }
    recall(history, room);
    if (!room->position.known) {
        move(history, room, now_ms, (struct slice){0});
        return;
    }
    room->state = IRC_HISTORY_WAITING;
    irc_history_start(history);
}

// Whether it is the answer to the request: by its label, else by what it is about, as
// where the server has given labels up since.
static bool is_answer(const struct irc_history *history,
                      const struct irc_batch *batch) {
    const struct irc_history_request *request = &history->request;
    enum irc_batch_kind kind =
        request->for_targets ? IRC_BATCH_TARGETS : IRC_BATCH_HISTORY;
    if (!request->is_open || request->group != 0 || batch->kind != kind) {
        return false;
    }
    if (request->by_label && history->labels) {
        return is_label(request, slice_of(batch->label));
    }
    return request->for_targets ||
           irc_same_name(history->isupport, slice_of(batch->target),
                         slice_of(request->target));
}

void irc_history_begun(struct irc_history *history, const struct irc_batch *batch) {
    if (is_answer(history, batch)) {
        history->request.group = batch->group;
    }
}

bool irc_history_is_asked(const struct irc_history *history,
                          const struct irc_batch *batch) {
    return history->request.is_open && batch->kind != IRC_BATCH_OTHER &&
           batch->group == history->request.group;
}

bool irc_history_is_with(const struct irc_history *history, struct slice nick) {
    return history->request.target != NULL &&
           irc_same_name(history->isupport, nick, slice_of(history->request.target));
}

void irc_history_ended(struct irc_history *history, const struct irc_batch *batch) {
    if (!irc_history_is_asked(history, batch) || batch->is_nested) {
        return;
    }
    history->request.is_open = false;
    if (history->request.for_targets) {
        on_targets(history);
    } else {
        on_page(history);
    }
}

void irc_history_add(struct irc_history *history, const struct incoming *incoming,
                     int64_t time_ms, struct slice msgid) {
    if (history->request.page.count < LIMIT_IRC_HISTORY_LINES) {
        irc_heard_add(&history->request.page, incoming, time_ms, msgid);
    }
}

static bool is_nick(const struct irc_history *history, struct slice text) {
    return text.len > 0 && text.len <= NICK_BYTES_MAX &&
           memchr(text.data, ' ', text.len) == NULL &&
           strchr(":#&+!", text.data[0]) == NULL &&
           irc_channels_find(history->channels, text) == IRC_NO_CHANNEL;
}

void irc_history_add_person(struct irc_history *history, struct slice nick) {
    if (!history->request.for_targets || !is_nick(history, nick) ||
        history->person_count == LIMIT_IRC_HISTORY_PERSONS) {
        return;
    }
    history->persons = mem_grow(history->persons, history->person_count,
                                &history->persons_cap, sizeof *history->persons);
    history->persons[history->person_count++] = slice_copy(nick);
}

bool irc_history_refused(struct irc_history *history, struct slice label,
                         struct slice code) {
    struct irc_history_request *request = &history->request;
    if (!request->is_open || (label.len > 0 && !is_label(request, label))) {
        return false;
    }
    request->is_open = false;
    if (!request->for_targets && !request->by_time) {
        ask_by_time(history);
        return true;
    }
    char *reason = utf8_clean(code);
    log_given_up(history, reason);
    free(reason);
    request->for_targets = false;
    end_target(history);
    return true;
}

void irc_history_time_out(struct irc_history *history) {
    if (!history->request.is_open) {
        irc_history_start(history);
        return;
    }
    log_given_up(history, "the server does not answer");
    history->request.is_open = false;
    if (!history->request.for_targets) {
        take_page(history);
    }
    end_room(history);
}
