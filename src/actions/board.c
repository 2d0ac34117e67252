// SPDX-License-Identifier: MIT
#include "actions/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/wording.h"
#include "store/events.h"
#include "store/questions.h"

static enum err show(struct desk *desk, const struct workshop *workshop,
                     const struct question *question, bool where_fixed) {
    char *line = wording_question_new(question);
    struct message message = {.about = {workshop->id, question->number, EVENT_QUEUE}};
    message_line(&message, line);
    free(line);
    enum err err = OK;
    for (size_t i = 0; i < workshop->moderator_room_count && err == OK; i++) {
        const struct room *room = &workshop->moderator_rooms[i];
        const struct target target = {
            .kind = TARGET_ROOM, .network = room->network, .id = room->name};
        if (!where_fixed || !desk->can_edit(desk->context, room->network)) {
            err = outbox_add(desk->outbox, &target, &message, PRIORITY_ANSWER);
        }
    }
    message_finish(&message);
    return err;
}

enum err board_show(struct desk *desk, const struct workshop *workshop,
                    const struct question *question) {
    return show(desk, workshop, question, false);
}

enum err board_show_again(struct desk *desk, const struct workshop *workshop,
                          const struct question *question) {
    return show(desk, workshop, question, true);
}

// After what people wait for: a new text of an old message has the lowest priority.
static enum err stage_edit(struct desk *desk, const struct event *event,
                           const struct question *question) {
    const struct target target = {.kind = TARGET_ROOM,
                                  .network = event->network,
                                  .id = event->room,
                                  .replaces = event->id};
    struct message message = {.about = {event->workshop, event->question, event->role}};
    char *line = wording_question(question);
    message_line(&message, line);
    free(line);
    enum err err = outbox_add(desk->outbox, &target, &message, PRIORITY_LIST);
    message_finish(&message);
    return err;
}

static enum err refresh_one(struct desk *desk, const struct event *event,
                            const struct question *question) {
    switch (event->edit) {
    case EVENT_IS_STALE:
        return OK;
    case EVENT_IS_EDITED:
        return events_set_edit(desk->store, event, EVENT_IS_STALE);
    case EVENT_IS_FRESH:
        break;
    }
    if (!desk->can_edit(desk->context, event->network)) {
        return OK; // not in the configuration any more
    }
    enum err err = stage_edit(desk, event, question);
    return err == OK ? events_set_edit(desk->store, event, EVENT_IS_EDITED) : err;
}

struct events {
    struct event *items;
    size_t count, cap;
};

static void keep(void *context, const struct event *event) {
    struct events *events = context;
    events->items =
        mem_grow(events->items, events->count, &events->cap, sizeof *events->items);
    events->items[events->count] = *event;
    event_keep(&events->items[events->count++]);
}

enum err board_refresh(struct desk *desk, const char *workshop,
                       const struct question *question) {
    struct events events = {0};
    enum err err =
        events_of_queue(desk->store, workshop, question->number, keep, &events);
    for (size_t i = 0; i < events.count; i++) {
        if (err == OK) {
            err = refresh_one(desk, &events.items[i], question);
        }
        event_finish(&events.items[i]);
    }
    free(events.items);
    return err;
}

// Its first text is there: unless all is as it says, the next one follows.
static enum err told_first(struct desk *desk, const struct event *event,
                           const char *text) {
    struct question question;
    enum err err =
        questions_get(desk->store, event->workshop, event->question, &question);
    char *line = err == OK ? wording_question_new(&question) : NULL;
    if (err == OK && (question.state != QUESTION_PENDING || strcmp(line, text) != 0)) {
        err = refresh_one(desk, event, &question);
    }
    free(line);
    question_finish(&question);
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err told_edit(struct desk *desk, struct event *event) {
    bool is_stale = event->edit == EVENT_IS_STALE;
    event->edit = EVENT_IS_FRESH;
    enum err err = events_set_edit(desk->store, event, EVENT_IS_FRESH);
    struct question question;
    if (err != OK || !is_stale ||
        questions_get(desk->store, event->workshop, event->question, &question) != OK) {
        return err;
    }
    err = refresh_one(desk, event, &question);
    question_finish(&question);
    return err;
}

static enum err told_new_text(struct desk *desk, const struct target *target) {
    struct event event;
    enum err err = events_find(desk->store, target->network, target->replaces, &event);
    if (err == OK) {
        err = told_edit(desk, &event);
    }
    event_finish(&event);
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err board_told(void *context, const struct outbox_told *told) {
    struct desk *desk = context;
    if (told->target.replaces != NULL) {
        return told_new_text(desk, &told->target);
    }
    if (told->event == NULL) {
        return OK;
    }
    const struct event event = {.network = told->target.network,
                                .id = told->event,
                                .workshop = told->about.workshop,
                                .question = told->about.question,
                                .role = told->about.role,
                                .room = told->target.id};
    enum err err = events_add(desk->store, &event);
    if (err == OK && event.role == EVENT_QUEUE) {
        err = told_first(desk, &event, told->text);
    }
    return err;
}
