// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/irc/connection.h"
#include "net/irc/text.h"

// What the lines of the server mean to the bot.

enum {
    CTCP_ANSWERS_A_MINUTE = 3,
    CTCP_MINUTE_MS = 60 * 1000,
    CTCP_ARGUMENT_BYTES = 64,
    LINES_MAX = 5, // of an answer in a channel, by the design
};

#define WHO_TOKEN "743" // marks the answers to our own WHO

static bool has(const struct irc *irc, unsigned capabilities) {
    return (irc->signon.enabled & capabilities) == capabilities;
}

static bool is_own(const struct irc *irc, struct slice nick) {
    return irc_same_name(&irc->isupport, nick, buf_slice(&irc->nick));
}

static struct slice nick_of(const struct irc_line *line) {
    return irc_source_split(line->source).nick;
}

// How others see the bot decides how much of a line is left for text.
static void measure_prefix(struct irc *irc, struct slice source) {
    size_t nick_len = irc_source_split(source).nick.len;
    if (source.len > nick_len + 1) {
        irc->mask_len = source.len - nick_len - 1;
    }
    irc->delivery.prefix_len = strlen(":! ") + irc->nick.len + irc->mask_len;
}

// An account that is not said again at every change can't be relied on.
static void set_account(struct irc *irc, struct irc_user *user, struct slice account) {
    if (user != NULL && has(irc, IRC_ACCOUNT_NOTIFY)) {
        irc_users_set_account(&irc->users, user, account);
    }
}

// Messages.

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
    if ((!version && !ping) || !may_answer_ctcp(irc)) {
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

static int64_t sent_ms_of(struct irc *irc, const struct irc_line *line) {
    int64_t sent_ms = 0;
    if (has(irc, IRC_SERVER_TIME) && irc_line_tag(line, "time", &irc->tag) &&
        civil_parse_rfc3339(buf_slice(&irc->tag), &sent_ms) == OK) {
        return sent_ms;
    }
    return clock_real_ms();
}

static void name_event(struct irc *irc, const struct irc_line *line) {
    if (irc_line_tag(line, "msgid", &irc->event) && irc->event.len > 0) {
        return;
    }
    irc->message_count++;
    buf_clear(&irc->event);
    buf_printf(&irc->event, "%" PRId64 "-%" PRIu64, irc->started_ms,
               irc->message_count);
}

// With account-tag a message without the tag is from somebody without account.
static struct irc_user *find_speaker(struct irc *irc, const struct irc_line *line) {
    struct irc_user *user = irc_users_speaker(&irc->users, line->source);
    if (has(irc, IRC_ACCOUNT_TAG)) {
        buf_clear(&irc->tag);
        irc_line_tag(line, "account", &irc->tag);
        irc_users_set_account(&irc->users, user, buf_slice(&irc->tag));
    }
    return user;
}

static void tell_message(struct irc *irc, const struct irc_line *line, const char *room,
                         struct slice text) {
    const struct irc_user *user = find_speaker(irc, line);
    const char *own_names[] = {buf_str(&irc->nick), NULL};
    irc_text_unformat(text, &irc->plain);
    char *clean = utf8_clean(buf_slice(&irc->plain));
    clean[utf8_prefix(slice_of(clean), LIMIT_MESSAGE_BYTES)] = '\0';
    if (clean[0] == '\0') { // formatting alone
        free(clean);
        return;
    }
    name_event(irc, line);
    struct incoming incoming = {
        .person = {.network = irc->network.name,
                   .identity = irc_user_identity(user),
                   .account = user->account,
                   .name = user->nick},
        .room = room,
        .back = {.kind = room != NULL ? TARGET_ROOM : TARGET_PERSON,
                 .network = irc->network.name,
                 .id = room != NULL ? room : irc_user_identity(user)},
        .text = clean,
        .event = buf_str(&irc->event),
        .sent_ms = sent_ms_of(irc, line),
        .own_names = own_names,
        .lines_max = LINES_MAX,
    };
    irc->network.events->message(irc->network.context, &irc->network, &incoming);
    free(clean);
}

static bool is_server(struct slice source) {
    return memchr(source.data, '!', source.len) == NULL &&
           memchr(source.data, '.', source.len) != NULL;
}

static void on_message(void *context, const struct irc_line *line) {
    struct irc *irc = context;
    struct slice target = line->params[0];
    struct slice text = line->params[1];
    if (is_own(irc, nick_of(line))) {
        measure_prefix(irc, line->source);
        irc_delivery_echo(&irc->delivery, target, text);
        return;
    }
    if (is_server(line->source) || irc_line_tag(line, "bot", NULL)) {
        return;
    }
    bool direct = is_own(irc, target);
    int64_t number =
        direct ? IRC_NO_CHANNEL : irc_channels_find(&irc->channels, target);
    if (!direct && number == IRC_NO_CHANNEL) {
        return;
    }
    if (irc_text_unframe(&text) == IRC_TEXT_CTCP) {
        if (direct) {
            answer_ctcp(irc, nick_of(line), text);
        }
        return;
    }
    tell_message(irc, line, direct ? NULL : irc->channels.names[number].name, text);
}

// Channels and people.

static void enter(struct irc *irc, const struct irc_line *line, int64_t number) {
    measure_prefix(irc, line->source);
    if (number == IRC_NO_CHANNEL) { // a redirection, or somebody's force
        struct buf part = {0};
        buf_add_str(&part, "PART ");
        buf_add_slice(&part, line->params[0]);
        irc_delivery_add_raw(&irc->delivery, IRC_CLASS_CONTROL, buf_str(&part));
        buf_finish(&part);
        return;
    }
    const char *name = irc->channels.names[number].name;
    irc_users_leave(&irc->users, (uint32_t)number);
    irc_channels_joined(&irc->channels, (size_t)number, clock_mono_ms());
    irc->delivery.room_joined = true;
    LOG(LOG_INFO, "irc_joined", LOG_S("network", irc->network.name),
        LOG_S("room", name));
    if (irc->isupport.whox && has(irc, IRC_ACCOUNT_NOTIFY)) {
        char *who = str_printf("WHO %s %%tcuhna," WHO_TOKEN, name);
        irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, who);
        free(who);
    }
    irc_connection_check_channels(irc);
}

