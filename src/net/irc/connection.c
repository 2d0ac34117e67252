// SPDX-License-Identifier: MIT
#include "net/irc/connection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/irc/joining.h"
#include "net/irc/nick.h"
#include "net/irc/timer.h"

enum {
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 5 * 60 * 1000,
    STABLE_MS = 10 * 1000, // a connection that lasted so long was a good one
    SIGN_ON_MS = 60 * 1000,
    CAPABILITIES_MS = 5 * 1000,    // until a plain server passes for one without
    PATIENCE_MS = 30 * 1000,       // for the answer to a request for history
    PROVE_MS = 50,                 // so long what was said waits for its PING
    WIRE_BYTES_MAX = 64 * 1024,    // more waits in the queue
    UNKNOWN_MASK_LEN = 6 + 1 + 63, // "~usher@" and the longest host name in IRC
};

static int64_t next_wait_ms(struct irc *irc) {
    int64_t wait_ms = backoff_growing_ms(FIRST_WAIT_MS, LONGEST_WAIT_MS, irc->failures);
    irc->failures++;
    return backoff_jittered_ms(wait_ms);
}

static void forget_connection(struct irc *irc) {
    event_del(irc->look);
    event_del(irc->joins);
    event_del(irc->pump);
    event_del(irc->prove);
    event_del(irc->patience);
    event_del(irc->regain.timer);
    irc_library_discard(irc->library);
    irc_users_clear(&irc->users);
    irc_users_clear(&irc->past);
    irc_delivery_clear(&irc->delivery, clock_mono_ms());
    irc_nickserv_clear(irc);
    irc_batches_clear(&irc->batches);
    irc_history_clear(&irc->history);
    buf_clear(&irc->farewell);
}

static void forget_refusal(struct irc *irc) {
    free(irc->refusal);
    irc->refusal = NULL;
}

static void log_refusal(struct irc *irc, const char *reason) {
    if (irc->refusal != NULL && strcmp(irc->refusal, reason) == 0) {
        return; // said once
    }
    forget_refusal(irc);
    irc->refusal = mem_copy(reason);
    LOG(LOG_ERROR, "irc_refused", LOG_S("network", irc->network.name),
        LOG_S("reason", reason), LOG_N("retry_ms", LONGEST_WAIT_MS));
}

static void leave(struct irc *irc, int64_t wait_ms) {
    irc->stage = IRC_AWAY;
    forget_connection(irc);
    irc_timer_start(irc->retry, wait_ms);
}

static void tell_down(struct irc *irc) {
    if (irc->told != IRC_TOLD_DOWN) {
        irc->told = IRC_TOLD_DOWN;
        irc->network.events->down(irc->network.context, &irc->network);
    }
}

// The connection is over already, in whichever stage it was.
static void on_lost(struct irc *irc, const char *reason, bool refused) {
    free(irc->reason);
    irc->reason = mem_copy(reason);
    int64_t stayed_ms = clock_mono_ms() - irc->on_since_ms;
    if (irc->stage == IRC_ON && stayed_ms >= STABLE_MS) {
        irc->failures = 0;
    }
    int64_t wait_ms = LONGEST_WAIT_MS;
    if (refused) {
        log_refusal(irc, reason);
    } else {
        wait_ms = next_wait_ms(irc);
        LOG(LOG_WARN, "irc_disconnected", LOG_S("network", irc->network.name),
            LOG_S("reason", reason), LOG_N("retry_ms", wait_ms));
    }
    irc_sts_closed(irc);
    leave(irc, wait_ms);
    tell_down(irc);
}

void irc_connection_upgrade(struct irc *irc) {
    irc_wire_close(irc->wire);
    irc_sts_upgrade(irc);
    leave(irc, 0);
    if (irc->told == IRC_TOLD_UP) {
        tell_down(irc);
    }
}

void irc_connection_lose(struct irc *irc, const char *reason, bool refused) {
    irc_wire_close(irc->wire);
    on_lost(irc, reason, refused);
}

static void say_all(struct irc *irc) {
    if (irc->stage == IRC_ON && irc_wire_pending(irc->wire) < WIRE_BYTES_MAX) {
        int64_t now_ms = clock_mono_ms();
        irc_delivery_pump(&irc->delivery, now_ms, irc_wire_out(irc->wire),
                          WIRE_BYTES_MAX);
        int64_t wait_ms = irc_delivery_wait_ms(&irc->delivery, now_ms);
        if (wait_ms >= 0) {
            irc_timer_start(irc->pump, wait_ms);
        }
        if (irc_delivery_wants_ping(&irc->delivery) &&
            !evtimer_pending(irc->prove, NULL)) {
            irc_timer_start(irc->prove, PROVE_MS);
        }
    }
    irc_wire_flush(irc->wire);
}

