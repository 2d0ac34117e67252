// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/log.h"
#include "base/utf8.h"
#include "net/irc/connection.h"
#include "net/irc/joining.h"
#include "net/irc/membership.h"
#include "net/irc/messages.h"
#include "net/irc/nick.h"
#include "net/irc/numerics.h"
#include "net/irc/pace.h"

// Takes the lines of the server to what they mean to the bot.

// What libircclient dispatches.

#define DISPATCH(name, receive)                                         \
    static void on_##name(void *context, const struct irc_line *line) { \
        receive(context, line);                                         \
    }

DISPATCH(message, irc_messages_receive)
DISPATCH(join, irc_membership_join)
DISPATCH(part, irc_membership_part)
DISPATCH(kick, irc_membership_kick)
DISPATCH(nick, irc_membership_nick)
DISPATCH(quit, irc_membership_quit)
DISPATCH(notice, irc_messages_notice)
DISPATCH(mode, irc_membership_mode)
DISPATCH(invite, irc_joining_invited)

static void on_numeric(void *context, int code, const struct irc_line *line) {
    irc_numerics_receive(context, code, line);
}

const struct irc_library_events irc_receive_events = {
    .message = on_message,
    .join = on_join,
    .part = on_part,
    .kick = on_kick,
    .nick = on_nick,
    .quit = on_quit,
    .notice = on_notice,
    .mode = on_mode,
    .invite = on_invite,
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
    irc_watch_answered(&irc->watch);
    irc_delivery_pong(&irc->delivery, irc_line_param(line, line->param_count - 1));
}

static void receive_farewell(struct irc *irc, const struct irc_line *line) {
    char *text = utf8_clean(irc_line_param(line, 0));
    buf_clear(&irc->farewell);
    buf_add_str(&irc->farewell, "the server says: ");
    buf_add_str(&irc->farewell, text);
    free(text);
    irc_pace_farewell(irc, irc_line_param(line, 0));
}

// An ERROR follows, with the reason given.
static void receive_kill(struct irc *irc, const struct irc_line *line) {
    if (irc_nick_is_own(irc, irc_line_param(line, 0))) {
        char *by = utf8_clean(irc_line_nick(line));
        LOG(LOG_WARN, "irc_killed", LOG_S("network", irc->network.name),
            LOG_S("by", by));
        free(by);
    }
}

static void receive_failure(struct irc *irc, const struct irc_line *line) {
    if (!irc_pace_failed(irc, line)) {
        irc_joining_failed(irc, line);
    }
}

static const struct {
    const char *verb;
    void (*receive)(struct irc *irc, const struct irc_line *line);
} own_kinds[] = {
    {"PING", receive_ping},
    {"PONG", receive_pong},
    {"ACCOUNT", irc_membership_account},
    {"ERROR", receive_farewell},
    {"FAIL", receive_failure},
    {"KILL", receive_kill},
};

// May end the connection.
static void receive_sign_on(struct irc *irc, const struct irc_line *line) {
    switch (irc_signon_handle(&irc->signon, line, irc_wire_out(irc->wire))) {
    case IRC_SIGNON_OTHER:
    case IRC_SIGNON_GOING:
        break;
    case IRC_SIGNON_WELCOME:
        irc_connection_welcome(irc);
        irc_nick_measure(irc, (struct slice){0});
        break;
    case IRC_SIGNON_FAILED:
        irc_connection_lose(irc, buf_str(&irc->signon.reason), false);
        return;
    case IRC_SIGNON_REFUSED:
        irc_connection_lose(irc, buf_str(&irc->signon.reason), true);
        return;
    }
    irc->delivery.echo = irc_has(irc, IRC_ECHO_MESSAGE);
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
