// SPDX-License-Identifier: MIT
#include "net/irc/replies.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/irc/membership.h"

enum { LOGGED_A_MINUTE = 10, MINUTE_MS = 60 * 1000 };

static struct slice description_of(const struct irc_line *line) {
    return line->param_count > 0 ? line->params[line->param_count - 1]
                                 : (struct slice){0};
}

static bool may_log(struct irc *irc) {
    int64_t now_ms = clock_mono_ms();
    if (now_ms - irc->replies_since_ms >= MINUTE_MS) {
        irc->replies_since_ms = now_ms;
        irc->replies_logged = 0;
    }
    irc->replies_logged++;
    return irc->replies_logged <= LOGGED_A_MINUTE;
}

static void log_reply(struct irc *irc, const struct irc_line *line) {
    if (!may_log(irc)) {
        return;
    }
    char *kind = utf8_clean(line->verb);
    char *command = utf8_clean(irc_line_param(line, 0));
    char *code = utf8_clean(irc_line_param(line, 1));
    char *text = utf8_clean(description_of(line));
    LOG(slice_is(line->verb, "NOTE") ? LOG_INFO : LOG_WARN, "irc_reply",
        LOG_S("network", irc->network.name), LOG_S("kind", kind),
        LOG_S("command", command), LOG_S("code", code), LOG_S("text", text));
    free(kind);
    free(command);
    free(code);
    free(text);
}

// FAIL JOIN names the channel among its context. True when it was being joined.
static bool fail_join(struct irc *irc, const struct irc_line *line) {
    for (size_t i = 2; i + 1 < line->param_count; i++) {
        int64_t number = irc_channels_find(&irc->channels, line->params[i]);
        if (number != IRC_NO_CHANNEL &&
            irc->channels.status[number].state == IRC_CHANNEL_JOINING) {
            irc_membership_lost(irc, (size_t)number, description_of(line));
            return true;
        }
    }
    return false;
}

void irc_replies_fail(struct irc *irc, const struct irc_line *line) {
    struct slice command = irc_line_param(line, 0);
    if (slice_is_nocase(command, "CHATHISTORY") &&
        irc_history_refused(&irc->history, irc_batches_label(&irc->batches, line),
                            irc_line_param(line, 1))) {
        return;
    }
    irc_delivery_refuse_label(&irc->delivery, irc_batches_label(&irc->batches, line),
                              description_of(line));
    if (!slice_is_nocase(command, "JOIN") || !fail_join(irc, line)) {
        log_reply(irc, line);
    }
}

void irc_replies_remark(struct irc *irc, const struct irc_line *line) {
    log_reply(irc, line);
}

void irc_replies_ack(struct irc *irc, const struct irc_line *line) {
    irc_delivery_acknowledge_label(&irc->delivery,
                                   irc_batches_label(&irc->batches, line));
}
