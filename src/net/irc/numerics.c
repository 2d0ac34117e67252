// SPDX-License-Identifier: MIT
#include "net/irc/numerics.h"

#include <string.h>

#include "net/irc/joining.h"
#include "net/irc/membership.h"
#include "net/irc/nick.h"
#include "net/irc/pace.h"

static void read_isupport(struct irc *irc, const struct irc_line *line) {
    irc_isupport_read(&irc->isupport, line);
    irc_channels_refold(&irc->channels);
}

// 396: nick, host or user@host
static void read_hidden_host(struct irc *irc, const struct irc_line *line) {
    irc->mask_len = strlen("~usher@") + irc_line_param(line, 1).len;
    irc_nick_measure(irc, (struct slice){0});
}

// Any error names what could not be done: a channel being joined, the bot's change of
// nick, or the target of a message.
static void read_error(struct irc *irc, int code, const struct irc_line *line) {
    struct slice what = irc_line_param(line, 1);
    if (irc_joining_refused(irc, code, line) || irc_nick_refused(irc, code)) {
        return;
    }
    irc_delivery_refuse(&irc->delivery, what,
                        irc_line_param(line, line->param_count - 1));
    if (code == 401) {
        irc_users_forget_stranger(&irc->users, what);
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
    {353, irc_membership_names},
    {354, irc_membership_who},
    {376, irc_nick_settle},
    {396, read_hidden_host},
    {422, irc_nick_settle},
    {439, irc_pace_target_dropped},
    {707, irc_pace_target_dropped},
    {731, irc_nick_offline},
    {900, irc_joining_identified},
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
