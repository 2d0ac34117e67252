// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "chat/call.h"
#include "core/wording.h"

enum { DAY_SECONDS = 86400 };

static const struct agenda *agenda_of(const struct call *call) {
    return &call->workshop->agenda;
}

// "Session 1: …, 14:30-16:00 CEST, ROOM (in 5 minutes)"
static char *session_line(const struct call *call, const struct session *session) {
    int64_t now_ms = call->desk->now_ms;
    char *line = wording_session(agenda_of(call), session, now_ms);
    char *standing = wording_standing(session, now_ms);
    char *whole = session->cancelled ? str_printf("%s", line)
                                     : str_printf("%s (%s)", line, standing);
    free(line);
    free(standing);
    return whole;
}

// The local day of an instant, as days since 1970.
static int64_t day_of(const struct agenda *agenda, int64_t at_ms) {
    struct civil local = zone_to_local(agenda->zone, at_ms);
    local.hour = local.minute = local.second = 0;
    return civil_to_seconds(local) / DAY_SECONDS;
}

// Today if it has sessions, else the next day that has, else the last.
static int64_t default_day(const struct agenda *agenda, int64_t now_ms) {
    int64_t today = day_of(agenda, now_ms);
    int64_t day = today;
    for (size_t i = 0; i < agenda->session_count; i++) {
        day = day_of(agenda, agenda->sessions[i].start_ms);
        if (day >= today) {
            break;
        }
    }
    return day;
}

static bool parse_day(const struct call *call, struct slice word, int64_t *day) {
    const struct agenda *agenda = agenda_of(call);
    if (slice_is_nocase(word, "today")) {
        *day = day_of(agenda, call->desk->now_ms);
        return true;
    }
    if (slice_is_nocase(word, "tomorrow")) {
        *day = day_of(agenda, call->desk->now_ms) + 1;
        return true;
    }
    struct civil date;
    char *midnight = str_printf("%.*sT00:00", (int)word.len, word.data);
    enum err err = civil_parse_local(slice_of(midnight), &date);
    free(midnight);
    if (err != OK) {
        return false;
    }
    *day = civil_to_seconds(date) / DAY_SECONDS;
    return true;
}

void agenda_run(struct call *call) {
    const struct agenda *agenda = agenda_of(call);
    struct slice word = slice_take_word(&call->rest);
    bool all = slice_is_nocase(word, "all");
    int64_t day = default_day(agenda, call->desk->now_ms);
    if (word.len > 0 && !all && !parse_day(call, word, &day)) {
        call_say_of(call, "No day ", word,
                    ". Say a date such as 2015-09-08, today, tomorrow or all.");
        return;
    }
    size_t more = 0;
    for (size_t i = 0; i < agenda->session_count; i++) {
        const struct session *session = &agenda->sessions[i];
        if (!all && day_of(agenda, session->start_ms) != day) {
            continue;
        }
        if (call->reply.lines < LIMIT_AGENDA_LINES) {
            call_take_item(call, session_line(call, session));
        } else {
            more++;
        }
    }
    if (call->reply.lines == 0) {
        call_say(call, "No sessions.");
    } else if (more > 0) {
        call_say(call, "%zu more; say session and words of the title.", more);
    }
}

static bool say_next(struct call *call) {
    const struct session *next = agenda_next(agenda_of(call), call->desk->now_ms);
    if (next != NULL) {
        call_take_line(call, session_line(call, next));
    }
    return next != NULL;
}

void now_run(struct call *call) {
    const struct agenda *agenda = agenda_of(call);
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (session_is_running(&agenda->sessions[i], call->desk->now_ms)) {
            call_take_item(call, session_line(call, &agenda->sessions[i]));
        }
    }
    if (call->reply.lines > 0) {
        return;
    }
    bool more = agenda_next(agenda, call->desk->now_ms) != NULL;
    call_say(call, more ? "Nothing is on now. Next:" : "Nothing is on now, nor later.");
    say_next(call);
}

