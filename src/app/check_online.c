// SPDX-License-Identifier: MIT
#include "app/check_online.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/check_rooms.h"
#include "app/networks.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "store/store.h"

// The loop of the check: networks with a receiver that collects what they tell.

struct looking {
    struct event_base *base;
    struct event *timer;
    struct event *signals[2];
    struct store *store; // NULL: none yet
    struct check_network *networks;
    size_t network_count;
    bool late, interrupted;
};

// --- what the networks tell ---

static struct check_network *find(const struct looking *looking,
                                  const struct network *network) {
    size_t i = 0;
    while (looking->networks[i].network != network) {
        i++;
    }
    return &looking->networks[i];
}

static void on_trouble(void *context, struct network *network, const char *room,
                       const char *text) {
    struct check_network *one = find(context, network);
    free(table_set(&one->troubles, room != NULL ? room : "", mem_copy(text)));
}

static void on_up(void *context, struct network *network) {
    find(context, network)->link = CHECK_UP;
}

static void on_down(void *context, struct network *network) {
    find(context, network)->link = CHECK_DOWN;
}

// A token that is kept is used, so that the bot makes no other device.
static char *on_recall(void *context, const struct network *network, const char *key) {
    const struct looking *looking = context;
    return looking->store != NULL ? store_get_state(looking->store, network->name, key)
                                  : NULL;
}

static void on_remember(void *context, const struct network *network, const char *key,
                        const char *value) {
    (void)context;
    (void)network;
    (void)key;
    (void)value;
}

static void on_message(void *context, struct network *network,
                       const struct incoming *incoming) {
    (void)context;
    (void)network;
    (void)incoming;
}

static void on_position(void *context, struct network *network, const char *key,
                        const char *position) {
    (void)context;
    (void)network;
    (void)key;
    (void)position;
}

// Nothing is ever sent, and what only looks does not end by itself: the others are not
// told.
static const struct network_events events = {
    .only_looks = true,
    .message = on_message,
    .position = on_position,
    .trouble = on_trouble,
    .recall = on_recall,
    .remember = on_remember,
    .up = on_up,
    .down = on_down,
};

// --- the loop ---

static void on_late(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct looking *looking = context;
    looking->late = true;
}

static void on_signal(evutil_socket_t number, short what, void *context) {
    (void)number;
    (void)what;
    struct looking *looking = context;
    looking->late = looking->interrupted = true;
}

static void wait_at_most(struct looking *looking, int64_t wait_ms) {
    struct timeval wait = {.tv_sec = wait_ms / 1000,
                           .tv_usec = (wait_ms % 1000) * 1000};
    looking->late = false;
    event_add(looking->timer, &wait);
}

static bool is_waiting(const struct looking *looking) {
    for (size_t i = 0; i < looking->network_count; i++) {
        if (looking->networks[i].link == CHECK_WAITING) {
            return true;
        }
    }
    return false;
}

static bool is_leaving(const struct looking *looking) {
    for (size_t i = 0; i < looking->network_count; i++) {
        const struct network *network = looking->networks[i].network;
        if (network->functions->is_leaving != NULL &&
            network->functions->is_leaving(network)) {
            return true;
        }
    }
    return false;
}

static size_t count_rooms(const struct config *config) {
    size_t count = 0;
    for (size_t i = 0; i < config->workshop_count; i++) {
        const struct workshop *workshop = &config->workshops[i];
        count += workshop->room_count + workshop->moderator_room_count;
    }
    return count;
}

static void look(struct looking *looking, const struct config *config) {
    for (size_t i = 0; i < looking->network_count; i++) {
        struct network *network = looking->networks[i].network;
        network->functions->start(network);
    }
    wait_at_most(looking,
                 LIMIT_CHECK_MS + LIMIT_CHECK_ROOM_MS * (int64_t)count_rooms(config));
    while (!looking->late && is_waiting(looking)) {
        event_base_loop(looking->base, EVLOOP_ONCE);
    }
}

static void leave(struct looking *looking) {
    for (size_t i = 0; i < looking->network_count; i++) {
        struct network *network = looking->networks[i].network;
        network->functions->stop(network);
    }
    wait_at_most(looking, LIMIT_FLUSH_MS);
    while (!looking->late && is_leaving(looking)) {
        event_base_loop(looking->base, EVLOOP_ONCE);
    }
}

// --- beginning and end ---

static bool make_loop(struct looking *looking) {
    looking->base = event_base_new();
    if (looking->base == NULL) {
        return false;
    }
    looking->timer = event_new(looking->base, -1, 0, on_late, looking);
    looking->signals[0] = evsignal_new(looking->base, SIGINT, on_signal, looking);
    looking->signals[1] = evsignal_new(looking->base, SIGTERM, on_signal, looking);
    event_add(looking->signals[0], NULL);
    event_add(looking->signals[1], NULL);
    signal(SIGPIPE, SIG_IGN);
    return true;
}

// The console has nothing to find out.
static void make_networks(struct looking *looking, const struct config *config) {
    looking->networks = mem_alloc(config->network_count, sizeof *looking->networks);
    for (size_t i = 0; i < config->network_count; i++) {
        const struct config_network *one = &config->networks[i];
        if (one->kind != CONFIG_CONSOLE) {
            looking->networks[looking->network_count++] = (struct check_network){
                .network = networks_make(one, looking->base, &events, looking)};
        }
    }
}

static void open_store(struct looking *looking, const struct config *config) {
    struct error error = {0};
    if (store_open(config->store, STORE_READER, clock_real_ms(), &looking->store,
                   &error) != OK) {
        looking->store = NULL; // the bot has not run yet
    }
    error_finish(&error);
}

static void finish_network(struct check_network *one) {
    size_t at = 0;
    const char *room = NULL;
    void *text = NULL;
    one->network->functions->destroy(one->network);
    while (table_next(&one->troubles, &at, &room, &text)) {
        free(text);
    }
    table_finish(&one->troubles);
}

static void finish(struct looking *looking) {
    for (size_t i = 0; i < looking->network_count; i++) {
        finish_network(&looking->networks[i]);
    }
    free(looking->networks);
    store_close(looking->store);
    event_free(looking->signals[0]);
    event_free(looking->signals[1]);
    event_free(looking->timer);
    event_base_free(looking->base);
}

enum err check_online(const char *file, const struct config *config,
                      struct mistakes *mistakes, struct error *error) {
    struct looking looking = {0};
    if (!make_loop(&looking)) {
        return error_set(error, ERR_UNAVAILABLE, "failed to make an event loop");
    }
    open_store(&looking, config);
    make_networks(&looking, config);
    look(&looking, config);
    bool interrupted = looking.interrupted;
    if (!interrupted) {
        check_rooms(file, config, looking.networks, looking.network_count, mistakes);
    }
    leave(&looking);
    finish(&looking);
    return interrupted ? error_set(error, ERR_IO, "interrupted") : OK;
}
