// SPDX-License-Identifier: MIT
#include "net/irc/replies.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/irc/joining.h"
#include "net/irc/pace.h"

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

void irc_replies_fail(struct irc *irc, const struct irc_line *line) {
    struct slice label = irc_batches_label(&irc->batches, line);
    if (irc_pace_failed(irc, line, label) || irc_joining_failed(irc, line)) {
        return;
    }
    if (slice_is_nocase(irc_line_param(line, 0), "CHATHISTORY") &&
        irc_history_refused(&irc->history, label, irc_line_param(line, 1))) {
        return;
    }
    irc_delivery_refuse_label(&irc->delivery, label, description_of(line));
    log_reply(irc, line);
}

void irc_replies_remark(struct irc *irc, const struct irc_line *line) {
    log_reply(irc, line);
}

void irc_replies_ack(struct irc *irc, const struct irc_line *line) {
    irc_delivery_acknowledge_label(&irc->delivery,
                                   irc_batches_label(&irc->batches, line));
}
