// SPDX-License-Identifier: MIT
#include "net/irc/numerics.h"

#include <string.h>

#include "net/irc/inspect.h"
#include "net/irc/joining.h"
#include "net/irc/membership.h"
#include "net/irc/nick.h"
#include "net/irc/pace.h"

static void read_isupport(struct irc *irc, const struct irc_line *line) {
    enum irc_casemapping before = irc->isupport.casemapping;
    irc_isupport_read(&irc->isupport, line);
    if (irc->isupport.casemapping != before) {
        irc_channels_refold(&irc->channels);
        irc_users_refold(&irc->users);
        irc_users_refold(&irc->past);
    }
}

// 396: nick, host or user@host
static void read_hidden_host(struct irc *irc, const struct irc_line *line) {
    irc->mask_len = strlen("~usher@") + irc_line_param(line, 1).len;
    irc_nick_measure(irc, (struct slice){0});
}

// 376, 422: the end of the server's introduction
static void read_end_of_motd(struct irc *irc, const struct irc_line *line) {
    irc_nick_settle(irc, line);
    irc_history_start(&irc->history);
}

// 900: the bot has its account.
static void read_account(struct irc *irc, const struct irc_line *line) {
    irc_nickserv_logged_in(irc, line);
    irc_joining_identified(irc, line);
}

// Any error names what could not be done: a channel being joined, the bot's change of
// nick, or the target of a message.
static void read_error(struct irc *irc, int code, const struct irc_line *line) {
    struct slice what = irc_line_param(line, 1);
    struct slice reason = irc_line_param(line, line->param_count - 1);
    if (irc_joining_refused(irc, code, line) || irc_nick_refused(irc, code) ||
        irc_nickserv_refused(irc, what, reason) || irc_inspect_refused(irc, what)) {
        return;
    }
    struct slice label = irc_batches_label(&irc->batches, line);
    if (slice_is_nocase(what, "CHATHISTORY")) { // a server that does not know it
        irc_history_refused(&irc->history, label, reason);
    } else if (label.len > 0) {
        irc_delivery_refuse_label(&irc->delivery, label, reason);
    } else {
        irc_delivery_refuse(&irc->delivery, what, reason);
    }
}

// 401: nobody has the nick (any more). Whom the message is for may have another by now,
// or be an account that is waited for.
static void read_no_such_nick(struct irc *irc, const struct irc_line *line) {
    struct slice what = irc_line_param(line, 1);
    struct slice reason = irc_line_param(line, line->param_count - 1);
    struct slice label = irc_batches_label(&irc->batches, line);
    if (irc_nickserv_refused(irc, what, reason)) {
        return;
    }
    irc_users_forget_stranger(&irc->users, what);
    if (label.len > 0) {
        irc_delivery_repeat_label(&irc->delivery, label, reason);
    } else {
        irc_delivery_repeat(&irc->delivery, what, reason);
    }
}

static bool is_error(int code) {
    return (code >= 400 && code < 600) || code == 609 || code == 716 || code == 926;
}

static const struct {
    int code;
    void (*receive)(struct irc *irc, const struct irc_line *line);
} numerics[] = {
    {5, read_isupport},
    {263, irc_pace_try_again},
    {324, irc_inspect_modes},
    {353, irc_membership_names},
    {354, irc_membership_who},
    {366, irc_membership_names_end},
    {376, read_end_of_motd},
    {396, read_hidden_host},
    {401, read_no_such_nick},
    {422, read_end_of_motd},
    {439, irc_pace_target_dropped},
    {707, irc_pace_target_dropped},
    {731, irc_nick_offline},
    {900, read_account},
};

void irc_numerics_receive(struct irc *irc, int code, const struct irc_line *line) {
    for (size_t i = 0; i < sizeof numerics / sizeof numerics[0]; i++) {
        if (numerics[i].code == code) {
            numerics[i].receive(irc, line);
            return;
        }
    }
    if (is_error(code) && line->param_count >= 3) {
        read_error(irc, code, line);
    }
}
