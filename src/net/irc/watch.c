// SPDX-License-Identifier: MIT
#include "net/irc/watch.h"

void irc_watch_start(struct irc_watch *watch, int64_t now_ms) {
    *watch = (struct irc_watch){.heard_ms = now_ms, .silent = true};
}

void irc_watch_heard(struct irc_watch *watch, int64_t now_ms) {
    watch->heard_ms = now_ms;
    watch->silent = false;
}

void irc_watch_answered(struct irc_watch *watch) {
    watch->asked = false;
}

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static enum irc_watch_verdict look_for_answer(const struct irc_watch *watch,
                                              int64_t now_ms, int64_t *wait_ms) {
    int64_t silence_ms =
        later(watch->heard_ms, watch->asked_ms) + IRC_WATCH_SILENCE_MS - now_ms;
    int64_t answer_ms = watch->asked_ms + IRC_WATCH_ANSWER_MS - now_ms;
    *wait_ms = silence_ms < answer_ms ? silence_ms : answer_ms;
    return *wait_ms > 0 ? IRC_WATCH_WELL : IRC_WATCH_DEAD;
}

enum irc_watch_verdict irc_watch_look(struct irc_watch *watch, int64_t now_ms,
                                      bool open, int64_t *wait_ms) {
    if (watch->asked) {
        return look_for_answer(watch, now_ms, wait_ms);
    }
    *wait_ms = watch->heard_ms + IRC_WATCH_SILENCE_MS - now_ms;
    if (*wait_ms > 0 && !open) {
        return IRC_WATCH_WELL;
    }
    watch->asked = true;
    watch->asked_ms = now_ms;
    *wait_ms = IRC_WATCH_SILENCE_MS;
    return IRC_WATCH_ASK;
}
