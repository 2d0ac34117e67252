// SPDX-License-Identifier: MIT
#ifndef USHER_ACTIONS_MODERATOR_H
#define USHER_ACTIONS_MODERATOR_H

#include "actions/participant.h"

// What a moderator does. Each function checks the right first, fills a zeroed
// outcome, and tells the asker what became of the question.

void moderator_approve(const struct deed *deed, int64_t number,
                       struct outcome *outcome);

// `reason` may be empty.
void moderator_dismiss(const struct deed *deed, int64_t number, const char *reason,
                       struct outcome *outcome);

// The next approved question (session 0: of any session) is asked, and said in all
// rooms. Refused while another of its session is being asked.
void moderator_pull(const struct deed *deed, int64_t session, struct outcome *outcome);

// The question being asked is closed, with a written answer unless that is empty.
// Number 0: the only one being asked, or that of the current session.
void moderator_answered(const struct deed *deed, int64_t number, const char *answer,
                        struct outcome *outcome);

// Whether questions are taken; session 0: in the whole workshop.
void moderator_set_closed(const struct deed *deed, int64_t session, bool closed,
                          struct outcome *outcome);

// Says a text in all rooms.
void moderator_announce(const struct deed *deed, const char *text,
                        struct outcome *outcome);

#endif
