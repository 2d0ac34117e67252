// SPDX-License-Identifier: MIT
#include "net/irc/pace.h"

#include "base/clock.h"
#include "base/log.h"

static void slow_down(struct irc *irc) {
    irc_queue_slow_down(&irc->delivery.queue, clock_mono_ms());
    LOG(LOG_WARN, "irc_too_fast", LOG_S("network", irc->network.name),
        LOG_N("pace_divided_by", 1 << irc->delivery.queue.slowed));
}

// The message is known by its label; without labels by its target.
static void repeat(struct irc *irc, struct slice label, struct slice target,
                   struct slice reason) {
    if (label.len > 0) {
        irc_delivery_repeat_label(&irc->delivery, label, reason);
    } else {
        irc_delivery_repeat(&irc->delivery, target, reason);
    }
}

// nick, command, text. Where nothing says which message it was, it is the first that is
// not acknowledged.
void irc_pace_try_again(struct irc *irc, const struct irc_line *line) {
    struct slice label = irc_batches_label(&irc->batches, line);
    const struct irc_item *first = irc->delivery.flight;
    slow_down(irc);
    if (slice_is_nocase(irc_line_param(line, 1), "PRIVMSG") && first != NULL) {
        repeat(irc, label, slice_of(first->wire_target),
               irc_line_param(line, line->param_count - 1));
    }
}

// nick, target, text
void irc_pace_target_dropped(struct irc *irc, const struct irc_line *line) {
    struct slice label = irc_batches_label(&irc->batches, line);
    slow_down(irc);
    repeat(irc, label, irc_line_param(line, 1),
           irc_line_param(line, line->param_count - 1));
}

// command, code, context …, description
bool irc_pace_failed(struct irc *irc, const struct irc_line *line, struct slice label) {
    if (!slice_is(irc_line_param(line, 1), "RATE_LIMITED")) {
        return false;
    }
    slow_down(irc);
    if (slice_is(irc_line_param(line, 0), "PRIVMSG")) {
        struct slice target =
            line->param_count >= 4 ? line->params[2] : (struct slice){0};
        repeat(irc, label, target, irc_line_param(line, line->param_count - 1));
    }
    return true;
}

// "Excess Flood", "RecvQ exceeded" and the like.
void irc_pace_farewell(struct irc *irc, struct slice text) {
    for (; text.len > 0; text = slice_from(text, 1)) {
        if (slice_starts_nocase(text, "flood") || slice_starts_nocase(text, "recvq")) {
            slow_down(irc);
            return;
        }
    }
}
