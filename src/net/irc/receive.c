// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "net/irc/connection.h"
#include "net/irc/joining.h"
#include "net/irc/membership.h"
#include "net/irc/messages.h"
#include "net/irc/nick.h"
#include "net/irc/numerics.h"
#include "net/irc/pace.h"
#include "net/irc/replies.h"

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

// A token that leaves no room for the answer is none of a server's.
static void receive_ping(struct irc *irc, const struct irc_line *line) {
    struct slice token = irc_line_param(line, 0);
    if (strlen("PONG :\r\n") + token.len > irc->isupport.line_len) {
        return;
    }
    struct buf *out = irc_wire_out(irc->wire);
    buf_add_str(out, "PONG :");
    buf_add_slice(out, token);
    buf_add_str(out, "\r\n");
}

// The token comes back as the last parameter.
static void receive_pong(struct irc *irc, const struct irc_line *line) {
    irc_watch_answered(&irc->watch);
    irc_delivery_pong(&irc->delivery, irc_line_param(line, line->param_count - 1));
}

static void receive_account(struct irc *irc, const struct irc_line *line) {
    irc_membership_account(irc, line);
    irc_nickserv_account(irc, line);
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

static void receive_batch(struct irc *irc, const struct irc_line *line) {
    const struct irc_batch *begun = irc_batches_begin(&irc->batches, line);
    if (begun != NULL) {
        irc_history_begun(&irc->history, begun);
        return;
    }
    const struct irc_batch *ended = irc_batches_ended(&irc->batches, line);
    if (ended != NULL) {
        // Empty, or without an error in it: as good as an ACK.
        irc_delivery_acknowledge_label(&irc->delivery, slice_of(ended->label));
        irc_history_ended(&irc->history, ended);
        irc_batches_forget(&irc->batches, ended);
    }
}

// The answer to CHATHISTORY TARGETS.
static void receive_history_target(struct irc *irc, const struct irc_line *line) {
    const struct irc_batch *batch = irc_batches_of(&irc->batches, line);
    if (batch != NULL && irc_history_is_asked(&irc->history, batch)) {
        irc_history_add_person(&irc->history, irc_line_param(line, 1));
    }
}

// SETNAME needs none: real names decide nothing here.
static const struct {
    const char *verb;
    void (*receive)(struct irc *irc, const struct irc_line *line);
} own_kinds[] = {
    {"PING", receive_ping},
    {"PONG", receive_pong},
    {"ACCOUNT", receive_account},
    {"AWAY", irc_membership_away},
    {"CHGHOST", irc_membership_host},
    {"ERROR", receive_farewell},
    {"KILL", receive_kill},
    {"BATCH", receive_batch},
    {"CHATHISTORY", receive_history_target},
    {"FAIL", irc_replies_fail},
    {"WARN", irc_replies_remark},
    {"NOTE", irc_replies_remark},
    {"ACK", irc_replies_ack},
};

// Capabilities come and go.
static void use_capabilities(struct irc *irc) {
    bool labels = irc_has(irc, IRC_LABELED_RESPONSE | IRC_BATCH | IRC_ECHO_MESSAGE);
    irc->delivery.echo = irc_has(irc, IRC_ECHO_MESSAGE);
    irc->delivery.labels = labels;
    irc->history.labels = labels;
    irc->history.enabled =
        !irc_only_looks(irc) &&
        irc_has(irc, IRC_CHATHISTORY | IRC_BATCH | IRC_SERVER_TIME | IRC_MESSAGE_TAGS);
}

// What told the accounts tells them no more: who was somebody may be so no longer.
static void forget_untold_accounts(struct irc *irc, unsigned enabled_before) {
    unsigned lost = enabled_before & ~irc->signon.enabled;
    if ((lost & (IRC_ACCOUNT_TAG | IRC_ACCOUNT_NOTIFY)) != 0) {
        irc_users_forget_accounts(&irc->users);
        irc_users_forget_accounts(&irc->past);
    }
}

// May end the connection.
static void receive_sign_on(struct irc *irc, const struct irc_line *line) {
    unsigned enabled_before = irc->signon.enabled;
    enum irc_signon_result result =
        irc_signon_handle(&irc->signon, line, irc_wire_out(irc->wire));
    use_capabilities(irc);
    switch (result) {
    case IRC_SIGNON_OTHER:
    case IRC_SIGNON_GOING:
        break;
    case IRC_SIGNON_WELCOME:
        irc_connection_welcome(irc);
        irc_history_welcome(&irc->history, irc_messages_sent_ms(irc, line));
        irc_nick_measure(irc, (struct slice){0});
        break;
    case IRC_SIGNON_UPGRADE:
        irc_connection_upgrade(irc);
        return;
    case IRC_SIGNON_FAILED:
        irc_connection_lose(irc, buf_str(&irc->signon.reason), false);
        return;
    case IRC_SIGNON_REFUSED:
        irc_connection_lose(irc, buf_str(&irc->signon.reason), true);
        return;
    }
    irc_sts_heard(irc);
    forget_untold_accounts(irc, enabled_before);
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