// Timers.

static void on_retry(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct irc *irc = context;
    struct error error = {0};
    irc_isupport_finish(&irc->isupport);
    irc_isupport_init(&irc->isupport);
    irc_channels_reset(&irc->channels);
    irc_library_destroy(irc->library);
    irc->library = NULL;
    if (irc_library_create(&irc_receive_events, irc, &irc->library, &error) != OK) {
        on_lost(irc, error_text(&error), false);
        error_finish(&error);
        return;
    }
    irc->stage = IRC_CONNECTING;
    irc_sts_choose_port(irc);
    irc_wire_open(irc->wire, irc->port, irc->secure);
}

// A server that has said nothing at all has refused nothing.
static void give_up_sign_on(struct irc *irc) {
    enum irc_signon_result result =
        irc_signon_time_out(&irc->signon, irc_wire_out(irc->wire));
    if (result == IRC_SIGNON_GOING) {
        irc_wire_flush(irc->wire);
        irc_timer_start(irc->look, SIGN_ON_MS);
    } else if (irc->watch.silent) {
        irc_connection_lose(irc, "the server does not answer", false);
    } else {
        irc_connection_lose(irc, buf_str(&irc->signon.reason),
                            result == IRC_SIGNON_REFUSED);
    }
}

// The PING to a silent server also finds messages whose echo has not come.
static void on_look(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct irc *irc = context;
    int64_t wait_ms = 0;
    if (irc->stage != IRC_ON) {
        give_up_sign_on(irc);
        return;
    }
    irc_sts_refresh(irc);
    bool open = irc_delivery_is_open(&irc->delivery) || irc_wire_pending(irc->wire) > 0;
    switch (irc_watch_look(&irc->watch, clock_mono_ms(), open, &wait_ms)) {
    case IRC_WATCH_DEAD:
        irc_connection_lose(irc, "the server does not answer PING", false);
        return;
    case IRC_WATCH_ASK:
        irc_delivery_add_ping(&irc->delivery, irc_wire_out(irc->wire));
        irc_wire_flush(irc->wire);
        break;
    case IRC_WATCH_WELL:
        break;
    }
    irc_timer_start(irc->look, wait_ms);
}

static void on_joins(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    irc_joining_go_on(context);
    say_all(context);
}

static void on_patience(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct irc *irc = context;
    irc_history_time_out(&irc->history);
    say_all(irc);
}

static void on_regain(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    irc_nick_try(context);
    say_all(context);
}

static void on_prove(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct irc *irc = context;
    if (irc->stage == IRC_ON && irc_delivery_wants_ping(&irc->delivery)) {
        irc_delivery_add_ping(&irc->delivery, irc_wire_out(irc->wire));
        irc_wire_flush(irc->wire);
    }
}

static void on_pump(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    say_all(context);
}

// Sign-on and channels.

void irc_connection_welcome(struct irc *irc) {
    irc->stage = IRC_ON;
    irc->on_since_ms = clock_mono_ms();
    forget_refusal(irc);
    buf_clear(&irc->nick);
    buf_add_slice(&irc->nick, buf_slice(&irc->signon.nick));
    irc->mask_len = UNKNOWN_MASK_LEN;
    irc_timer_start(irc->look, IRC_WATCH_SILENCE_MS);
    LOG(LOG_INFO, "irc_signed_on", LOG_S("network", irc->network.name),
        LOG_S("nick", buf_str(&irc->nick)));
    irc_nick_signed_on(irc);
    irc_nickserv_identify(irc);
    if (irc->options.accounts_only && !irc_has(irc, IRC_ACCOUNT_TAG) &&
        !irc_has(irc, IRC_ACCOUNT_NOTIFY)) {
        LOG(LOG_WARN, "irc_nobody_has_an_account", LOG_S("network", irc->network.name));
    }
    irc_joining_go_on(irc);
}

// What the wire tells.

static void on_connected(void *context) {
    struct irc *irc = context;
    irc->stage = IRC_SIGNING_ON;
    irc_signon_start(&irc->signon, &irc->options, irc->secure, irc_wire_out(irc->wire));
    irc_wire_flush(irc->wire);
    irc_watch_start(&irc->watch, clock_mono_ms());
    irc_timer_start(irc->look, irc->secure ? SIGN_ON_MS : CAPABILITIES_MS);
}

