// SPDX-License-Identifier: MIT
#ifndef USHER_CHAT_CALL_H
#define USHER_CHAT_CALL_H

#include "actions/outcome.h"
#include "base/attr.h"
#include "chat/command.h"

// What the handlers of commands share: answering, and reading arguments.

// Appends a line to the answer.
void call_say(struct call *call, const char *format, ...) ATTR_PRINTF(2, 3);

// Appends a line (an entry of a list), and frees it.
void call_take_line(struct call *call, char *line);
void call_take_item(struct call *call, char *item);

// Answers with the usage of the command.
void call_say_usage(struct call *call, const char *command);

// The answer is about that question: who reacts to it means the question.
void call_show(struct call *call, int64_t question);

struct deed call_deed(const struct call *call);

// Takes "N" or "#N" off the front of the arguments. False, and nothing taken, when
// there is none.
bool call_take_number(struct call *call, int64_t *number);

// Takes `word N` likewise: "session 2", "page 3".
bool call_take_labelled(struct call *call, const char *word, int64_t *number);

// Takes "session 2:" off the front; 0 when there is none, anything else is text.
int64_t call_take_session(struct call *call);

// Appends a line that repeats a person's words, at most LIMIT_QUOTED_BYTES of them.
void call_say_of(struct call *call, const char *before, struct slice words,
                 const char *after);

// The arguments that remain as a string; the caller frees.
char *call_rest(const struct call *call);

// Answers why an outcome was refused; true when it was done and the handler goes on.
bool call_check(struct call *call, const struct outcome *outcome);

// The command `edit`: gives the person's own question another text, and answers.
void call_edit_question(struct call *call, int64_t number, const char *text);

// Answers a list of questions, a page of it, by the filter's states, session and
// asker; `command` is what to say for the next page.
void call_list_questions(struct call *call, unsigned states, int64_t asker,
                         const char *command);

#endif
