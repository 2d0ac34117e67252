// SPDX-License-Identifier: MIT
#include "net/irc/nick.h"

#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/irc/timer.h"

enum {
    FIRST_WAIT_MS = 60 * 1000,
    LONGEST_WAIT_MS = 15 * 60 * 1000,
    TRY_MS = 5 * 1000,             // from one try to the next, however often it is free
    LONG_HOLD_MS = 10 * 60 * 1000, // a nick lost after it is lost for the first time
};

bool irc_nick_is_own(const struct irc *irc, struct slice nick) {
    return irc_same_name(&irc->isupport, nick, buf_slice(&irc->nick));
}

void irc_nick_measure(struct irc *irc, struct slice source) {
    size_t nick_len = irc_source_split(source).nick.len;
    if (source.len > nick_len + 1) {
        irc->mask_len = source.len - nick_len - 1;
    }
    irc->delivery.prefix_len = strlen(":! ") + irc->nick.len + irc->mask_len;
}

static bool has_configured(const struct irc *irc) {
    return irc_nick_is_own(irc, slice_of(irc->options.nick));
}

static int64_t next_wait_ms(const struct irc *irc) {
    return backoff_growing_ms(FIRST_WAIT_MS, LONGEST_WAIT_MS, irc->regain.tries);
}

static void say(struct irc *irc, const char *what, const char *argument) {
    char *line = str_printf("%s %s", what, argument);
    irc_delivery_add_raw(&irc->delivery, IRC_CLASS_CONTROL, line);
    free(line);
}

// The server answers at once whether somebody has it.
static void monitor(struct irc *irc) {
    if (irc->isupport.monitor && !irc->regain.monitored) {
        irc->regain.monitored = true;
        say(irc, "MONITOR +", irc->options.nick);
    }
}

void irc_nick_signed_on(struct irc *irc) {
    int64_t now_ms = clock_mono_ms();
    irc->regain = (struct irc_regain){
        .timer = irc->regain.timer, .had_ms = now_ms, .earliest_ms = now_ms};
    if (!has_configured(irc)) {
        irc_timer_start(irc->regain.timer, backoff_jittered_ms(next_wait_ms(irc)));
    }
}

void irc_nick_settle(struct irc *irc, const struct irc_line *line) {
    (void)line;
    if (irc->regain.settled) {
        return;
    }
    irc->regain.settled = true;
    if (irc->isupport.bot != '\0') {
        char *mode = str_printf("%s +%c", buf_str(&irc->nick), irc->isupport.bot);
        say(irc, "MODE", mode);
        free(mode);
    }
    if (!has_configured(irc)) {
        monitor(irc);
    }
}

static void regained(struct irc *irc) {
    event_del(irc->regain.timer);
    irc->regain.had_ms = clock_mono_ms();
    if (irc->regain.monitored) {
        irc->regain.monitored = false;
        say(irc, "MONITOR -", irc->options.nick);
    }
}

// Services that take the nick away each time it is regained are not fought.
static void lost(struct irc *irc) {
    int64_t now_ms = clock_mono_ms();
    if (now_ms - irc->regain.had_ms >= LONG_HOLD_MS) {
        irc->regain.tries = 0;
    }
    int64_t wait_ms = next_wait_ms(irc);
    irc->regain.earliest_ms = now_ms + (irc->regain.tries > 0 ? wait_ms : 0);
    irc_timer_start(irc->regain.timer, wait_ms);
    monitor(irc);
}

void irc_nick_changed(struct irc *irc, const struct irc_line *line) {
    bool had = has_configured(irc);
    if (line->params[0].len == 0) {
        return; // not a nick
    }
    buf_clear(&irc->nick);
    buf_add_slice(&irc->nick, line->params[0]);
    irc_nick_measure(irc, line->source);
    irc->regain.asked = false;
    LOG(LOG_INFO, "irc_nick", LOG_S("network", irc->network.name),
        LOG_S("nick", buf_str(&irc->nick)));
    if (had && !has_configured(irc)) {
        lost(irc);
    } else if (!had && has_configured(irc)) {
        regained(irc);
    }
}

void irc_nick_freed(struct irc *irc, struct slice nick) {
    if (has_configured(irc) ||
        !irc_same_name(&irc->isupport, nick, slice_of(irc->options.nick))) {
        return;
    }
    int64_t wait_ms = irc->regain.earliest_ms - clock_mono_ms();
    irc_timer_start(irc->regain.timer, wait_ms > 0 ? wait_ms : 0);
}

// nick, "nick,nick"; some servers give them as nick!user@host.
void irc_nick_offline(struct irc *irc, const struct irc_line *line) {
    struct slice nicks = irc_line_param(line, 1);
    struct slice nick;
    while (slice_take_until(&nicks, ',', &nick)) {
        irc_nick_freed(irc, irc_source_split(nick).nick);
    }
}

// In use, not allowed, not now: the next try is set already.
bool irc_nick_refused(struct irc *irc, int code) {
    static const int codes[] = {432, 433, 435, 436, 437, 438, 447};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (irc->regain.asked && codes[i] == code) {
            irc->regain.asked = false;
            return true;
        }
    }
    return false;
}

void irc_nick_try(struct irc *irc) {
    irc->regain.asked = true;
    irc->regain.tries++;
    irc->regain.earliest_ms = clock_mono_ms() + TRY_MS;
    irc_timer_start(irc->regain.timer, backoff_jittered_ms(next_wait_ms(irc)));
    say(irc, "NICK", irc->options.nick);
}
