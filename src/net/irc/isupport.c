// SPDX-License-Identifier: MIT
#include "net/irc/isupport.h"

#include <ctype.h>
#include <string.h>

// Bounds for LINELEN: what RFC 1459 grants, and more than any server allows.
enum { LINE_LEN_MIN = 512, LINE_LEN_MAX = 8192 };

enum { MEMBER_MODES_MAX = 16, MODES_MAX = 64 }; // letters taken of one list

uint64_t irc_mode_bit(char mode) {
    if (mode >= 'a' && mode <= 'z') {
        return UINT64_C(1) << (mode - 'a');
    }
    return mode >= 'A' && mode <= 'Z' ? UINT64_C(1) << (26 + mode - 'A') : 0;
}

static void set_member_modes(struct irc_isupport *isupport, struct slice modes,
                             struct slice prefixes) {
    buf_clear(&isupport->member_modes);
    buf_clear(&isupport->prefixes);
    buf_add_slice(&isupport->member_modes, modes);
    buf_add_slice(&isupport->prefixes, prefixes);
    uint64_t above = 0;
    isupport->operator_modes = 0;
    for (size_t i = 0; i < modes.len && isupport->operator_modes == 0; i++) {
        above |= irc_mode_bit(modes.data[i]);
        isupport->operator_modes = modes.data[i] == 'o' ? above : 0;
    }
}

// "beI,k,l,imnpst"; more than four lists are of kinds not known yet.
static void set_modes(struct irc_isupport *isupport, struct slice value) {
    struct slice modes;
    if (value.len == 0) {
        return;
    }
    for (size_t i = 0; i < IRC_MODE_MEMBER; i++) {
        buf_clear(&isupport->modes[i]);
        if (slice_take_until(&value, ',', &modes) && modes.len <= MODES_MAX) {
            buf_add_slice(&isupport->modes[i], modes);
        }
    }
}

void irc_isupport_init(struct irc_isupport *isupport) {
    *isupport = (struct irc_isupport){
        .casemapping = IRC_RFC1459, .line_len = LINE_LEN_MIN, .history_by_msgid = true};
    set_member_modes(isupport, slice_of("ov"), slice_of("@+"));
    set_modes(isupport, slice_of("beI,k,l,aimnpqrst"));
}

void irc_isupport_finish(struct irc_isupport *isupport) {
    buf_finish(&isupport->member_modes);
    buf_finish(&isupport->prefixes);
    for (size_t i = 0; i < IRC_MODE_MEMBER; i++) {
        buf_finish(&isupport->modes[i]);
    }
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

// "(ov)@+"; nothing: there are no such modes.
static void read_prefixes(struct irc_isupport *isupport, struct slice value) {
    struct slice modes = {0};
    if (value.len > 0 && value.data[0] == '(') {
        value = slice_from(value, 1);
        slice_take_until(&value, ')', &modes);
    }
    if (modes.len == value.len && modes.len <= MEMBER_MODES_MAX) {
        set_member_modes(isupport, modes, value);
    }
}

static void read_whox(struct irc_isupport *isupport, struct slice value) {
    (void)value;
    isupport->whox = true;
}

static void read_history_max(struct irc_isupport *isupport, struct slice value) {
    if (!slice_to_number(value, &isupport->history_max)) {
        isupport->history_max = 0;
    }
}

static void read_reference_types(struct irc_isupport *isupport, struct slice value) {
    struct slice type;
    isupport->history_by_msgid = false;
    while (slice_take_until(&value, ',', &type)) {
        isupport->history_by_msgid =
            isupport->history_by_msgid || slice_is(type, "msgid");
    }
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
    {"BOT", read_bot},
    {"CASEMAPPING", read_casemapping},
    {"CHANMODES", set_modes},
    {"CHATHISTORY", read_history_max},
    {"LINELEN", read_line_len},
    {"MONITOR", read_monitor},
    {"MSGREFTYPES", read_reference_types},
    {"PREFIX", read_prefixes},
    {"WHOX", read_whox},
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

static size_t find(const struct buf *letters, char c) {
    const char *found =
        letters->len > 0 ? memchr(letters->data, c, letters->len) : NULL;
    return found != NULL ? (size_t)(found - letters->data) : letters->len;
}

enum irc_mode_kind irc_isupport_mode(const struct irc_isupport *isupport, char mode) {
    if (find(&isupport->member_modes, mode) < isupport->member_modes.len) {
        return IRC_MODE_MEMBER;
    }
    for (size_t i = 0; i < IRC_MODE_MEMBER; i++) {
        if (find(&isupport->modes[i], mode) < isupport->modes[i].len) {
            return (enum irc_mode_kind)i;
        }
    }
    return IRC_MODE_UNKNOWN;
}

uint64_t irc_isupport_take_marks(const struct irc_isupport *isupport,
                                 struct slice *name) {
    uint64_t modes = 0;
    while (name->len > 0) {
        size_t at = find(&isupport->prefixes, name->data[0]);
        if (at == isupport->prefixes.len) {
            break;
        }
        modes |= irc_mode_bit(isupport->member_modes.data[at]);
        *name = slice_from(*name, 1);
    }
    return modes;
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
