// SPDX-License-Identifier: MIT
#include "net/irc/line.h"

#include <string.h>

static void skip_spaces(struct slice *rest) {
    while (rest->len > 0 && rest->data[0] == ' ') {
        *rest = slice_from(*rest, 1);
    }
}

// The text up to the next space; both the space and its repetitions are dropped.
static struct slice take_atom(struct slice *rest) {
    const char *space = rest->len > 0 ? memchr(rest->data, ' ', rest->len) : NULL;
    size_t len = space != NULL ? (size_t)(space - rest->data) : rest->len;
    struct slice atom = {rest->data, len};
    *rest = slice_from(*rest, len);
    skip_spaces(rest);
    return atom;
}

static struct slice take_marked(struct slice *rest, char mark) {
    if (rest->len == 0 || rest->data[0] != mark) {
        return (struct slice){0};
    }
    return slice_from(take_atom(rest), 1);
}

bool irc_line_parse(struct slice text, struct irc_line *line) {
    skip_spaces(&text);
    line->tags = take_marked(&text, '@');
    line->source = take_marked(&text, ':');
    line->verb = take_atom(&text);
    line->param_count = 0;
    while (text.len > 0) {
        struct slice *param = &line->params[line->param_count];
        line->param_count++;
        if (text.data[0] == ':') {
            *param = slice_from(text, 1);
            break;
        }
        if (line->param_count == IRC_PARAMS_MAX) {
            *param = text;
            break;
        }
        *param = take_atom(&text);
    }
    return line->verb.len > 0;
}

struct slice irc_line_param(const struct irc_line *line, size_t index) {
    return index < line->param_count ? line->params[index] : (struct slice){0};
}

bool irc_line_take_tag(struct slice *tags, struct slice *key, struct slice *value) {
    struct slice pair;
    if (!slice_take_until(tags, ';', &pair)) {
        return false;
    }
    *key = pair;
    *value = (struct slice){0};
    const char *equals = pair.len > 0 ? memchr(pair.data, '=', pair.len) : NULL;
    if (equals != NULL) {
        key->len = (size_t)(equals - pair.data);
        *value = slice_from(pair, key->len + 1);
    }
    return true;
}

bool irc_line_tag(const struct irc_line *line, const char *name, struct buf *value) {
    struct slice rest = line->tags;
    struct slice key;
    struct slice found = {0};
    struct slice current;
    bool has = false;
    while (irc_line_take_tag(&rest, &key, &current)) {
        if (slice_is(key, name)) {
            has = true;
            found = current;
        }
    }
    if (has && value != NULL) {
        irc_line_unescape(found, value);
    }
    return has;
}

static char unescaped(char c) {
    switch (c) {
    case ':':
        return ';';
    case 's':
        return ' ';
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    default:
        return c;
    }
}

void irc_line_unescape(struct slice escaped, struct buf *value) {
    buf_clear(value);
    for (size_t i = 0; i < escaped.len; i++) {
        if (escaped.data[i] != '\\') {
            buf_add_char(value, escaped.data[i]);
        } else if (++i < escaped.len) {
            buf_add_char(value, unescaped(escaped.data[i]));
        }
    }
}

int irc_line_numeric(const struct irc_line *line) {
    int64_t number = 0;
    if (line->verb.len != 3 || !slice_to_number(line->verb, &number)) {
        return 0;
    }
    return (int)number;
}

struct irc_source irc_source_split(struct slice source) {
    struct irc_source parts = {.nick = source};
    const char *at = source.len > 0 ? memchr(source.data, '@', source.len) : NULL;
    if (at != NULL) {
        parts.nick.len = (size_t)(at - source.data);
        parts.host = slice_from(source, parts.nick.len + 1);
    }
    struct slice mask = parts.nick;
    const char *mark = mask.len > 0 ? memchr(mask.data, '!', mask.len) : NULL;
    if (mark != NULL) {
        parts.nick.len = (size_t)(mark - mask.data);
        parts.user = slice_from(mask, parts.nick.len + 1);
    }
    return parts;
}

struct slice irc_line_nick(const struct irc_line *line) {
    return irc_source_split(line->source).nick;
}
