// SPDX-License-Identifier: MIT
#include "core/message.h"

#include <string.h>

#include "base/memory.h"

char *target_keep(struct target *target) {
    const char **const texts[] = {&target->network,  &target->id,
                                  &target->reply_to, &target->thread,
                                  &target->mention,  &target->replaces};
    return mem_keep(texts, sizeof texts / sizeof texts[0]);
}

void message_finish(struct message *message) {
    buf_finish(&message->text);
    buf_finish(&message->html);
    *message = (struct message){0};
}

void html_add_escaped(struct buf *html, struct slice text) {
    for (size_t i = 0; i < text.len; i++) {
        switch (text.data[i]) {
        case '<':
            buf_add_str(html, "&lt;");
            break;
        case '>':
            buf_add_str(html, "&gt;");
            break;
        case '&':
            buf_add_str(html, "&amp;");
            break;
        case '"':
            buf_add_str(html, "&quot;");
            break;
        case '\'':
            buf_add_str(html, "&#39;");
            break;
        default:
            buf_add_char(html, text.data[i]);
        }
    }
}

static bool is_address(struct slice word) {
    return slice_starts_nocase(word, "https://") ||
           slice_starts_nocase(word, "http://");
}

// Escapes word by word, so that an address can be seen as one.
static void add_linked(struct buf *html, struct slice text) {
    while (text.len > 0) {
        struct slice word = {text.data, 0};
        while (word.len < text.len && text.data[word.len] != ' ') {
            word.len++;
        }
        if (is_address(word)) {
            buf_add_str(html, "<a href=\"");
            html_add_escaped(html, word);
            buf_add_str(html, "\">");
            html_add_escaped(html, word);
            buf_add_str(html, "</a>");
        } else {
            html_add_escaped(html, word);
        }
        if (word.len < text.len) {
            buf_add_char(html, ' ');
        }
        text = slice_from(text, word.len + 1);
    }
}

static void begin_line(struct message *message, const char *line) {
    if (message->lines > 0) {
        buf_add_char(&message->text, '\n');
    }
    buf_add_str(&message->text, line);
    message->lines++;
}

static void close_list(struct message *message) {
    if (message->in_list) {
        buf_add_str(&message->html, "</ul>");
        message->in_list = false;
    }
}

void message_line(struct message *message, const char *line) {
    bool after_line = message->html.len > 0 && !message->in_list;
    begin_line(message, line);
    close_list(message);
    if (after_line) {
        buf_add_str(&message->html, "<br>");
    }
    add_linked(&message->html, slice_of(line));
}

void message_item(struct message *message, const char *item) {
    begin_line(message, item);
    if (!message->in_list) {
        buf_add_str(&message->html, "<ul>");
        message->in_list = true;
    }
    buf_add_str(&message->html, "<li>");
    add_linked(&message->html, slice_of(item));
    buf_add_str(&message->html, "</li>");
}

void message_append(struct message *message, const char *text) {
    if (message->in_list || message->lines == 0) {
        message_line(message, text);
        return;
    }
    buf_add_char(&message->text, ' ');
    buf_add_str(&message->text, text);
    buf_add_char(&message->html, ' ');
    add_linked(&message->html, slice_of(text));
}

const char *message_html(struct message *message) {
    close_list(message);
    return buf_str(&message->html);
}
