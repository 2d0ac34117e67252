// SPDX-License-Identifier: MIT
#include "net/irc/membership.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/irc/inspect.h"
#include "net/irc/joining.h"
#include "net/irc/messages.h"
#include "net/irc/modes.h"
#include "net/irc/nick.h"

#define WHO_TOKEN "743" // marks the answers to our own WHO

// An account that is not said again at every change can't be relied on.
static void set_account(struct irc *irc, struct irc_user *user, struct slice account) {
    if (user != NULL && irc_has(irc, IRC_ACCOUNT_NOTIFY)) {
        irc_users_set_account(&irc->users, user, account);
    }
}

// The number of a channel that the bot is in: what is told of others is not followed.
static int64_t find_joined(const struct irc *irc, struct slice name) {
    int64_t number = irc_channels_find(&irc->channels, name);
    return number != IRC_NO_CHANNEL &&
                   irc->channels.status[number].state == IRC_CHANNEL_JOINED
               ? number
               : IRC_NO_CHANNEL;
}

static void enter(struct irc *irc, const struct irc_line *line, int64_t number) {
    irc_nick_measure(irc, line->source);
    if (number == IRC_NO_CHANNEL && irc_only_looks(irc)) {
        return; // a bot that runs on the account may have joined it
    }
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
    irc->channels.status[number].names_asked = false;
    irc->delivery.room_joined = true;
    irc_history_joined(&irc->history, (size_t)number, irc_messages_sent_ms(irc, line));
    LOG(LOG_INFO, "irc_joined", LOG_S("network", irc->network.name),
        LOG_S("room", name));
    if (irc->isupport.whox && irc_has(irc, IRC_ACCOUNT_NOTIFY)) {
        char *who = str_printf("WHO %s %%tnfa," WHO_TOKEN, name);
        irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, who);
        free(who);
    }
    if (irc_only_looks(irc)) {
        irc_inspect_ask(irc, (size_t)number);
    }
    irc_joining_go_on(irc);
}

// extended-join: channel, account, realname
void irc_membership_join(struct irc *irc, const struct irc_line *line) {
    if (irc_nick_is_own(irc, irc_line_nick(line))) {
        enter(irc, line, irc_channels_find(&irc->channels, line->params[0]));
        return;
    }
    int64_t number = find_joined(irc, line->params[0]);
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
        irc_history_left(&irc->history, (size_t)number);
        irc_joining_put_out(irc, (size_t)number, by);
    } else {
        irc_users_part(&irc->users, nick, (uint32_t)number);
    }
}

// Who only looks does not part: a bot that runs on the account does, in its place, from
// a room that is new to it. It could be joined all the same.
void irc_membership_part(struct irc *irc, const struct irc_line *line) {
    if (irc_only_looks(irc) && irc_nick_is_own(irc, irc_line_nick(line))) {
        return;
    }
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

// The new user and host. A server without it lets the person quit and join again.
void irc_membership_host(struct irc *irc, const struct irc_line *line) {
    struct slice nick = irc_line_nick(line);
    struct irc_user *user = irc_users_find(&irc->users, nick);
    struct buf source = {0};
    buf_add_slice(&source, nick);
    buf_add_char(&source, '!');
    buf_add_slice(&source, irc_line_param(line, 0));
    buf_add_char(&source, '@');
    buf_add_slice(&source, irc_line_param(line, 1));
    if (line->param_count < 2) {
        user = NULL;
    } else if (irc_nick_is_own(irc, nick)) {
        irc_nick_measure(irc, buf_slice(&source));
    }
    if (user != NULL) {
        irc_users_set_mask(user, slice_from(buf_slice(&source), nick.len + 1));
    }
    buf_finish(&source);
}

// With a text, or back without one.
void irc_membership_away(struct irc *irc, const struct irc_line *line) {
    struct irc_user *user = irc_users_find(&irc->users, irc_line_nick(line));
    if (user != NULL) {
        user->away = irc_line_param(line, 0).len > 0;
    }
}

// 353: nick, kind of channel, channel, "@+nick nick ..."; with userhost-in-names
// "@+nick!user@host ..."
void irc_membership_names(struct irc *irc, const struct irc_line *line) {
    int64_t number = find_joined(irc, irc_line_param(line, 2));
    struct slice names = irc_line_param(line, 3);
    if (number == IRC_NO_CHANNEL) {
        return;
    }
    struct slice name = slice_take_word(&names);
    for (; name.len > 0; name = slice_take_word(&names)) {
        uint64_t modes = irc_isupport_take_marks(&irc->isupport, &name);
        struct irc_user *user = NULL;
        if (irc_nick_is_own(irc, irc_source_split(name).nick)) {
            irc->channels.status[number].own_modes = modes;
        } else if (name.len > 0) {
            user = irc_users_join(&irc->users, name, (uint32_t)number);
        }
        if (user != NULL) {
            irc_users_set_modes(user, (uint32_t)number, modes);
        }
    }
}

void irc_membership_names_end(struct irc *irc, const struct irc_line *line) {
    int64_t number = irc_channels_find(&irc->channels, irc_line_param(line, 1));
    if (number != IRC_NO_CHANNEL) {
        irc->channels.status[number].names_asked = false;
    }
}

static void ask_names(struct irc *irc, int64_t number) {
    struct irc_channel_status *status = &irc->channels.status[number];
    if (!status->names_asked) {
        status->names_asked = true;
        char *line = str_printf("NAMES %s", irc->channels.names[number].name);
        irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, line);
        free(line);
    }
}

// 354: nick, token, nick, flags, account. The flags begin with H (here) or G (gone).
void irc_membership_who(struct irc *irc, const struct irc_line *line) {
    if (line->param_count < 5 || !slice_is(line->params[1], WHO_TOKEN)) {
        return;
    }
    struct irc_user *user = irc_users_find(&irc->users, line->params[2]);
    if (user != NULL) {
        struct slice flags = line->params[3];
        user->away = flags.len > 0 && flags.data[0] == 'G';
        set_account(irc, user, line->params[4]);
    }
}

static void change_member(struct irc *irc, const struct irc_mode *mode,
                          uint32_t channel) {
    struct irc_user *user = irc_users_find(&irc->users, mode->param);
    if (user != NULL) {
        irc_users_change_modes(user, channel, irc_mode_bit(mode->letter), mode->set);
    }
}

// Where it can't be told who got or lost what, nobody has anything until NAMES says so.
void irc_membership_mode(struct irc *irc, const struct irc_line *line) {
    int64_t number = find_joined(irc, line->params[0]);
    if (number == IRC_NO_CHANNEL) {
        return; // of the bot itself
    }
    struct irc_modes modes;
    struct irc_mode mode;
    irc_modes_start(&modes, &irc->isupport, line);
    while (irc_modes_next(&modes, &mode)) {
        if (mode.kind == IRC_MODE_MEMBER) {
            change_member(irc, &mode, (uint32_t)number);
        }
    }
    if (modes.doubtful) {
        irc_users_forget_modes(&irc->users, (uint32_t)number);
        ask_names(irc, number);
    }
}
