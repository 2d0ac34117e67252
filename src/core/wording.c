// SPDX-License-Identifier: MIT
#include "core/wording.h"

#include <string.h>

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MINUTES = 60,
    DAY_MINUTES = 24 * HOUR_MINUTES,
};

static bool same_day(struct civil a, struct civil b) {
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void add_day_if_other(struct buf *out, struct civil at, struct civil now) {
    if (!same_day(at, now)) {
        buf_printf(out, "%04d-%02d-%02d ", at.year, at.month, at.day);
    }
}

void wording_add_time(struct buf *out, const struct agenda *agenda, int64_t at_ms,
                      int64_t now_ms) {
    struct civil at = zone_to_local(agenda->zone, at_ms);
    add_day_if_other(out, at, zone_to_local(agenda->zone, now_ms));
    buf_printf(out, "%02d:%02d ", at.hour, at.minute);
    zone_add_abbreviation(agenda->zone, at_ms, out);
}

void wording_add_span(struct buf *out, const struct agenda *agenda,
                      const struct session *session, int64_t now_ms) {
    struct civil start = zone_to_local(agenda->zone, session->start_ms);
    struct civil end = zone_to_local(agenda->zone, session->end_ms);
    add_day_if_other(out, start, zone_to_local(agenda->zone, now_ms));
    buf_printf(out, "%02d:%02d-", start.hour, start.minute);
    add_day_if_other(out, end, start);
    buf_printf(out, "%02d:%02d ", end.hour, end.minute);
    zone_add_abbreviation(agenda->zone, session->start_ms, out);
}

static void add_count(struct buf *out, int64_t count, const char *unit) {
    buf_printf(out, "%lld %s%s", (long long)count, unit, count == 1 ? "" : "s");
}

void wording_add_duration(struct buf *out, int64_t duration_ms) {
    int64_t minutes = (duration_ms + MINUTE_MS / 2) / MINUTE_MS;
    if (minutes < 1) {
        minutes = 1;
    }
    int64_t days = minutes / DAY_MINUTES;
    int64_t hours = minutes % DAY_MINUTES / HOUR_MINUTES;
    minutes = days > 0 ? 0 : minutes % HOUR_MINUTES;
    if (days > 0) {
        add_count(out, days, "day");
    }
    if (hours > 0) {
        buf_add_str(out, days > 0 ? " " : "");
        add_count(out, hours, "hour");
    }
    if (minutes > 0) {
        buf_add_str(out, hours > 0 ? " " : "");
        add_count(out, minutes, "minute");
    }
}

static void add_title(struct buf *out, const struct session *session) {
    buf_printf(out, "Session %lld: %s", (long long)session->number, session->title);
}

char *wording_session(const struct agenda *agenda, const struct session *session,
                      int64_t now_ms) {
    struct buf line = {0};
    add_title(&line, session);
    buf_add_str(&line, ", ");
    wording_add_span(&line, agenda, session, now_ms);
    if (session->room != NULL) {
        buf_printf(&line, ", %s", session->room);
    }
    if (session->cancelled) {
        buf_add_str(&line, " (cancelled)");
    }
    return buf_take(&line);
}

char *wording_standing(const struct session *session, int64_t now_ms) {
    struct buf text = {0};
    if (session->cancelled) {
        buf_add_str(&text, "cancelled");
    } else if (now_ms < session->start_ms) {
        buf_add_str(&text, "in ");
        wording_add_duration(&text, session->start_ms - now_ms);
    } else if (now_ms < session->end_ms) {
        buf_add_str(&text, "ends in ");
        wording_add_duration(&text, session->end_ms - now_ms);
    } else {
        buf_add_str(&text, "over");
    }
    return buf_take(&text);
}

// The words before the colon; a notice on time says its own distance, a late one
// the distance that is true when it is said.
static void add_notice_head(struct buf *out, const struct notice *notice,
                            int64_t now_ms) {
    const struct session *session = notice->session;
    bool late = now_ms - notice->due_ms >= MINUTE_MS;
    if (notice->kind == NOTICE_BEFORE_END) {
        wording_add_duration(out, late ? session->end_ms - now_ms : notice->ahead_ms);
        buf_add_str(out, " left: ");
    } else if (late && now_ms >= session->start_ms) {
        buf_add_str(out, "Started ");
        // Whole minutes that have passed, as people count what is over.
        wording_add_duration(out, (now_ms - session->start_ms) / MINUTE_MS * MINUTE_MS);
        buf_add_str(out, " ago: ");
    } else if (notice->kind == NOTICE_START) {
        buf_add_str(out, "Now: ");
    } else {
        buf_add_str(out, "In ");
        wording_add_duration(out, late ? session->start_ms - now_ms : notice->ahead_ms);
        buf_add_str(out, ": ");
    }
}

char *wording_notice(const struct agenda *agenda, const struct notice *notice,
                     int64_t now_ms) {
    const struct session *session = notice->session;
    struct buf line = {0};
    add_notice_head(&line, notice, now_ms);
    add_title(&line, session);
    buf_add_str(&line, " (");
    wording_add_time(&line, agenda, session->start_ms, now_ms);
    if (session->room != NULL) {
        buf_printf(&line, ", %s", session->room);
    }
    buf_add_char(&line, ')');
    if (session->join != NULL) {
        buf_printf(&line, " %s", session->join);
    }
    return buf_take(&line);
}

static char *question_line(const struct question *question, const char *standing) {
    return str_printf("#%lld %s [session %lld] %s: %s", (long long)question->number,
                      standing, (long long)question->session, question->asker_name,
                      question->text);
}

char *wording_question(const struct question *question) {
    struct buf standing = {0};
    buf_printf(&standing, "%s ", question_state_name(question->state));
    add_count(&standing, question->votes, "vote");
    char *line = question_line(question, buf_str(&standing));
    buf_finish(&standing);
    return line;
}

char *wording_question_new(const struct question *question) {
    return question_line(question, "new");
}

char *wording_question_asked(const struct question *question) {
    return str_printf("Question #%lld from %s: %s", (long long)question->number,
                      question->asker_name, question->text);
}

char *wording_question_told(const struct question *question) {
    struct buf line = {0};
    buf_printf(&line, "#%lld ", (long long)question->number);
    const char *more = question->state == QUESTION_DISMISSED  ? question->reason
                       : question->state == QUESTION_ANSWERED ? question->answer
                                                              : NULL;
    if (question->state == QUESTION_ASKING) {
        buf_add_str(&line, "is being asked now");
    } else {
        buf_add_str(&line, question_state_name(question->state));
    }
    if (more != NULL && more[0] != '\0') {
        buf_printf(&line, ": %s", more);
    }
    return buf_take(&line);
}
