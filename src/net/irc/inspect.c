// SPDX-License-Identifier: MIT
#include "net/irc/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/irc/joining.h"
#include "net/irc/nick.h"

void irc_inspect_ask(struct irc *irc, size_t number) {
    char *line = str_printf("MODE %s", irc->channels.names[number].name);
    irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, line);
    free(line);
}

static bool is_asked(const struct irc *irc, const struct irc_channel_status *status) {
    return irc_only_looks(irc) && status->state == IRC_CHANNEL_JOINED &&
           !status->modes_known;
}

bool irc_inspect_refused(struct irc *irc, struct slice target) {
    int64_t number = irc_channels_find(&irc->channels, target);
    if (number == IRC_NO_CHANNEL || !is_asked(irc, &irc->channels.status[number])) {
        return false;
    }
    irc->channels.status[number].modes_known = true;
    irc_joining_go_on(irc);
    return true;
}

void irc_inspect_modes(struct irc *irc, const struct irc_line *line) {
    int64_t number = irc_channels_find(&irc->channels, irc_line_param(line, 1));
    struct slice modes = irc_line_param(line, 2);
    if (number == IRC_NO_CHANNEL) {
        return;
    }
    struct irc_channel_status *status = &irc->channels.status[number];
    status->modes_known = true;
    status->moderated = modes.len > 0 && memchr(modes.data, 'm', modes.len) != NULL;
    irc_joining_go_on(irc);
}

bool irc_inspect_is_waiting(const struct irc *irc) {
    for (size_t i = 0; i < irc->channels.count; i++) {
        if (is_asked(irc, &irc->channels.status[i])) {
            return true;
        }
    }
    return false;
}

// An account that is not followed may be somebody else's by now.
static void inspect_operators(const struct irc *irc, uint32_t number,
                              struct network_report *report) {
    uint64_t modes = irc->isupport.operator_modes;
    report->has_operator = irc_users_anyone_has_mode(&irc->users, number, modes, false);
    report->has_named_operator =
        irc_has(irc, IRC_ACCOUNT_NOTIFY) &&
        irc_users_anyone_has_mode(&irc->users, number, modes, true);
}

static void inspect_channel(const struct irc *irc, const char *name,
                            struct network_report *report) {
    int64_t number = irc_channels_find(&irc->channels, slice_of(name));
    if (number == IRC_NO_CHANNEL ||
        irc->channels.status[number].state != IRC_CHANNEL_JOINED) {
        return;
    }
    const struct irc_channel_status *status = &irc->channels.status[number];
    report->is_in = true;
    // Whoever has any mode of a member, voice or higher, may speak.
    if (status->moderated && status->own_modes == 0) {
        report->hindrance =
            str_printf("%s is moderated (+m), and I have no voice there.", name);
    }
    inspect_operators(irc, (uint32_t)number, report);
}

static void inspect_connection(const struct irc *irc, struct network_report *report) {
    report->is_in = irc->stage == IRC_ON;
    if (!report->is_in) {
        report->hindrance = mem_copy(irc->reason);
    } else if (irc->unidentified != NULL) {
        report->hindrance =
            str_printf("%s did not sign me in: %s", irc->options.nickserv_service,
                       irc->unidentified);
    }
    if (report->is_in && !irc_nick_is_own(irc, slice_of(irc->options.nick))) {
        report->remark = str_printf("The nick %s is taken, perhaps by a bot that runs; "
                                    "I was here as %s.",
                                    irc->options.nick, buf_str(&irc->nick));
    }
}

void irc_inspect(const struct network *network, const char *room,
                 struct network_report *report) {
    const struct irc *irc = (const struct irc *)network;
    if (room != NULL) {
        inspect_channel(irc, room, report);
    } else {
        inspect_connection(irc, report);
    }
}