// extended-join: channel, account, realname
static void on_join(void *context, const struct irc_line *line) {
    struct irc *irc = context;
    int64_t number = irc_channels_find(&irc->channels, line->params[0]);
    if (is_own(irc, nick_of(line))) {
        enter(irc, line, number);
        return;
    }
    if (number == IRC_NO_CHANNEL) {
        return;
    }
    struct irc_user *user = irc_users_join(&irc->users, line->source, (uint32_t)number);
    if (has(irc, IRC_EXTENDED_JOIN) && line->param_count >= 2) {
        set_account(irc, user, line->params[1]);
    }
}

static void leave(struct irc *irc, size_t number, struct slice reason) {
    char *text = utf8_clean(reason);
    int64_t wait_ms = irc_channels_lost(&irc->channels, number, clock_mono_ms());
    irc_users_leave(&irc->users, (uint32_t)number);
    LOG(LOG_WARN, "irc_out_of_room", LOG_S("network", irc->network.name),
        LOG_S("room", irc->channels.names[number].name), LOG_S("reason", text),
        LOG_N("retry_ms", wait_ms));
    free(text);
    irc_connection_check_channels(irc);
}

// `how` instead of the reason given, which is somebody's text and not for the log.
static void on_gone(struct irc *irc, struct slice nick, const struct irc_line *line,
                    const char *how) {
    int64_t number = irc_channels_find(&irc->channels, line->params[0]);
    if (number == IRC_NO_CHANNEL) {
        return;
    }
    if (is_own(irc, nick)) {
        leave(irc, (size_t)number, slice_of(how));
    } else {
        irc_users_part(&irc->users, nick, (uint32_t)number);
    }
}

static void on_part(void *context, const struct irc_line *line) {
    on_gone(context, nick_of(line), line, "parted");
}

static void on_kick(void *context, const struct irc_line *line) {
    on_gone(context, line->params[1], line, "kicked");
}

static void on_nick(void *context, const struct irc_line *line) {
    struct irc *irc = context;
    if (!is_own(irc, nick_of(line))) {
        irc_users_rename(&irc->users, nick_of(line), line->params[0]);
        return;
    }
    buf_clear(&irc->nick);
    buf_add_slice(&irc->nick, line->params[0]);
    measure_prefix(irc, line->source);
}

static void on_quit(void *context, const struct irc_line *line) {
    struct irc *irc = context;
    if (!is_own(irc, nick_of(line))) {
        irc_users_quit(&irc->users, nick_of(line));
    }
}

static void receive_account(struct irc *irc, const struct irc_line *line) {
    set_account(irc, irc_users_find(&irc->users, nick_of(line)),
                irc_line_param(line, 0));
}

// Numerics.

static void read_isupport(struct irc *irc, const struct irc_line *line) {
    irc_isupport_read(&irc->isupport, line);
    irc_channels_refold(&irc->channels);
}

// 353: nick, kind of channel, channel, "@+nick nick ..."
static void read_names(struct irc *irc, const struct irc_line *line) {
    int64_t number = irc_channels_find(&irc->channels, irc_line_param(line, 2));
    struct slice names = irc_line_param(line, 3);
    if (number == IRC_NO_CHANNEL) {
        return;
    }
    struct slice name = slice_take_word(&names);
    for (; name.len > 0; name = slice_take_word(&names)) {
        while (name.len > 0 && strchr(buf_str(&irc->isupport.prefixes), name.data[0])) {
            name = slice_from(name, 1);
        }
        if (name.len > 0 && !is_own(irc, name)) {
            irc_users_join(&irc->users, name, (uint32_t)number);
        }
    }
}

