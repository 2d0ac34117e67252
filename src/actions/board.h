// SPDX-License-Identifier: MIT
#ifndef USHER_ACTIONS_BOARD_H
#define USHER_ACTIONS_BOARD_H

#include "actions/desk.h"
#include "core/question.h"

// The bot's messages about questions: which event is about which question, so that
// what refers to one is understood, and what stands in the moderators' rooms kept up to
// date. There the message that a question is new says its text and state from then on,
// where the network can change what was said. One new text of a message is under way at
// a time: what happens meanwhile is in the next one. Votes alone make none: in a busy
// room they would change messages without end, and the queue tells their number.

// Says a new question in every moderators' room.
enum err board_show(struct desk *desk, const struct workshop *workshop,
                    const struct question *question) ATTR_MUST_USE;

// Says its new text, in the rooms where the message about it can't be changed.
enum err board_show_again(struct desk *desk, const struct workshop *workshop,
                          const struct question *question) ATTR_MUST_USE;

// The question's state or text has changed: stages the new texts of the messages.
enum err board_refresh(struct desk *desk, const char *workshop,
                       const struct question *question) ATTR_MUST_USE;

// A message about a question was delivered or refused; `desk` is a struct desk.
enum err board_told(void *desk, const struct outbox_told *told) ATTR_MUST_USE;

#endif
