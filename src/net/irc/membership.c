// SPDX-License-Identifier: MIT
#include "net/irc/membership.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/irc/joining.h"
#include "net/irc/nick.h"

#define WHO_TOKEN "743" // marks the answers to our own WHO

// An account that is not said again at every change can't be relied on.
static void set_account(struct irc *irc, struct irc_user *user, struct slice account) {
    if (user != NULL && irc_has(irc, IRC_ACCOUNT_NOTIFY)) {
        irc_users_set_account(&irc->users, user, account);
    }
}

static void enter(struct irc *irc, const struct irc_line *line, int64_t number) {
    irc_nick_measure(irc, line->source);
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
    if (irc->isupport.whox && irc_has(irc, IRC_ACCOUNT_NOTIFY)) {
        char *who = str_printf("WHO %s %%tcuhna," WHO_TOKEN, name);
        irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, who);
        free(who);
    }
    irc_connection_check_channels(irc);
}

// extended-join: channel, account, realname
void irc_membership_join(struct irc *irc, const struct irc_line *line) {
    int64_t number = irc_channels_find(&irc->channels, line->params[0]);
    if (irc_nick_is_own(irc, irc_line_nick(line))) {
        enter(irc, line, number);
        return;
    }
    if (number == IRC_NO_CHANNEL) {
        return;
    }
    struct irc_user *user = irc_users_join(&irc->users, line->source, (uint32_t)number);
    if (irc_has(irc, IRC_EXTENDED_JOIN) && line->param_count >= 2) {
        set_account(irc, user, line->params[1]);
    }
}

// `by` put `nick` out of the channel: by force, or the same one, who left.
static void on_gone(struct irc *irc, struct slice nick, struct slice by,
                    struct slice channel) {
    int64_t number = irc_channels_find(&irc->channels, channel);
    if (number == IRC_NO_CHANNEL) {
        return;
    }
    if (irc_nick_is_own(irc, nick)) {
        irc_users_leave(&irc->users, (uint32_t)number);
        irc_joining_put_out(irc, (size_t)number, by);
    } else {
        irc_users_part(&irc->users, nick, (uint32_t)number);
    }
}

void irc_membership_part(struct irc *irc, const struct irc_line *line) {
    on_gone(irc, irc_line_nick(line), irc_line_nick(line), line->params[0]);
}

void irc_membership_kick(struct irc *irc, const struct irc_line *line) {
    on_gone(irc, line->params[1], irc_line_nick(line), line->params[0]);
}

void irc_membership_nick(struct irc *irc, const struct irc_line *line) {
    if (!irc_nick_is_own(irc, irc_line_nick(line))) {
        irc_users_rename(&irc->users, irc_line_nick(line), line->params[0]);
        irc_nick_freed(irc, irc_line_nick(line));
        return;
    }
    irc_nick_changed(irc, line);
}

void irc_membership_quit(struct irc *irc, const struct irc_line *line) {
    if (!irc_nick_is_own(irc, irc_line_nick(line))) {
        irc_users_quit(&irc->users, irc_line_nick(line));
        irc_nick_freed(irc, irc_line_nick(line));
    }
}

void irc_membership_account(struct irc *irc, const struct irc_line *line) {
    if (irc_nick_is_own(irc, irc_line_nick(line))) {
        irc_joining_identified(irc, line); // or signed out; then it is refused again
        return;
    }
    set_account(irc, irc_users_find(&irc->users, irc_line_nick(line)),
                irc_line_param(line, 0));
}

// 353: nick, kind of channel, channel, "@+nick nick ..."
void irc_membership_names(struct irc *irc, const struct irc_line *line) {
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
        if (name.len > 0 && !irc_nick_is_own(irc, name)) {
            irc_users_join(&irc->users, name, (uint32_t)number);
        }
    }
}

// 354: nick, token, channel, user, host, nick, account
void irc_membership_who(struct irc *irc, const struct irc_line *line) {
    if (line->param_count >= 7 && slice_is(line->params[1], WHO_TOKEN)) {
        set_account(irc, irc_users_find(&irc->users, line->params[5]), line->params[6]);
    }
}

void irc_membership_mode(struct irc *irc, const struct irc_line *line) {
    (void)irc;
    (void)line;
}
