// SPDX-License-Identifier: MIT
#include "net/irc/joining.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/irc/inspect.h"
#include "net/irc/nick.h"
#include "net/irc/timer.h"

static void give_up_unanswered(struct irc *irc, int64_t now_ms) {
    int64_t number = irc_channels_expire(&irc->channels, now_ms);
    while (number != IRC_NO_CHANNEL) {
        LOG(LOG_WARN, "irc_join_unanswered", LOG_S("network", irc->network.name),
            LOG_S("room", irc->channels.names[number].name));
        number = irc_channels_expire(&irc->channels, now_ms);
    }
}

// Many rooms, or a slow pace: the last lines may have to wait for minutes.
static void join_due(struct irc *irc, int64_t now_ms) {
    struct buf line = {0};
    int64_t said_ms = now_ms + irc_delivery_control_ms(&irc->delivery, now_ms);
    while (irc_channels_add_join(&irc->channels, now_ms, said_ms, &line)) {
        irc_delivery_add_raw(&irc->delivery, IRC_CLASS_CONTROL, buf_str(&line));
        buf_clear(&line);
        said_ms = now_ms + irc_delivery_control_ms(&irc->delivery, now_ms);
    }
    buf_finish(&line);
}

void irc_joining_go_on(struct irc *irc) {
    int64_t now_ms = clock_mono_ms();
    int64_t wait_ms = irc_nickserv_wait_ms(irc, now_ms);
    if (wait_ms > 0) {
        irc_timer_start(irc->joins, wait_ms);
        return;
    }
    give_up_unanswered(irc, now_ms);
    join_due(irc, now_ms);
    event_del(irc->joins);
    int64_t due_ms = irc_channels_next_due(&irc->channels);
    if (due_ms != INT64_MAX) {
        irc_timer_start(irc->joins, due_ms > now_ms ? due_ms - now_ms : 0);
    }
    if (irc->told != IRC_TOLD_UP && irc->channels.unsettled == 0 &&
        !irc_inspect_is_waiting(irc)) {
        irc->told = IRC_TOLD_UP;
        irc->network.events->up(irc->network.context, &irc->network);
    }
}

// Why a channel can't be joined (RFC 2812, modern.ircdocs.horse, and what the
// servers have added, some of them the same number for different things). "#" stands
// for the channel's name.
struct refusal {
    int code;
    enum irc_channel_wait wait;
    const char *sentence;
};

enum { INVITE_ONLY = 473 };

static const struct refusal refusals[] = {
    {403, IRC_WAIT_LONGEST, "The server knows no room of the name #."},
    {405, IRC_WAIT_LONGEST, "I am in too many rooms to join #."},
    {407, IRC_WAIT_GROWING, "The server won't let me join # now."},
    {437, IRC_WAIT_GROWING, "# can't be joined for the moment."},
    {448, IRC_WAIT_LONGEST, "The server forbids #."},
    {470, IRC_WAIT_LONGEST, "# sends me on to another room."},
    {471, IRC_WAIT_GROWING, "# is full. I try again."},
    {INVITE_ONLY, IRC_WAIT_LONGEST, "# is by invitation only. Please invite me."},
    {474, IRC_WAIT_WORD,
     "I am banned from #. Invite me, or reload me, once that is lifted."},
    {475, IRC_WAIT_LONGEST, "The key that I have for # is wrong."},
    {476, IRC_WAIT_LONGEST, "The server takes # for no name of a room."},
    {477, IRC_WAIT_ACCOUNT, "# is for who has an account, and I am not signed in."},
    {479, IRC_WAIT_LONGEST, "The server forbids the name #."},
    {480, IRC_WAIT_GROWING, "# takes nobody at the moment."},
    {485, IRC_WAIT_LONGEST, "The server forbids #."},
    {489, IRC_WAIT_LONGEST, "# is for connections with TLS only."},
    {490, IRC_WAIT_LONGEST, "# is for connections with TLS only."},
    {495, IRC_WAIT_GROWING, "# takes nobody back so soon after a kick."},
    {500, IRC_WAIT_GROWING, "The server won't let me join # so soon."},
    {519, IRC_WAIT_LONGEST, "# is for administrators of the network only."},
    {520, IRC_WAIT_LONGEST, "# is for operators of the network only."},
    {609, IRC_WAIT_GROWING, "# takes nobody at the moment."},
    {926, IRC_WAIT_LONGEST, "The server forbids #."},
    {0, IRC_WAIT_GROWING,
     "I can't join #."}, // any other; the log has the server's word
};
enum { REFUSALS = sizeof refusals / sizeof refusals[0] };
_Static_assert(REFUSALS <= 32, "a bit each in irc_channel_status.told");

static size_t find_refusal(int code) {
    size_t i = 0;
    while (i < REFUSALS - 1 && refusals[i].code != code) {
        i++;
    }
    return i;
}

static const char *name_of(const struct irc *irc, size_t number) {
    return irc->channels.names[number].name;
}

