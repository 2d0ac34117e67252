// SPDX-License-Identifier: MIT
#include "net/irc/sts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/irc/connection.h"

enum { PORT_MAX = 65535, DURATION_MAX_S = 10 * 365 * 24 * 60 * 60 };

static const char key[] = "sts"; // what the policy is recalled under

struct irc_sts_offer irc_sts_read(struct slice value) {
    struct irc_sts_offer offer = {.port = 0, .duration_s = -1};
    struct slice token;
    while (slice_take_until(&value, ',', &token)) {
        struct slice name;
        int64_t number = 0;
        if (!slice_take_until(&token, '=', &name) || !slice_to_number(token, &number)) {
            continue;
        }
        if (slice_is(name, "port") && number <= PORT_MAX) {
            offer.port = number;
        } else if (slice_is(name, "duration")) {
            offer.duration_s = number < DURATION_MAX_S ? number : DURATION_MAX_S;
        }
    }
    return offer;
}

char *irc_sts_text(const struct irc_sts *sts, const char *host) {
    return str_printf("%s %" PRId64 " %" PRId64 " %" PRId64, host, sts->port,
                      sts->duration_s, sts->expires_ms);
}

void irc_sts_parse(struct irc_sts *sts, const char *text, const char *host) {
    struct slice rest = slice_of(text);
    struct irc_sts read = {0};
    if (slice_is_nocase(slice_take_word(&rest), host) &&
        slice_to_number(slice_take_word(&rest), &read.port) &&
        slice_to_number(slice_take_word(&rest), &read.duration_s) &&
        slice_to_number(slice_take_word(&rest), &read.expires_ms)) {
        *sts = read;
    }
}

static void begin_anew(struct irc_sts *sts, int64_t now_ms) {
    sts->expires_ms = now_ms + sts->duration_s * 1000;
}

void irc_sts_persist(struct irc_sts *sts, int64_t duration_s, int64_t port,
                     int64_t now_ms) {
    if (duration_s == 0) {
        *sts = (struct irc_sts){0};
        return;
    }
    sts->port = port;
    sts->duration_s = duration_s;
    begin_anew(sts, now_ms);
}

int64_t irc_sts_port(const struct irc_sts *sts, int64_t now_ms) {
    bool expired = sts->duration_s > 0 && now_ms >= sts->expires_ms;
    return expired ? 0 : sts->port;
}

static void store(struct irc *irc) {
    char *text =
        irc->sts.duration_s > 0 ? irc_sts_text(&irc->sts, irc->options.host) : NULL;
    irc->network.events->remember(irc->network.context, &irc->network, key, text);
    free(text);
}

static void recall(struct irc *irc) {
    char *text = irc->network.events->recall(irc->network.context, &irc->network, key);
    if (text != NULL) {
        irc_sts_parse(&irc->sts, text, irc->options.host);
    }
    free(text);
}

void irc_sts_choose_port(struct irc *irc) {
    irc->port = irc->options.port;
    irc->secure = irc->options.tls;
    if (irc->secure) {
        return;
    }
    if (irc->sts.port == 0) {
        recall(irc);
    }
    int64_t port = irc_sts_port(&irc->sts, clock_real_ms());
    if (port != 0) {
        irc->port = port;
        irc->secure = true;
    } else if (irc->sts.port != 0) { // expired
        irc->sts = (struct irc_sts){0};
        store(irc);
    }
}

void irc_sts_heard(struct irc *irc) {
    int64_t duration_s = irc->signon.sts.duration_s;
    irc->signon.sts.duration_s = -1;
    if (irc->secure && duration_s >= 0) {
        irc_sts_persist(&irc->sts, duration_s, irc->port, clock_real_ms());
        store(irc);
    }
}

void irc_sts_closed(struct irc *irc) {
    if (irc->stage == IRC_ON && irc->sts.duration_s > 0) {
        begin_anew(&irc->sts, clock_real_ms());
        store(irc);
    }
}

void irc_sts_refresh(struct irc *irc) {
    int64_t left_ms = irc->sts.expires_ms - clock_real_ms();
    if (left_ms < irc->sts.duration_s * 1000 / 2) {
        irc_sts_closed(irc);
    }
}

void irc_sts_upgrade(struct irc *irc) {
    irc->sts = (struct irc_sts){.port = irc->signon.sts.port};
    LOG(LOG_INFO, "irc_upgrade", LOG_S("network", irc->network.name),
        LOG_N("port", irc->sts.port));
}
