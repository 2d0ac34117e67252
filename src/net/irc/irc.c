// SPDX-License-Identifier: MIT
#include "net/irc/irc.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/irc/connection.h"
#include "net/irc/settings.h"

enum {
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 5 * 60 * 1000,
    STABLE_MS = 10 * 1000, // a connection that lasted so long was a good one
    SIGN_ON_MS = 60 * 1000,
    CAPABILITIES_MS = 5 * 1000,    // until a plain server passes for one without
    PATIENCE_MS = 30 * 1000,       // for the answer to a request for history
    SILENCE_MS = 60 * 1000,        // then PING, and as long again for the PONG
    WIRE_BYTES_MAX = 64 * 1024,    // more waits in the queue
    UNKNOWN_MASK_LEN = 6 + 1 + 63, // "~usher@" and the longest host name in IRC
};

static struct irc *irc_of(struct network *network) {
    return (struct irc *)network; // its first member
}

static void arm(struct event *timer, int64_t wait_ms) {
    struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};
    event_add(timer, &wait);
}

// Half of the wait and a random part of the other half: clients that lost their
// server together do not come back together.
static int64_t jittered(int64_t wait_ms) {
    uint32_t random = 0;
    (void)!getrandom(&random, sizeof random, 0);
    return wait_ms / 2 + (int64_t)(random % (uint32_t)(wait_ms / 2 + 1));
}

static int64_t next_wait_ms(struct irc *irc) {
    int64_t wait_ms = FIRST_WAIT_MS;
    for (size_t i = 0; i < irc->failures && wait_ms < LONGEST_WAIT_MS; i++) {
        wait_ms *= 2;
    }
    irc->failures++;
    return jittered(wait_ms < LONGEST_WAIT_MS ? wait_ms : LONGEST_WAIT_MS);
}

static void forget_connection(struct irc *irc) {
    event_del(irc->watch);
    event_del(irc->joins);
    event_del(irc->pump);
    event_del(irc->patience);
    irc_library_discard(irc->library);
    irc_users_clear(&irc->users);
    irc_users_clear(&irc->past);
    irc_delivery_clear(&irc->delivery, clock_mono_ms());
    irc_nickserv_clear(irc);
    irc_batches_clear(&irc->batches);
    irc_history_clear(&irc->history);
    buf_clear(&irc->farewell);
    irc->pinged = false;
}

static void log_refusal(struct irc *irc, const char *reason) {
    if (irc->refusal != NULL && strcmp(irc->refusal, reason) == 0) {
        return; // said once
    }
    free(irc->refusal);
    irc->refusal = mem_copy(reason);
    LOG(LOG_ERROR, "irc_refused", LOG_S("network", irc->network.name),
        LOG_S("reason", reason), LOG_N("retry_ms", LONGEST_WAIT_MS));
}

static void leave(struct irc *irc, int64_t wait_ms) {
    irc->stage = IRC_AWAY;
    forget_connection(irc);
    arm(irc->retry, wait_ms);
}

