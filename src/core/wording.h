// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_WORDING_H
#define USHER_CORE_WORDING_H

#include <stdint.h>

#include "core/notice.h"
#include "core/question.h"

// The texts that others rely on (DESIGN "Texts that others rely on"), each made in
// one place. Functions named `wording_…` return a string that the caller frees;
// those with `add` append.

// "14:30-16:00 CEST", with the day in front where it is not the day of `now_ms`.
void wording_add_span(struct buf *out, const struct agenda *agenda,
                      const struct session *session, int64_t now_ms);

// "14:30 CEST", likewise.
void wording_add_time(struct buf *out, const struct agenda *agenda, int64_t at_ms,
                      int64_t now_ms);

// "5 minutes", "1 hour 30 minutes", "2 days": at most two units, rounded to
// minutes; at least "1 minute".
void wording_add_duration(struct buf *out, int64_t duration_ms);

// "Session 1: TITLE, 14:30-16:00 CEST, ROOM"
char *wording_session(const struct agenda *agenda, const struct session *session,
                      int64_t now_ms);

// "in 5 minutes", "ends in 1 hour", "over": where it stands at `now_ms`.
char *wording_standing(const struct session *session, int64_t now_ms);

// "In 5 minutes: Session 1: TITLE (14:30 CEST, ROOM) JOIN", "Now: …", "5 minutes
// left: …"; said later than a minute after its time "Started 4 minutes ago: …", or
// how long is really left.
char *wording_notice(const struct agenda *agenda, const struct notice *notice,
                     int64_t now_ms);

// "#12 pending 3 votes [session 1] ana: TEXT"
char *wording_question(const struct question *question);

// "#12 new [session 1] ana: TEXT"
char *wording_question_new(const struct question *question);

// "Question #12 from ana: TEXT"
char *wording_question_asked(const struct question *question);

// What the asker hears of the state it now has: "#12 approved", "#12 dismissed:
// REASON", "#12 is being asked now", "#12 answered: TEXT".
char *wording_question_told(const struct question *question);

#endif
