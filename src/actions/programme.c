// SPDX-License-Identifier: MIT
#include "actions/programme.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/wording.h"
#include "store/notices.h"
#include "store/sessions.h"

// Those whose ids are numbers, or those whose ids are not.
static enum err number_sessions(struct store *store, struct workshop *workshop,
                                bool with_number) {
    enum err err = OK;
    for (size_t i = 0; i < workshop->agenda.session_count && err == OK; i++) {
        struct session *session = &workshop->agenda.sessions[i];
        int64_t number = 0;
        if (slice_to_number(slice_of(session->id), &number) == with_number) {
            err = sessions_number(store, workshop->id, session->id, &session->number);
        }
    }
    return err;
}

// An id that is a number keeps it, so those come first.
enum err programme_number_sessions(struct store *store, struct workshop *workshop) {
    enum err err = sessions_add_workshop(store, workshop->id);
    if (err == OK) {
        err = number_sessions(store, workshop, true);
    }
    return err == OK ? number_sessions(store, workshop, false) : err;
}

// Which of the notices are over: done, or due before a later one of their session
// that is done (as after new rules). The caller frees.
static bool *mark_done(struct store *store, const struct workshop *workshop,
                       const struct notice *notices, size_t count) {
    const struct session *first = workshop->agenda.sessions;
    bool *is_over = mem_alloc(count, sizeof *is_over);
    bool *later_done = mem_alloc(workshop->agenda.session_count, sizeof *later_done);
    for (size_t i = count; i > 0; i--) {
        bool *done = &later_done[notices[i - 1].session - first];
        *done = *done || notices_is_done(store, workshop->id, &notices[i - 1]);
        is_over[i - 1] = *done;
    }
    free(later_done);
    return is_over;
}

void programme_plan(struct programme *programme, const struct desk *desk,
                    const struct workshop *workshop) {
    programme_finish(programme);
    size_t planned = 0;
    programme->workshop = workshop;
    programme->notices = notice_plan(workshop, &planned);
    bool *is_over = mark_done(desk->store, workshop, programme->notices, planned);
    int64_t opened_ms = store_opened_ms(desk->store);
    for (size_t i = 0; i < planned; i++) {
        if (programme->notices[i].due_ms >= opened_ms && !is_over[i]) {
            programme->notices[programme->count++] = programme->notices[i];
        }
    }
    free(is_over);
}

void programme_finish(struct programme *programme) {
    free(programme->notices);
    *programme = (struct programme){0};
}

int64_t programme_next_ms(const struct programme *programme) {
    return programme->count > 0 ? programme->notices[0].due_ms : INT64_MAX;
}

static size_t count_due(const struct programme *programme, int64_t now_ms) {
    size_t due = 0;
    while (due < programme->count && programme->notices[due].due_ms <= now_ms) {
        due++;
    }
    return due;
}

// Of one session's due notices only the latest is said, and none once the session
// has ended.
static bool is_to_be_said(const struct programme *programme, size_t due, size_t i,
                          int64_t now_ms) {
    const struct notice *notice = &programme->notices[i];
    if (notice->session->end_ms <= now_ms) {
        return false;
    }
    for (size_t later = i + 1; later < due; later++) {
        if (programme->notices[later].session == notice->session) {
            return false;
        }
    }
    return true;
}

static void log_dropped(const struct workshop *workshop, const struct notice *notice,
                        int64_t now_ms) {
    LOG(LOG_WARN, "notice_dropped", LOG_S("workshop", workshop->id),
        LOG_N("session", notice->session->number),
        LOG_N("late_ms", now_ms - notice->due_ms));
}

static enum err take_notice(const struct programme *programme, struct desk *desk,
                            size_t due, size_t i, struct message *message) {
    const struct workshop *workshop = programme->workshop;
    const struct notice *notice = &programme->notices[i];
    if (is_to_be_said(programme, due, i, desk->now_ms)) {
        char *line = wording_notice(&workshop->agenda, notice, desk->now_ms);
        message_line(message, line);
        free(line);
    } else {
        log_dropped(workshop, notice, desk->now_ms);
    }
    return notices_set_done(desk->store, workshop->id, notice);
}

enum err programme_say_due(const struct programme *programme, struct desk *desk) {
    size_t due = count_due(programme, desk->now_ms);
    struct message message = {0};
    enum err err = OK;
    for (size_t i = 0; i < due && err == OK; i++) {
        err = take_notice(programme, desk, due, i, &message);
    }
    if (err == OK && message.lines > 0) {
        err = desk_say_message(desk, programme->workshop, &message, PRIORITY_NOTICE);
    }
    message_finish(&message);
    return err;
}