void next_run(struct call *call) {
    if (!say_next(call)) {
        call_say(call, "Nothing comes next.");
    }
}

static void say_speakers(struct call *call, const struct session *session) {
    struct buf line = {0};
    for (size_t i = 0; i < session->speaker_count; i++) {
        const struct speaker *speaker = &session->speakers[i];
        buf_printf(&line, "%s%s", i == 0 ? "Speakers: " : "; ", speaker->name);
        if (speaker->affiliation != NULL) {
            buf_printf(&line, " (%s)", speaker->affiliation);
        }
    }
    if (line.len > 0) {
        call_take_line(call, buf_take(&line));
    }
}

static void say_strings(struct call *call, const char *title, char *const *strings,
                        size_t count) {
    struct buf line = {0};
    for (size_t i = 0; i < count; i++) {
        buf_printf(&line, "%s%s", i == 0 ? title : " ", strings[i]);
    }
    if (line.len > 0) {
        call_take_line(call, buf_take(&line));
    }
}

static void say_session(struct call *call, const struct session *session) {
    char *line = session_line(call, session);
    call_say(call, "%s%s%s", line, session->join != NULL ? " " : "",
             session->join != NULL ? session->join : "");
    free(line);
    if (session->description != NULL) {
        call_say(call, "%s", session->description);
    }
    say_strings(call, "Guiding questions: ", session->questions,
                session->question_count);
    say_speakers(call, session);
    say_strings(call, "Documents: ", session->documents, session->document_count);
}

static void find_sessions(struct call *call, struct slice words) {
    const struct agenda *agenda = agenda_of(call);
    const struct session *only = NULL;
    size_t found = 0;
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (session_matches(&agenda->sessions[i], words)) {
            only = &agenda->sessions[i];
            found++;
        }
    }
    if (found == 1) {
        say_session(call, only);
        return;
    }
    for (size_t i = 0; i < agenda->session_count; i++) {
        if (call->reply.lines < LIMIT_LIST_LINES &&
            session_matches(&agenda->sessions[i], words)) {
            call_take_item(call, session_line(call, &agenda->sessions[i]));
        }
    }
    if (found == 0) {
        call_say_of(call, "No session about ", words, ".");
    }
}

void session_run(struct call *call) {
    int64_t number = 0;
    if (call->rest.len == 0) {
        call_say_usage(call, "session");
    } else if (slice_to_number(call->rest, &number)) {
        const struct session *session = agenda_session(agenda_of(call), number);
        if (session != NULL) {
            say_session(call, session);
        } else {
            call_say(call, "No session %lld.", (long long)number);
        }
    } else {
        find_sessions(call, call->rest);
    }
}

static void say_speaker(struct call *call, const struct speaker *speaker,
                        const struct session *session) {
    char *line = session_line(call, session);
    bool known = speaker->affiliation != NULL;
    call_take_item(call,
                   str_printf("%s%s%s%s. %s%s%s", speaker->name, known ? " (" : "",
                              known ? speaker->affiliation : "", known ? ")" : "", line,
                              speaker->bio != NULL ? ". " : "",
                              speaker->bio != NULL ? speaker->bio : ""));
    free(line);
}

static void say_speakers_of(struct call *call, const struct session *session) {
    for (size_t i = 0; i < session->speaker_count; i++) {
        if (call->reply.lines < LIMIT_LIST_LINES &&
            speaker_matches(&session->speakers[i], call->rest)) {
            say_speaker(call, &session->speakers[i], session);
        }
    }
}

void speaker_run(struct call *call) {
    const struct agenda *agenda = agenda_of(call);
    if (call->rest.len == 0) {
        call_say_usage(call, "speaker");
        return;
    }
    for (size_t i = 0; i < agenda->session_count; i++) {
        say_speakers_of(call, &agenda->sessions[i]);
    }
    if (call->reply.lines == 0) {
        call_say_of(call, "No speaker ", call->rest, ".");
    }
}