static void tell_down(struct irc *irc) {
    if (irc->told != IRC_TOLD_DOWN) {
        irc->told = IRC_TOLD_DOWN;
        irc->network.events->down(irc->network.context, &irc->network);
    }
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
            arm(irc->pump, wait_ms);
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

static void watch_sign_on(struct irc *irc) {
    enum irc_signon_result result =
        irc_signon_time_out(&irc->signon, irc_wire_out(irc->wire));
    if (result == IRC_SIGNON_GOING) {
        irc_wire_flush(irc->wire);
        arm(irc->watch, SIGN_ON_MS);
        return;
    }
    irc_connection_lose(irc, buf_str(&irc->signon.reason),
                        result == IRC_SIGNON_REFUSED);
}

// Silence: asks whether the server is there, then gives it up. The same PING finds
// messages whose echo has not come.
static void on_watch(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct irc *irc = context;
    if (irc->stage != IRC_ON) {
        watch_sign_on(irc);
        return;
    }
    irc_sts_refresh(irc);
    int64_t silent_ms = clock_mono_ms() - irc->received_ms;
    if (irc->pinged && silent_ms >= SILENCE_MS) {
        irc_connection_lose(irc, "the server does not answer PING", false);
        return;
    }
    if (silent_ms < SILENCE_MS && !irc_delivery_is_open(&irc->delivery)) {
        arm(irc->watch, SILENCE_MS - silent_ms);
        return;
    }
    irc->pinged = true;
    irc_delivery_add_ping(&irc->delivery, irc_wire_out(irc->wire));
    irc_wire_flush(irc->wire);
    arm(irc->watch, SILENCE_MS);
}

static void on_joins(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    irc_connection_check_channels(context);
    say_all(context);
}

static void on_patience(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct irc *irc = context;
    irc_history_time_out(&irc->history);
    say_all(irc);
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
    irc->received_ms = irc->on_since_ms;
    free(irc->refusal);
    irc->refusal = NULL;
    buf_clear(&irc->nick);
    buf_add_slice(&irc->nick, buf_slice(&irc->signon.nick));
    irc->mask_len = UNKNOWN_MASK_LEN;
    arm(irc->watch, SILENCE_MS);
    LOG(LOG_INFO, "irc_signed_on", LOG_S("network", irc->network.name),
        LOG_S("nick", buf_str(&irc->nick)));
    irc_nickserv_identify(irc);
    if (irc->options.accounts_only && !irc_has(irc, IRC_ACCOUNT_TAG) &&
        !irc_has(irc, IRC_ACCOUNT_NOTIFY)) {
        LOG(LOG_WARN, "irc_nobody_has_an_account", LOG_S("network", irc->network.name));
    }
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
    int64_t wait_ms = irc_nickserv_wait_ms(irc, now_ms);
    if (wait_ms > 0) {
        arm(irc->joins, wait_ms);
        return;
    }
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
        arm(irc->joins, due_ms > now_ms ? due_ms - now_ms : 0);
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
    irc_signon_start(&irc->signon, &irc->options, irc->secure, irc_wire_out(irc->wire));
    irc_wire_flush(irc->wire);
    arm(irc->watch, irc->secure ? SIGN_ON_MS : CAPABILITIES_MS);
}

static void on_line(void *context, struct slice line) {
    irc_receive_line(context, line);
}

static void on_drained(void *context) {
    struct irc *irc = context;
    irc->received_ms = clock_mono_ms();
    irc->pinged = false;
    if (!irc_receive_end(irc)) {
        return;
    }
    irc_wire_flush(irc->wire);
    if (irc_wire_pending(irc->wire) > LIMIT_IRC_WAITING_BYTES) {
        irc_connection_lose(irc, "the server does not take what it asks for", false);
        return;
    }
    say_all(irc);
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
    irc->network.events->delivered(irc->network.context, &irc->network, id, NULL);
}

static void on_refused(void *context, uint64_t id, const char *reason) {
    struct irc *irc = context;
    irc->network.events->refused(irc->network.context, &irc->network, id, reason);
}

static const struct irc_delivery_events delivery_events = {
    .delivered = on_delivered,
    .refused = on_refused,
};

// What the history tells.

static void on_history_ask(void *context, const char *line) {
    struct irc *irc = context;
    irc_delivery_add_raw(&irc->delivery, IRC_CLASS_CONTROL, line);
    event_active(irc->pump, EV_TIMEOUT, 0);
    arm(irc->patience, PATIENCE_MS);
}

static void on_history_tell(void *context, const struct incoming *incoming) {
    struct irc *irc = context;
    irc->network.events->message(irc->network.context, &irc->network, incoming);
}

static void on_history_position(void *context, const char *key, const char *position) {
    struct irc *irc = context;
    irc->network.events->position(irc->network.context, &irc->network, key, position);
}

static char *on_history_recall(void *context, const char *key) {
    const struct irc *irc = context;
    return irc->network.events->recall(irc->network.context, &irc->network, key);
}

static const struct irc_history_events history_events = {
    .ask = on_history_ask,
    .tell = on_history_tell,
    .position = on_history_position,
    .recall = on_history_recall,
};

// The functions of the network.

static void start(struct network *network) {
    arm(irc_of(network)->retry, 0);
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

// An account that is not followed may be somebody else's by now.
static bool is_operator(const struct network *network, const char *room,
                        const char *identity) {
    const struct irc *irc = (const struct irc *)network;
    int64_t number = irc_channels_find(&irc->channels, slice_of(room));
    bool is_followed = identity[0] == '~' || irc_has(irc, IRC_ACCOUNT_NOTIFY);
    return number != IRC_NO_CHANNEL && is_followed &&
           irc_users_has_mode(&irc->users, (uint32_t)number, identity,
                              irc->isupport.operator_modes);
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
    event_free(irc->watch);
    event_free(irc->joins);
    event_free(irc->pump);
    event_free(irc->patience);
    irc_wire_destroy(irc->wire);
    irc_library_destroy(irc->library);
    irc_delivery_finish(&irc->delivery);
    irc_batches_finish(&irc->batches);
    irc_history_finish(&irc->history);
    irc_users_finish(&irc->past);
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
    free(irc->refusal);
    free(irc->network.name);
    free(irc);
}

static const struct network_functions functions = {
    .start = start,
    .send = send_message,
    .has_member = has_member,
    .is_operator = is_operator,
    .stop = stop,
    .destroy = destroy,
};

static struct event *make_timer(struct irc *irc, struct event_base *base,
                                event_callback_fn callback) {
    struct event *timer = evtimer_new(base, callback, irc);
    if (timer == NULL) {
        abort(); // only for want of memory
    }
    return timer;
}

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
    irc_history_init(&irc->history, &history_events, irc, &irc->channels,
                     &irc->isupport);
    irc_users_init(&irc->past, &irc->isupport, LIMIT_IRC_USERS);
    irc->retry = make_timer(irc, base, on_retry);
    irc->watch = make_timer(irc, base, on_watch);
    irc->joins = make_timer(irc, base, on_joins);
    irc->pump = make_timer(irc, base, on_pump);
    irc->patience = make_timer(irc, base, on_patience);
    irc->wire = irc_wire_create(
        &(struct irc_wire_options){.host = irc->options.host,
                                   .ca_file = irc->options.ca_file,
                                   .fingerprint = irc->options.fingerprint,
                                   .client_cert_file = irc->options.client_cert_file,
                                   .proxy = irc->options.proxy},
        base, &wire_events, irc);
    irc->started_ms = clock_real_ms();
    return &irc->network;
}
