// SPDX-License-Identifier: MIT
#include "net/irc/nickserv.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "net/irc/connection.h"
#include "net/irc/nick.h"
#include "net/irc/timer.h"

enum {
    ANSWER_MS = 15 * 1000,
    // A NOTICE may be a greeting from before, or the answer with the login behind it.
    AFTER_NOTICE_MS = 2 * 1000,
};

void irc_nickserv_clear(struct irc *irc) {
    free(irc->nickserv.said);
    irc->nickserv = (struct irc_nickserv){0};
}

void irc_nickserv_identify(struct irc *irc) {
    const struct irc_options *options = &irc->options;
    if (options->nickserv_account == NULL || options->sasl_account != NULL) {
        return;
    }
    char *line = str_printf("PRIVMSG %s :IDENTIFY %s %s", options->nickserv_service,
                            options->nickserv_account, options->nickserv_password);
    irc_delivery_add_raw(&irc->delivery, IRC_CLASS_CONTROL, line);
    free(line);
    irc->nickserv.until_ms = clock_mono_ms() + ANSWER_MS;
}

static bool is_waiting(const struct irc *irc) {
    return irc->nickserv.until_ms != 0;
}

static void log_failure(struct irc *irc, const char *reason) {
    LOG(LOG_WARN, "irc_not_identified", LOG_S("network", irc->network.name),
        LOG_S("service", irc->options.nickserv_service), LOG_S("reason", reason));
}

static void fail(struct irc *irc) {
    const char *said = irc->nickserv.said;
    log_failure(irc, said != NULL ? said : "no answer");
    free(irc->unidentified);
    irc->unidentified = mem_copy(said != NULL ? said : "no answer");
    irc_nickserv_clear(irc);
}

int64_t irc_nickserv_wait_ms(struct irc *irc, int64_t now_ms) {
    if (is_waiting(irc) && now_ms >= irc->nickserv.until_ms) {
        fail(irc);
    }
    return is_waiting(irc) ? irc->nickserv.until_ms - now_ms : 0;
}

static void succeed(struct irc *irc) {
    if (is_waiting(irc)) {
        LOG(LOG_INFO, "irc_identified", LOG_S("network", irc->network.name));
        free(irc->unidentified);
        irc->unidentified = NULL;
        irc_nickserv_clear(irc);
        irc_timer_start(irc->joins, 0);
    }
}

void irc_nickserv_logged_in(struct irc *irc, const struct irc_line *line) {
    (void)line;
    succeed(irc);
}

void irc_nickserv_account(struct irc *irc, const struct irc_line *line) {
    if (irc_nick_is_own(irc, irc_line_nick(line)) &&
        !slice_is(irc_line_param(line, 0), "*")) {
        succeed(irc);
    }
}

// "NickServ" of "NickServ@services.example.org".
static bool is_service(const struct irc *irc, struct slice name) {
    struct slice service = slice_of(irc->options.nickserv_service);
    struct slice nick;
    return irc_same_name(&irc->isupport, name, service) ||
           (slice_take_until(&service, '@', &nick) &&
            irc_same_name(&irc->isupport, name, nick));
}

// Some services repeat what they did not understand.
static char *without_password(const struct irc *irc, struct slice text) {
    char *clean = utf8_clean(text);
    if (strstr(clean, irc->options.nickserv_password) != NULL) {
        free(clean);
        return str_printf("an answer that is not shown");
    }
    return clean;
}

void irc_nickserv_notice(struct irc *irc, const struct irc_line *line) {
    if (!is_waiting(irc) || !is_service(irc, irc_line_nick(line)) ||
        !irc_nick_is_own(irc, line->params[0])) {
        return;
    }
    free(irc->nickserv.said);
    irc->nickserv.said = without_password(irc, line->params[1]);
    int64_t until_ms = clock_mono_ms() + AFTER_NOTICE_MS;
    if (until_ms < irc->nickserv.until_ms) {
        irc->nickserv.until_ms = until_ms;
    }
    irc_timer_start(irc->joins, 0);
}

bool irc_nickserv_refused(struct irc *irc, struct slice target, struct slice reason) {
    if (!is_waiting(irc) || !is_service(irc, target)) {
        return false;
    }
    free(irc->nickserv.said);
    irc->nickserv.said = without_password(irc, reason);
    fail(irc);
    irc_timer_start(irc->joins, 0);
    return true;
}