// 354: nick, token, channel, user, host, nick, account
static void read_who(struct irc *irc, const struct irc_line *line) {
    if (line->param_count >= 7 && slice_is(line->params[1], WHO_TOKEN)) {
        set_account(irc, irc_users_find(&irc->users, line->params[5]), line->params[6]);
    }
}

// 396: nick, host or user@host
static void read_hidden_host(struct irc *irc, const struct irc_line *line) {
    irc->mask_len = strlen("~usher@") + irc_line_param(line, 1).len;
    measure_prefix(irc, (struct slice){0});
}

// Any error names what could not be done: a channel being joined, or the target of
// a message.
static void read_error(struct irc *irc, int code, const struct irc_line *line) {
    struct slice what = irc_line_param(line, 1);
    struct slice reason = irc_line_param(line, line->param_count - 1);
    int64_t number = irc_channels_find(&irc->channels, what);
    if (number != IRC_NO_CHANNEL &&
        irc->channels.status[number].state == IRC_CHANNEL_JOINING) {
        leave(irc, (size_t)number, reason);
        return;
    }
    irc_delivery_refuse(&irc->delivery, what, reason);
    if (code == 401) {
        irc_users_forget_stranger(&irc->users, what);
    }
}

static bool is_error(int code) {
    return (code >= 400 && code < 600) || code == 716;
}

static void on_numeric(void *context, int code, const struct irc_line *line) {
    struct irc *irc = context;
    if (code == 5) {
        read_isupport(irc, line);
    } else if (code == 353) {
        read_names(irc, line);
    } else if (code == 354) {
        read_who(irc, line);
    } else if (code == 396) {
        read_hidden_host(irc, line);
    } else if (is_error(code) && line->param_count >= 3) {
        read_error(irc, code, line);
    }
}

const struct irc_library_events irc_receive_events = {
    .message = on_message,
    .join = on_join,
    .part = on_part,
    .kick = on_kick,
    .nick = on_nick,
    .quit = on_quit,
    .numeric = on_numeric,
};

// What the library has no part in.

static void receive_ping(struct irc *irc, const struct irc_line *line) {
    struct buf *out = irc_wire_out(irc->wire);
    buf_add_str(out, "PONG :");
    buf_add_slice(out, irc_line_param(line, 0));
    buf_add_str(out, "\r\n");
}

// The token comes back as the last parameter.
static void receive_pong(struct irc *irc, const struct irc_line *line) {
    irc_delivery_pong(&irc->delivery, irc_line_param(line, line->param_count - 1));
}

static void receive_farewell(struct irc *irc, const struct irc_line *line) {
    char *text = utf8_clean(irc_line_param(line, 0));
    buf_clear(&irc->farewell);
    buf_add_str(&irc->farewell, "the server says: ");
    buf_add_str(&irc->farewell, text);
    free(text);
}

static const struct {
    const char *verb;
    void (*receive)(struct irc *irc, const struct irc_line *line);
} own_kinds[] = {
    {"PING", receive_ping},
    {"PONG", receive_pong},
    {"ACCOUNT", receive_account},
    {"ERROR", receive_farewell},
};

// May end the connection.
static void receive_sign_on(struct irc *irc, const struct irc_line *line) {
    switch (irc_signon_handle(&irc->signon, line, irc_wire_out(irc->wire))) {
    case IRC_SIGNON_OTHER:
    case IRC_SIGNON_GOING:
        break;
    case IRC_SIGNON_WELCOME:
        irc_connection_welcome(irc);
        measure_prefix(irc, (struct slice){0});
        break;
    case IRC_SIGNON_FAILED:
        irc_connection_lose(irc, buf_str(&irc->signon.reason), false);
        return;
    case IRC_SIGNON_REFUSED:
        irc_connection_lose(irc, buf_str(&irc->signon.reason), true);
        return;
    }
    irc->delivery.echo = has(irc, IRC_ECHO_MESSAGE);
}

bool irc_receive_end(struct irc *irc) {
    if (irc_library_flush(irc->library) == OK) {
        return irc->stage != IRC_AWAY;
    }
    irc_connection_lose(irc, "libircclient is out of order", false);
    return false;
}

// Before 001 nothing is dispatched; after it the lines of both ways keep their order.
void irc_receive_line(struct irc *irc, struct slice text) {
    struct irc_line line;
    if (!irc_line_parse(text, &line)) {
        return;
    }
    if (irc->stage == IRC_ON && irc_library_add(irc->library, &line)) {
        return;
    }
    if (!irc_receive_end(irc)) {
        return;
    }
    for (size_t i = 0; i < sizeof own_kinds / sizeof own_kinds[0]; i++) {
        if (slice_is(line.verb, own_kinds[i].verb)) {
            own_kinds[i].receive(irc, &line);
            return;
        }
    }
    receive_sign_on(irc, &line);
}