static void tell(struct irc *irc, size_t number, const char *text) {
    irc->network.events->trouble(irc->network.context, &irc->network,
                                 name_of(irc, number), text);
}

static void tell_refusal(struct irc *irc, size_t number, const char *sentence) {
    const char *place = strchr(sentence, '#');
    struct buf text = {0};
    buf_add(&text, sentence, (size_t)(place - sentence));
    buf_add_str(&text, name_of(irc, number));
    buf_add_str(&text, place + 1);
    tell(irc, number, buf_str(&text));
    buf_finish(&text);
}

// Asks for an invitation. Servers that don't know KNOCK do no harm; not all that do say
// so in ISUPPORT.
static void knock(struct irc *irc, size_t number) {
    struct irc_channel_status *status = &irc->channels.status[number];
    if (status->knocked) {
        return;
    }
    status->knocked = true;
    char *line = str_printf("KNOCK %s :I belong to the workshop", name_of(irc, number));
    irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, line);
    free(line);
}

static void log_loss(const struct irc *irc, size_t number, const char *reason,
                     int64_t wait_ms) {
    if (wait_ms == INT64_MAX) {
        LOG(LOG_WARN, "irc_given_up", LOG_S("network", irc->network.name),
            LOG_S("room", name_of(irc, number)), LOG_S("reason", reason));
    } else {
        LOG(LOG_WARN, "irc_out_of_room", LOG_S("network", irc->network.name),
            LOG_S("room", name_of(irc, number)), LOG_S("reason", reason),
            LOG_N("retry_ms", wait_ms));
    }
}

static void lose(struct irc *irc, size_t number, size_t refusal, struct slice reason) {
    struct irc_channel_status *status = &irc->channels.status[number];
    int64_t wait_ms = irc_channels_lost(&irc->channels, number, clock_mono_ms(),
                                        refusals[refusal].wait);
    if (refusals[refusal].code == INVITE_ONLY && !irc_only_looks(irc)) {
        knock(irc, number);
    }
    uint32_t bit = UINT32_C(1) << refusal;
    if ((status->told & bit) == 0) {
        status->told |= bit;
        char *text = utf8_clean(reason);
        log_loss(irc, number, text, wait_ms);
        free(text);
        tell_refusal(irc, number, refusals[refusal].sentence);
    }
    irc_joining_go_on(irc);
}

static int64_t find_joining(const struct irc *irc, struct slice name) {
    int64_t number = irc_channels_find(&irc->channels, name);
    return number != IRC_NO_CHANNEL &&
                   irc->channels.status[number].state == IRC_CHANNEL_JOINING
               ? number
               : IRC_NO_CHANNEL;
}

bool irc_joining_refused(struct irc *irc, int code, const struct irc_line *line) {
    int64_t number = find_joining(irc, irc_line_param(line, 1));
    if (number == IRC_NO_CHANNEL) {
        return false;
    }
    lose(irc, (size_t)number, find_refusal(code),
         irc_line_param(line, line->param_count - 1));
    return true;
}

bool irc_joining_failed(struct irc *irc, const struct irc_line *line) {
    if (!slice_is(irc_line_param(line, 0), "JOIN")) {
        return false;
    }
    for (size_t i = 2; i + 1 < line->param_count; i++) {
        int64_t number = find_joining(irc, line->params[i]);
        if (number != IRC_NO_CHANNEL) {
            lose(irc, (size_t)number, find_refusal(0),
                 line->params[line->param_count - 1]);
            return true;
        }
    }
    return false;
}

void irc_joining_put_out(struct irc *irc, size_t number, struct slice by) {
    struct irc_channel_status *status = &irc->channels.status[number];
    bool kicked = !irc_nick_is_own(irc, by);
    int64_t wait_ms =
        irc_channels_lost(&irc->channels, number, clock_mono_ms(), IRC_WAIT_GROWING);
    log_loss(irc, number, kicked ? "kicked" : "parted", wait_ms);
    if (kicked && !status->kick_told) {
        status->kick_told = true;
        char *nick = utf8_clean(by);
        nick[utf8_prefix(slice_of(nick), LIMIT_QUOTED_BYTES)] = '\0';
        char *text = str_printf("%s kicked me out of %s. I come back.", nick,
                                name_of(irc, number));
        tell(irc, number, text);
        free(text);
        free(nick);
    }
    irc_joining_go_on(irc);
}

// Invitations of others come here, too (IRCv3 invite-notify).
void irc_joining_invited(struct irc *irc, const struct irc_line *line) {
    int64_t number = irc_channels_find(&irc->channels, line->params[1]);
    if (number != IRC_NO_CHANNEL && irc_nick_is_own(irc, line->params[0])) {
        irc_channels_invited(&irc->channels, (size_t)number, clock_mono_ms());
        irc_joining_go_on(irc);
    }
}

void irc_joining_identified(struct irc *irc, const struct irc_line *line) {
    (void)line;
    irc_channels_identified(&irc->channels);
    irc_joining_go_on(irc);
}
