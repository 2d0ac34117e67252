// SPDX-License-Identifier: MIT
#include "net/irc/isupport.h"

#include <ctype.h>
#include <string.h>

// Bounds for LINELEN: what RFC 1459 grants, and more than any server allows.
enum { LINE_LEN_MIN = 512, LINE_LEN_MAX = 8192 };

void irc_isupport_init(struct irc_isupport *isupport) {
    *isupport =
        (struct irc_isupport){.casemapping = IRC_RFC1459, .line_len = LINE_LEN_MIN};
    buf_add_str(&isupport->prefixes, "@+");
}

void irc_isupport_finish(struct irc_isupport *isupport) {
    buf_finish(&isupport->prefixes);
}

static void read_casemapping(struct irc_isupport *isupport, struct slice value) {
    if (slice_is(value, "rfc1459")) {
        isupport->casemapping = IRC_RFC1459;
    } else if (slice_is(value, "rfc1459-strict") || slice_is(value, "strict-rfc1459")) {
        isupport->casemapping = IRC_RFC1459_STRICT;
    } else {
        isupport->casemapping = IRC_ASCII; // of unknown ones the least to be wrong
    }
}

static void read_line_len(struct irc_isupport *isupport, struct slice value) {
    int64_t len = 0;
    if (slice_to_number(value, &len) && len >= LINE_LEN_MIN && len <= LINE_LEN_MAX) {
        isupport->line_len = (size_t)len;
    }
}

// "(ov)@+"
static void read_prefixes(struct irc_isupport *isupport, struct slice value) {
    struct slice modes;
    if (slice_take_until(&value, ')', &modes) && value.len <= 16) {
        buf_clear(&isupport->prefixes);
        buf_add_slice(&isupport->prefixes, value);
    }
}

static void read_whox(struct irc_isupport *isupport, struct slice value) {
    (void)value;
    isupport->whox = true;
}

static void read_monitor(struct irc_isupport *isupport, struct slice value) {
    (void)value;
    isupport->monitor = true;
}

// IRCv3 bot mode: "B"
static void read_bot(struct irc_isupport *isupport, struct slice value) {
    if (value.len == 1 && isalpha((unsigned char)value.data[0])) {
        isupport->bot = value.data[0];
    }
}

static const struct {
    const char *name;
    void (*read)(struct irc_isupport *isupport, struct slice value);
} tokens[] = {
    {"BOT", read_bot},          {"CASEMAPPING", read_casemapping},
    {"LINELEN", read_line_len}, {"MONITOR", read_monitor},
    {"PREFIX", read_prefixes},  {"WHOX", read_whox},
};

static void read_token(struct irc_isupport *isupport, struct slice token) {
    struct slice name;
    if (!slice_take_until(&token, '=', &name)) {
        return;
    }
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        if (slice_is(name, tokens[i].name)) {
            tokens[i].read(isupport, token);
        }
    }
}

void irc_isupport_read(struct irc_isupport *isupport, const struct irc_line *line) {
    for (size_t i = 1; i < line->param_count; i++) {
        read_token(isupport, line->params[i]);
    }
}

static char fold_char(enum irc_casemapping casemapping, char c) {
    if (c >= 'A' && c <= 'Z') {
        return (char)(c + ('a' - 'A'));
    }
    if (casemapping == IRC_ASCII) {
        return c;
    }
    if (c >= '[' && c <= ']') { // [ \ ] are the upper case of { | }
        return (char)(c + ('{' - '['));
    }
    if (c == '^' && casemapping == IRC_RFC1459) {
        return '~';
    }
    return c;
}

void irc_fold(const struct irc_isupport *isupport, struct slice name,
              struct buf *folded) {
    buf_clear(folded);
    buf_add_slice(folded, name);
    for (size_t i = 0; i < folded->len; i++) {
        folded->data[i] = fold_char(isupport->casemapping, folded->data[i]);
    }
}

bool irc_same_name(const struct irc_isupport *isupport, struct slice a,
                   struct slice b) {
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (fold_char(isupport->casemapping, a.data[i]) !=
            fold_char(isupport->casemapping, b.data[i])) {
            return false;
        }
    }
    return true;
}
