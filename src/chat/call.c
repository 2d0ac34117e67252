// SPDX-License-Identifier: MIT
#include "chat/call.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "core/wording.h"
#include "store/questions.h"

void call_say(struct call *call, const char *format, ...) {
    struct buf line = {0};
    va_list arguments;
    va_start(arguments, format);
    buf_vprintf(&line, format, arguments);
    va_end(arguments);
    message_line(&call->reply, buf_str(&line));
    buf_finish(&line);
}

void call_take_line(struct call *call, char *line) {
    message_line(&call->reply, line);
    free(line);
}

void call_take_item(struct call *call, char *item) {
    message_item(&call->reply, item);
    free(item);
}

void call_say_usage(struct call *call, const char *name) {
    const struct command *command = command_find(slice_of(name));
    call_say(call, "Usage: %s %s", command->name, command->usage);
}

void call_show(struct call *call, int64_t question) {
    call->reply.about = (struct about){call->workshop->id, question, EVENT_SHOWN};
}

struct deed call_deed(const struct call *call) {
    return (struct deed){call->desk, call->workshop, &call->incoming->person,
                         call->is_present, &call->incoming->back};
}

bool call_take_number(struct call *call, int64_t *number) {
    struct slice rest = call->rest;
    struct slice word = slice_take_word(&rest);
    if (word.len > 0 && word.data[0] == '#') {
        word = slice_from(word, 1);
    }
    while (word.len > 0 &&
           (word.data[word.len - 1] == ',' || word.data[word.len - 1] == ':')) {
        word.len--;
    }
    if (!slice_to_number(word, number)) {
        return false;
    }
    call->rest = rest;
    return true;
}

int64_t call_take_session(struct call *call) {
    struct slice before = call->rest;
    struct slice rest = call->rest;
    struct slice label;
    int64_t number = 0;
    if (slice_is_nocase(slice_take_word(&rest), "session") &&
        slice_take_until(&rest, ':', &label) && rest.data > label.data + label.len &&
        slice_to_number(slice_trim(label), &number) && number > 0) {
        call->rest = slice_trim(rest);
        return number;
    }
    call->rest = before;
    return 0;
}

bool call_take_labelled(struct call *call, const char *label, int64_t *number) {
    struct slice before = call->rest;
    if (slice_is_nocase(slice_take_word(&call->rest), label) &&
        call_take_number(call, number) && *number > 0) {
        return true;
    }
    call->rest = before;
    *number = 0;
    return false;
}

void call_say_of(struct call *call, const char *before, struct slice words,
                 const char *after) {
    call_say(call, "%s%.*s%s", before, (int)utf8_prefix(words, LIMIT_QUOTED_BYTES),
             words.data, after);
}

char *call_rest(const struct call *call) {
    return slice_copy(call->rest);
}

static void add_entry(void *context, const struct question *question) {
    char *line = wording_question(question);
    struct slice whole = slice_of(line);
    size_t len = utf8_prefix(whole, LIMIT_ENTRY_BYTES);
    call_take_item(context,
                   str_printf("%.*s%s", (int)len, line, len < whole.len ? "…" : ""));
    free(line);
}

void call_list_questions(struct call *call, unsigned states, int64_t asker,
                         const char *command) {
    struct question_filter filter = {
        .states = states, .asker = asker, .limit = LIMIT_LIST_LINES};
    int64_t page = 1;
    int64_t number = 0;
    while (call->rest.len > 0) {
        if (call_take_labelled(call, "session", &number)) {
            filter.session = number;
        } else if (call_take_labelled(call, "page", &number)) {
            page = number < LIMIT_PAGE ? number : LIMIT_PAGE;
        } else {
            struct slice rest = slice_of(command);
            char *name = slice_copy(slice_take_word(&rest));
            call_say_usage(call, name);
            free(name);
            return;
        }
    }
    filter.offset = (page - 1) * LIMIT_LIST_LINES;
    int64_t count = questions_count(call->desk->store, call->workshop->id, &filter);
    if (count <= filter.offset || questions_list(call->desk->store, call->workshop->id,
                                                 &filter, add_entry, call) != OK) {
        call_say(call, "No questions.");
        return;
    }
    if (count > filter.offset + filter.limit) {
        call_say(call, "%lld more: %s page %lld",
                 (long long)(count - filter.offset - filter.limit), command,
                 (long long)page + 1);
    }
}
