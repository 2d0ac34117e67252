// SPDX-License-Identifier: MIT
#include "net/irc/irc.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "net/irc/connection.h"
#include "net/irc/inspect.h"
#include "net/irc/settings.h"

static struct irc *irc_of(struct network *network) {
    return (struct irc *)network; // its first member
}

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
    irc_connection_say_soon(irc);
    irc_connection_be_patient(irc);
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
    irc_connection_start(irc_of(network));
}

static void send_message(struct network *network, const struct outgoing *outgoing) {
    struct irc *irc = irc_of(network);
    if (irc->told != IRC_TOLD_UP) {
        return; // given again after `up`
    }
    irc_delivery_add(&irc->delivery, outgoing);
    irc_connection_say_soon(irc);
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

static void retry(struct network *network) {
    irc_connection_retry(irc_of(network));
}

static void stop(struct network *network) {
    irc_connection_stop(irc_of(network));
}

static void destroy(struct network *network) {
    if (network == NULL) {
        return;
    }
    struct irc *irc = irc_of(network);
    irc_connection_finish(irc);
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
    free(irc->network.name);
    free(irc);
}

static const struct network_functions functions = {
    .start = start,
    .send = send_message,
    .has_member = has_member,
    .is_operator = is_operator,
    .retry = retry,
    .inspect = irc_inspect,
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
    irc_history_init(&irc->history, &history_events, irc, &irc->channels,
                     &irc->isupport);
    irc_users_init(&irc->past, &irc->isupport, LIMIT_IRC_USERS);
    irc_connection_init(irc, base);
    irc->started_ms = clock_real_ms();
    return &irc->network;
}
