// SPDX-License-Identifier: MIT
#include "net/irc/messages.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "net/irc/nick.h"
#include "net/irc/text.h"

enum {
    CTCP_ANSWERS_A_MINUTE = 3,
    CTCP_MINUTE_MS = 60 * 1000,
    CTCP_ARGUMENT_BYTES = 64,
    LINES_MAX = 5, // of an answer in a channel, by the design
};

static bool may_answer_ctcp(struct irc *irc) {
    int64_t now_ms = clock_mono_ms();
    if (now_ms - irc->ctcp_since_ms >= CTCP_MINUTE_MS) {
        irc->ctcp_since_ms = now_ms;
        irc->ctcp_count = 0;
    }
    irc->ctcp_count++;
    return irc->ctcp_count <= CTCP_ANSWERS_A_MINUTE;
}

// modern.ircdocs.horse/ctcp
static void answer_ctcp(struct irc *irc, struct slice nick, struct slice request) {
    struct slice command = slice_take_word(&request);
    bool version = slice_is_nocase(command, "VERSION");
    bool ping = slice_is_nocase(command, "PING") && request.len <= CTCP_ARGUMENT_BYTES;
    if (irc_only_looks(irc) || (!version && !ping) || !may_answer_ctcp(irc)) {
        return;
    }
    struct buf line = {0};
    buf_add_str(&line, "NOTICE ");
    buf_add_slice(&line, nick);
    buf_add_str(&line, version ? " :\x01VERSION usher " USHER_VERSION : " :\x01PING ");
    if (ping) {
        buf_add_slice(&line, request);
    }
    buf_add_char(&line, '\x01');
    irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, buf_str(&line));
    buf_finish(&line);
}

int64_t irc_messages_sent_ms(struct irc *irc, const struct irc_line *line) {
    int64_t sent_ms = 0;
    if (irc_has(irc, IRC_SERVER_TIME) && irc_line_tag(line, "time", &irc->tag) &&
        civil_parse_rfc3339(buf_slice(&irc->tag), &sent_ms) == OK) {
        return sent_ms;
    }
    return clock_real_ms();
}

// Replaces the id of the message by that of the line; false when it has none.
static bool read_msgid(struct irc *irc, const struct irc_line *line) {
    buf_clear(&irc->event);
    return irc_line_tag(line, "msgid", &irc->event) && irc->event.len > 0 &&
           utf8_is_clean(buf_slice(&irc->event));
}

static void make_up_event(struct irc *irc) {
    irc->message_count++;
    buf_clear(&irc->event);
    buf_printf(&irc->event, "%" PRId64 "-%" PRIu64, irc->started_ms,
               irc->message_count);
}

// With account-tag a message without the tag is from somebody without account.
static void read_account(struct irc *irc, const struct irc_line *line,
                         struct irc_users *users, struct irc_user *user) {
    if (irc_has(irc, IRC_ACCOUNT_TAG)) {
        buf_clear(&irc->tag);
        irc_line_tag(line, "account", &irc->tag);
        irc_users_set_account(users, user, buf_slice(&irc->tag));
    }
}

static const struct irc_user *find_speaker(struct irc *irc,
                                           const struct irc_line *line) {
    struct irc_user *user = irc_users_speaker(&irc->users, line->source);
    read_account(irc, line, &irc->users, user);
    irc_users_spoke(&irc->users, user);
    return user;
}

// Whoever has the same nick, user and host now, and no account, is taken for who spoke
// then; so is, directly, who has a nick that nobody else is known by. Any other is a
// person of the past: an account, or somebody who can't be told anything any more.
static const struct irc_user *
find_past_speaker(struct irc *irc, const struct irc_line *line, bool direct) {
    struct irc_user *past = irc_users_speaker(&irc->past, line->source);
    read_account(irc, line, &irc->past, past);
    if (past->account != NULL) {
        return past;
    }
    struct irc_user *user = irc_users_find(&irc->users, irc_line_nick(line));
    if (user == NULL) {
        return direct ? irc_users_speaker(&irc->users, line->source) : past;
    }
    bool same = user->account == NULL && user->mask != NULL && past->mask != NULL &&
                strcmp(user->mask, past->mask) == 0;
    return same ? user : past;
}

// The text as people read it; NULL when nothing is left. The caller frees.
static char *clean_text(struct irc *irc, struct slice text) {
    irc_text_unformat(text, &irc->plain);
    char *clean = utf8_clean(buf_slice(&irc->plain));
    clean[utf8_prefix(slice_of(clean), LIMIT_MESSAGE_BYTES)] = '\0';
    if (clean[0] == '\0') { // formatting alone
        free(clean);
        return NULL;
    }
    return clean;
}

static struct incoming make_incoming(struct irc *irc, const struct irc_line *line,
                                     const struct irc_user *user, const char *room) {
    return (struct incoming){
        .person = {.network = irc->network.name,
                   .identity = irc_user_identity(user),
                   .account = user->account,
                   .name = user->name,
                   .host = user->account == NULL ? user->host : NULL},
        .room = room,
        .back = {.kind = room != NULL ? TARGET_ROOM : TARGET_PERSON,
                 .network = irc->network.name,
                 .id = room != NULL ? room : irc_user_identity(user)},
        .event = buf_str(&irc->event),
        .sent_ms = irc_messages_sent_ms(irc, line),
        .lines_max = LINES_MAX,
        .accounts_only = irc->options.accounts_only,
    };
}