static void on_line(void *context, struct slice line) {
    irc_receive_line(context, line);
}

static void on_drained(void *context) {
    struct irc *irc = context;
    irc_watch_heard(&irc->watch, clock_mono_ms());
    if (!irc_receive_end(irc)) {
        return;
    }
    say_all(irc);
    if (irc_wire_pending(irc->wire) > LIMIT_IRC_UNSENT_BYTES) {
        irc_connection_lose(irc, "the server takes nothing", false);
    }
}

static void on_written(void *context) {
    say_all(context);
}

// A server password that is refused has no numeric on some servers, only an ERROR.
static bool blames_password(const struct irc *irc) {
    struct slice text = buf_slice(&irc->farewell);
    while (text.len > 0 && !slice_starts_nocase(text, "password")) {
        text = slice_from(text, 1);
    }
    return irc->stage == IRC_SIGNING_ON && text.len > 0;
}

static void on_ended(void *context, enum irc_wire_end end, const char *reason) {
    struct irc *irc = context;
    bool refused = end == IRC_WIRE_CERTIFICATE || blames_password(irc);
    char *farewell = irc->farewell.len > 0 ? buf_take(&irc->farewell) : NULL;
    on_lost(irc, farewell != NULL ? farewell : reason, refused);
    free(farewell);
}

static const struct irc_wire_events wire_events = {
    .connected = on_connected,
    .line = on_line,
    .drained = on_drained,
    .written = on_written,
    .ended = on_ended,
};

// What irc.c asks for.

void irc_connection_say_soon(struct irc *irc) {
    event_active(irc->pump, EV_TIMEOUT, 0);
}

void irc_connection_be_patient(struct irc *irc) {
    int64_t said_ms = irc_delivery_control_ms(&irc->delivery, clock_mono_ms());
    irc_timer_start(irc->patience, said_ms + PATIENCE_MS);
}

void irc_connection_start(struct irc *irc) {
    irc_timer_start(irc->retry, 0);
}

void irc_connection_retry(struct irc *irc) {
    irc_channels_forgive(&irc->channels);
    if (irc->stage == IRC_ON) {
        event_active(irc->joins, EV_TIMEOUT, 0);
    } else if (irc->stage == IRC_AWAY) {
        irc->failures = 0;
        forget_refusal(irc);
        irc_timer_start(irc->retry, 0);
    }
}

void irc_connection_stop(struct irc *irc) {
    if (irc->stage == IRC_SIGNING_ON || irc->stage == IRC_ON) {
        buf_printf(irc_wire_out(irc->wire), "QUIT :usher %s\r\n",
                   irc_only_looks(irc) ? "checks" : "stops");
        irc_wire_flush(irc->wire);
    }
    irc->stage = IRC_STOPPED;
    irc->told = IRC_TOLD_DOWN;
    irc_wire_close(irc->wire);
    event_del(irc->retry);
    forget_connection(irc);
}

void irc_connection_init(struct irc *irc, struct event_base *base) {
    irc->retry = irc_timer_create(base, on_retry, irc);
    irc->look = irc_timer_create(base, on_look, irc);
    irc->joins = irc_timer_create(base, on_joins, irc);
    irc->pump = irc_timer_create(base, on_pump, irc);
    irc->prove = irc_timer_create(base, on_prove, irc);
    irc->regain.timer = irc_timer_create(base, on_regain, irc);
    irc->patience = irc_timer_create(base, on_patience, irc);
    irc->wire = irc_wire_create(
        &(struct irc_wire_options){.host = irc->options.host,
                                   .ca_file = irc->options.ca_file,
                                   .fingerprint = irc->options.fingerprint,
                                   .client_cert_file = irc->options.client_cert_file,
                                   .proxy = irc->options.proxy},
        base, &wire_events, irc);
}

void irc_connection_finish(struct irc *irc) {
    struct event *const timers[] = {irc->retry,   irc->look,  irc->joins,
                                    irc->pump,    irc->prove, irc->regain.timer,
                                    irc->patience};
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        event_free(timers[i]);
    }
    irc_wire_destroy(irc->wire);
    irc_library_destroy(irc->library);
    irc_nickserv_clear(irc);
    forget_refusal(irc);
    free(irc->reason);
    free(irc->unidentified);
}
