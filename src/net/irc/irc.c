// SPDX-License-Identifier: MIT
#include "net/irc/irc.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/irc/connection.h"
#include "net/irc/nick.h"
#include "net/irc/settings.h"
#include "net/irc/timer.h"

enum {
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 5 * 60 * 1000,
    STABLE_MS = 10 * 1000, // a connection that lasted so long was a good one
    SIGN_ON_MS = 60 * 1000,
    WIRE_BYTES_MAX = 64 * 1024,    // more waits in the queue
    UNKNOWN_MASK_LEN = 6 + 1 + 63, // "~usher@" and the longest host name in IRC
};

static struct irc *irc_of(struct network *network) {
    return (struct irc *)network; // its first member
}

static int64_t next_wait_ms(struct irc *irc) {
    int64_t wait_ms =
        irc_timer_growing_ms(FIRST_WAIT_MS, LONGEST_WAIT_MS, irc->failures);
    irc->failures++;
    return irc_timer_jittered_ms(wait_ms);
}

static void forget_connection(struct irc *irc) {
    event_del(irc->look);
    event_del(irc->joins);
    event_del(irc->pump);
    event_del(irc->regain.timer);
    irc_library_discard(irc->library);
    irc_users_clear(&irc->users);
    irc_delivery_clear(&irc->delivery, clock_mono_ms());
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

// The connection is over already, in whichever stage it was.
static void on_lost(struct irc *irc, const char *reason, bool refused) {
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
    irc->stage = IRC_AWAY;
    forget_connection(irc);
    irc_timer_start(irc->retry, wait_ms);
    if (irc->told != IRC_TOLD_DOWN) {
        irc->told = IRC_TOLD_DOWN;
        irc->network.events->down(irc->network.context, &irc->network);
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
    irc_wire_open(irc->wire);
}

// A server that has said nothing at all has refused nothing.
static void give_up_sign_on(struct irc *irc) {
    if (irc->watch.silent) {
        irc_connection_lose(irc, "the server does not answer", false);
        return;
    }
    bool refused = irc_signon_time_out(&irc->signon) == IRC_SIGNON_REFUSED;
    irc_connection_lose(irc, buf_str(&irc->signon.reason), refused);
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
    irc_connection_check_channels(context);
    say_all(context);
}

static void on_regain(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    irc_nick_try(context);
    say_all(context);
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
    irc->delivery.echo = (irc->signon.enabled & IRC_ECHO_MESSAGE) != 0;
    irc_timer_start(irc->look, IRC_WATCH_SILENCE_MS);
    LOG(LOG_INFO, "irc_signed_on", LOG_S("network", irc->network.name),
        LOG_S("nick", buf_str(&irc->nick)));
    irc_nick_signed_on(irc);
    irc_connection_check_channels(irc);
}

static void give_up_unanswered(struct irc *irc, int64_t now_ms) {
    int64_t number = irc_channels_expire(&irc->channels, now_ms);
    while (number != IRC_NO_CHANNEL) {
        LOG(LOG_WARN, "irc_join_unanswered", LOG_S("network", irc->network.name),
            LOG_S("room", irc->channels.names[number].name));
        number = irc_channels_expire(&irc->channels, now_ms);
    }
}

void irc_connection_check_channels(struct irc *irc) {
    int64_t now_ms = clock_mono_ms();
    struct buf line = {0};
    give_up_unanswered(irc, now_ms);
    while (irc_channels_add_join(&irc->channels, now_ms, &line)) {
        irc_delivery_add_raw(&irc->delivery, IRC_CLASS_CONTROL, buf_str(&line));
        buf_clear(&line);
    }
    buf_finish(&line);
    event_del(irc->joins);
    int64_t due_ms = irc_channels_next_due(&irc->channels);
    if (due_ms != INT64_MAX) {
        irc_timer_start(irc->joins, due_ms > now_ms ? due_ms - now_ms : 0);
    }
    if (irc->told != IRC_TOLD_UP && irc->channels.unsettled == 0) {
        irc->told = IRC_TOLD_UP;
        irc->network.events->up(irc->network.context, &irc->network);
    }
}

// What the wire tells.

static void on_connected(void *context) {
    struct irc *irc = context;
    irc->stage = IRC_SIGNING_ON;
    irc_signon_start(&irc->signon, &irc->options, irc_wire_out(irc->wire));
    irc_wire_flush(irc->wire);
    irc_watch_start(&irc->watch, clock_mono_ms());
    irc_timer_start(irc->look, SIGN_ON_MS);
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

// What the delivery tells.

static void on_delivered(void *context, uint64_t id) {
    struct irc *irc = context;
    irc->network.events->delivered(irc->network.context, &irc->network, id);
}

static void on_refused(void *context, uint64_t id, const char *reason) {
    struct irc *irc = context;
    irc->network.events->refused(irc->network.context, &irc->network, id, reason);
}

static const struct irc_delivery_events delivery_events = {
    .delivered = on_delivered,
    .refused = on_refused,
};

// The functions of the network.

static void start(struct network *network) {
    irc_timer_start(irc_of(network)->retry, 0);
}

static void send_message(struct network *network, const struct outgoing *outgoing) {
    struct irc *irc = irc_of(network);
    if (irc->told != IRC_TOLD_UP) {
        return; // given again after `up`
    }
    irc_delivery_add(&irc->delivery, outgoing);
    event_active(irc->pump, EV_TIMEOUT, 0);
}

static bool has_member(const struct network *network, const char *room,
                       const char *identity) {
    const struct irc *irc = (const struct irc *)network;
    int64_t number = irc_channels_find(&irc->channels, slice_of(room));
    return number != IRC_NO_CHANNEL &&
           irc_users_has_member(&irc->users, (uint32_t)number, identity);
}

static void retry(struct network *network) {
    struct irc *irc = irc_of(network);
    irc_channels_forgive(&irc->channels);
    if (irc->stage == IRC_ON) {
        event_active(irc->joins, EV_TIMEOUT, 0);
    } else if (irc->stage == IRC_AWAY) {
        irc->failures = 0;
        forget_refusal(irc);
        irc_timer_start(irc->retry, 0);
    }
}

static void stop(struct network *network) {
    struct irc *irc = irc_of(network);
    if (irc->stage == IRC_SIGNING_ON || irc->stage == IRC_ON) {
        buf_add_str(irc_wire_out(irc->wire), "QUIT :usher stops\r\n");
        irc_wire_flush(irc->wire);
    }
    irc->stage = IRC_STOPPED;
    irc->told = IRC_TOLD_DOWN;
    irc_wire_close(irc->wire);
    event_del(irc->retry);
    forget_connection(irc);
}

static void destroy(struct network *network) {
    if (network == NULL) {
        return;
    }
    struct irc *irc = irc_of(network);
    event_free(irc->retry);
    event_free(irc->look);
    event_free(irc->joins);
    event_free(irc->pump);
    event_free(irc->regain.timer);
    irc_wire_destroy(irc->wire);
    irc_library_destroy(irc->library);
    irc_delivery_finish(&irc->delivery);
    irc_channels_finish(&irc->channels);
    irc_users_finish(&irc->users);
    irc_isupport_finish(&irc->isupport);
    irc_signon_finish(&irc->signon);
    irc_settings_finish(&irc->options);
    buf_finish(&irc->nick);
    buf_finish(&irc->farewell);
    buf_finish(&irc->tag);
    buf_finish(&irc->plain);
    buf_finish(&irc->event);
    forget_refusal(irc);
    free(irc->network.name);
    free(irc);
}

static const struct network_functions functions = {
    .start = start,
    .send = send_message,
    .has_member = has_member,
    .retry = retry,
    .stop = stop,
    .destroy = destroy,
};

struct network *irc_create(const char *name, const struct irc_options *options,
                           struct event_base *base, const struct network_events *events,
                           void *context) {
    struct irc *irc = mem_alloc(1, sizeof *irc);
    irc->network = (struct network){.functions = &functions,
                                    .events = events,
                                    .context = context,
                                    .name = mem_copy(name)};
    irc_settings_copy(&irc->options, options);
    irc_isupport_init(&irc->isupport);
    irc_users_init(&irc->users, &irc->isupport, LIMIT_IRC_USERS);
    irc_channels_init(&irc->channels, irc->options.channels, irc->options.channel_count,
                      &irc->isupport);
    irc_delivery_init(&irc->delivery, &irc->options, &delivery_events, irc);
    irc->delivery.isupport = &irc->isupport;
    irc->delivery.users = &irc->users;
    irc->delivery.channels = &irc->channels;
    irc->retry = irc_timer_create(base, on_retry, irc);
    irc->look = irc_timer_create(base, on_look, irc);
    irc->joins = irc_timer_create(base, on_joins, irc);
    irc->pump = irc_timer_create(base, on_pump, irc);
    irc->regain.timer = irc_timer_create(base, on_regain, irc);
    irc->wire =
        irc_wire_create(&(struct irc_wire_options){.host = irc->options.host,
                                                   .port = irc->options.port,
                                                   .tls = irc->options.tls,
                                                   .ca_file = irc->options.ca_file,
                                                   .proxy = irc->options.proxy},
                        base, &wire_events, irc);
    irc->started_ms = clock_real_ms();
    return &irc->network;
}