static void tell_message(struct irc *irc, const struct irc_line *line, int64_t number,
                         struct slice text) {
    const char *own_names[] = {buf_str(&irc->nick), NULL};
    char *clean = clean_text(irc, text);
    if (clean == NULL) {
        return;
    }
    const struct irc_user *user = find_speaker(irc, line);
    bool has_msgid = read_msgid(irc, line);
    if (!has_msgid) {
        make_up_event(irc);
    }
    const char *room =
        number != IRC_NO_CHANNEL ? irc->channels.names[number].name : NULL;
    struct incoming incoming = make_incoming(irc, line, user, room);
    incoming.text = clean;
    incoming.own_names = own_names;
    irc_history_hear(&irc->history, number, &incoming,
                     has_msgid ? buf_slice(&irc->event) : (struct slice){0});
    free(clean);
}

static bool is_server(struct slice source) {
    return memchr(source.data, '!', source.len) == NULL &&
           memchr(source.data, '.', source.len) != NULL;
}

// What no person said as a message.
static bool is_unheard(const struct irc_line *line) {
    return is_server(line->source) || irc_line_tag(line, "bot", NULL);
}

static void add_nothing(struct irc *irc, const struct irc_line *line) {
    bool has_msgid = read_msgid(irc, line);
    irc_history_add(&irc->history, NULL, irc_messages_sent_ms(irc, line),
                    has_msgid ? buf_slice(&irc->event) : (struct slice){0});
}

// The bot itself: by its nick, and whatever that was, directly, by who was spoken to.
static bool is_own_past(const struct irc *irc, const struct irc_line *line,
                        bool direct) {
    return irc_nick_is_own(irc, irc_line_nick(line)) ||
           (direct && irc_history_is_with(&irc->history, line->params[0]));
}

// A line of a history. One without id is not told: it could not be known again.
static void receive_past(struct irc *irc, const struct irc_line *line) {
    struct slice text = line->params[1];
    const char *room = irc_history_channel(&irc->history);
    if (is_own_past(irc, line, room == NULL) || is_unheard(line) ||
        irc_text_unframe(&text) == IRC_TEXT_CTCP || !read_msgid(irc, line)) {
        add_nothing(irc, line);
        return;
    }
    char *clean = clean_text(irc, text);
    if (clean == NULL) {
        add_nothing(irc, line);
        return;
    }
    const char *own_names[] = {buf_str(&irc->nick), NULL};
    const struct irc_user *user = find_past_speaker(irc, line, room == NULL);
    struct incoming incoming = make_incoming(irc, line, user, room);
    incoming.text = clean;
    incoming.own_names = own_names;
    incoming.may_be_old = true;
    incoming.person.is_past = true;
    irc_history_add(&irc->history, &incoming, incoming.sent_ms, buf_slice(&irc->event));
    free(clean);
}

// Whether the line is of a history: of the one that was asked for, or of one that a
// server replays unasked, which is left out: it was heard, or will be asked for.
static bool is_past(struct irc *irc, const struct irc_line *line, bool *asked) {
    const struct irc_batch *batch = irc_batches_of(&irc->batches, line);
    *asked = batch != NULL && irc_history_is_asked(&irc->history, batch);
    return batch != NULL && batch->kind == IRC_BATCH_HISTORY;
}

static void receive_echo(struct irc *irc, const struct irc_line *line) {
    struct slice label = irc_batches_label(&irc->batches, line);
    if (label.len > 0) {
        irc_delivery_acknowledge_label(&irc->delivery, label);
    } else {
        irc_delivery_echo(&irc->delivery, line->params[0], line->params[1]);
    }
}

void irc_messages_receive(struct irc *irc, const struct irc_line *line) {
    struct slice target = line->params[0];
    struct slice text = line->params[1];
    bool asked = false;
    if (is_past(irc, line, &asked)) {
        if (asked) {
            receive_past(irc, line);
        }
        return;
    }
    if (irc_nick_is_own(irc, irc_line_nick(line))) {
        irc_nick_measure(irc, line->source);
        receive_echo(irc, line);
        return;
    }
    bool direct = irc_nick_is_own(irc, target);
    int64_t number =
        direct ? IRC_NO_CHANNEL : irc_channels_find(&irc->channels, target);
    if (is_unheard(line) || (!direct && number == IRC_NO_CHANNEL)) {
        return;
    }
    if (irc_text_unframe(&text) == IRC_TEXT_CTCP) {
        if (direct) {
            answer_ctcp(irc, irc_line_nick(line), text);
        }
        return;
    }
    tell_message(irc, line, number, text);
}

// Never a command; services speak so. In a history it has a place all the same.
void irc_messages_notice(struct irc *irc, const struct irc_line *line) {
    bool asked = false;
    if (!is_past(irc, line, &asked)) {
        irc_nickserv_notice(irc, line);
    } else if (asked) {
        add_nothing(irc, line);
    }
}
