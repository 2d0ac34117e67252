// SPDX-License-Identifier: MIT
#include "app/networks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "app/turn.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/console/console.h"

static struct app_network *find(const struct app *app, const char *name) {
    for (size_t i = 0; i < app->network_count; i++) {
        if (strcmp(app->networks[i].config->name, name) == 0) {
            return &app->networks[i];
        }
    }
    return NULL;
}

static void on_message(void *context, struct network *network,
                       const struct incoming *incoming) {
    (void)network;
    struct app *app = context;
    if (app->stopping_mono_ms == 0) {
        turn_take(app, incoming);
    }
}

static void on_position(void *context, struct network *network, const char *key,
                        const char *position) {
    struct app *app = context;
    if (app->stopping_mono_ms != 0) {
        return; // what was told is not handled any more, so it must come again
    }
    positions_move(&find(app, network->name)->positions, app->store, network->name, key,
                   position);
}

static bool has_room(const struct workshop *workshop, const struct network *network,
                     const char *room) {
    return room == NULL || workshop_has_room(workshop, network->name, room) ||
           workshop_has_moderator_room(workshop, network->name, room);
}

// The moderators of the workshops that the room, or the network, is of.
static void on_trouble(void *context, struct network *network, const char *room,
                       const char *text) {
    struct app *app = context;
    LOG(LOG_WARN, "trouble", LOG_S("network", network->name),
        LOG_S("room", room != NULL ? room : ""), LOG_S("text", text));
    char *line = str_printf("%s: %s", network->name, text);
    for (size_t i = 0; i < app->desk.workshop_count; i++) {
        const struct workshop *workshop = &app->desk.workshops[i];
        if (has_room(workshop, network, room) &&
            desk_say_to_moderators(&app->desk, workshop, line) != OK) {
            LOG(LOG_WARN, "trouble_not_told", LOG_S("workshop", workshop->id));
        }
    }
    free(line);
}

static void on_delivered(void *context, struct network *network, uint64_t id,
                         const char *event) {
    const struct app *app = context;
    outbox_done(app->outbox, network->name, id, event);
}

static void on_refused(void *context, struct network *network, uint64_t id,
                       const char *reason) {
    const struct app *app = context;
    LOG(LOG_WARN, "message_refused", LOG_S("network", network->name),
        LOG_S("reason", reason));
    outbox_done(app->outbox, network->name, id, NULL);
}

static void say_ready(struct app *app) {
    for (size_t i = 0; i < app->network_count; i++) {
        if (!app->networks[i].tried) {
            return;
        }
    }
    if (!app->ready) {
        app->ready = true;
        LOG(LOG_INFO, "ready", LOG_N("networks", app->network_count),
            LOG_N("workshops", app->config.workshop_count));
    }
}

static void on_up(void *context, struct network *network) {
    struct app *app = context;
    LOG(LOG_INFO, "up", LOG_S("network", network->name));
    outbox_network_up(app->outbox, network->name);
    find(app, network->name)->tried = true;
    say_ready(app);
}

static void on_down(void *context, struct network *network) {
    struct app *app = context;
    LOG(LOG_WARN, "down", LOG_S("network", network->name));
    outbox_network_down(app->outbox, network->name);
    find(app, network->name)->tried = true;
    say_ready(app);
}

// End of a console's input ends the bot when nothing else is there; /quit always.
static void on_ended(void *context, struct network *network, bool by_command) {
    struct app *app = context;
    LOG(LOG_INFO, "ended", LOG_S("network", network->name));
    if (by_command || app->network_count == 1) {
        app->stopping_mono_ms = clock_mono_ms();
    }
}

static char *on_recall(void *context, const struct network *network, const char *key) {
    const struct app *app = context;
    return store_get_state(app->store, network->name, key);
}

static void on_remember(void *context, const struct network *network, const char *key,
                        const char *value) {
    const struct app *app = context;
    if (store_set_state(app->store, network->name, key, value) != OK) {
        LOG(LOG_ERROR, "state_not_stored", LOG_S("network", network->name),
            LOG_S("key", key));
    }
}

static const struct network_events events = {
    .message = on_message,
    .position = on_position,
    .trouble = on_trouble,
    .recall = on_recall,
    .remember = on_remember,
    .delivered = on_delivered,
    .refused = on_refused,
    .up = on_up,
    .down = on_down,
    .ended = on_ended,
};

struct network *networks_make(const struct config_network *config,
                              struct event_base *base,
                              const struct network_events *told, void *context) {
    switch (config->kind) {
    case CONFIG_IRC:
        return irc_create(config->name, &config->irc, base, told, context);
    case CONFIG_MATRIX:
        return matrix_create(config->name, &config->matrix, base, told, context);
    case CONFIG_CONSOLE:
        break;
    }
    return console_create(config->name, config->console_room, base, told, context);
}

static void open_network(struct app *app, struct app_network *one,
                         const struct config_network *config) {
    outbox_add_network(app->outbox, config->name);
    one->config = config;
    one->network = networks_make(config, app->base, &events, app);
}

void networks_create(struct app *app) {
    app->network_count = app->config.network_count;
    app->networks = mem_alloc(app->network_count, sizeof *app->networks);
    for (size_t i = 0; i < app->network_count; i++) {
        open_network(app, &app->networks[i], &app->config.networks[i]);
    }
}

void networks_start(struct app *app) {
    for (size_t i = 0; i < app->network_count; i++) {
        app->networks[i].network->functions->start(app->networks[i].network);
    }
}

static void close_network(struct app *app, struct app_network *one) {
    LOG(LOG_INFO, "closed", LOG_S("network", one->config->name));
    outbox_network_down(app->outbox, one->config->name);
    one->network->functions->stop(one->network);
    one->network->functions->destroy(one->network);
    positions_finish(&one->positions);
}

static const struct config_network *same_in(const struct config *fresh,
                                            const struct app_network *one) {
    for (size_t i = 0; i < fresh->network_count; i++) {
        if (config_network_same(&fresh->networks[i], one->config)) {
            return &fresh->networks[i];
        }
    }
    return NULL;
}

static void retry(struct network *network) {
    if (network->functions->retry != NULL) {
        network->functions->retry(network);
    }
}

static bool is_open(const struct app_network *networks, size_t count,
                    const struct config_network *config) {
    for (size_t i = 0; i < count; i++) {
        if (networks[i].config == config) {
            return true;
        }
    }
    return false;
}

void networks_change(struct app *app, const struct config *fresh) {
    assert(fresh->networks != NULL || fresh->network_count == 0);
    struct app_network *networks = mem_alloc(fresh->network_count, sizeof *networks);
    size_t kept = 0;
    for (size_t i = 0; i < app->network_count; i++) {
        struct app_network *one = &app->networks[i];
        const struct config_network *same = same_in(fresh, one);
        if (same == NULL) {
            close_network(app, one);
        } else {
            networks[kept] = *one;
            networks[kept++].config = same;
            retry(one->network);
        }
    }
    free(app->networks);
    app->networks = networks;
    app->network_count = kept;
    for (size_t i = 0; i < fresh->network_count; i++) {
        if (!is_open(networks, kept, &fresh->networks[i])) {
            struct app_network *one = &networks[app->network_count++];
            open_network(app, one, &fresh->networks[i]);
            one->network->functions->start(one->network);
        }
    }
}

void networks_stop(struct app *app) {
    for (size_t i = 0; i < app->network_count; i++) {
        app->networks[i].network->functions->stop(app->networks[i].network);
    }
}

void networks_destroy(struct app *app) {
    for (size_t i = 0; i < app->network_count; i++) {
        app->networks[i].network->functions->destroy(app->networks[i].network);
        positions_finish(&app->networks[i].positions);
    }
    free(app->networks);
    app->networks = NULL;
    app->network_count = 0;
}

void networks_send(void *context, const struct outbox_item *item) {
    const struct app *app = context;
    const struct app_network *to = find(app, item->target.network);
    if (to == NULL) {
        return; // closed by a reload; its queue is down
    }
    const struct outgoing outgoing = {
        .id = item->id,
        .transaction = item->transaction,
        .target = item->target,
        .text = item->text,
        .html = item->html,
        .priority = item->priority,
    };
    to->network->functions->send(to->network, &outgoing);
}

void networks_welcome(void *context, const char *network, const char *identity) {
    const struct app *app = context;
    const struct app_network *one = find(app, network);
    if (one != NULL && one->network->functions->welcome != NULL) {
        one->network->functions->welcome(one->network, identity);
    }
}

bool networks_is_operator(void *context, const char *network, const char *room,
                          const char *identity) {
    const struct app *app = context;
    const struct app_network *one = find(app, network);
    return one != NULL && one->network->functions->is_operator != NULL &&
           one->network->functions->is_operator(one->network, room, identity);
}

bool networks_can_edit(void *context, const char *network) {
    const struct app *app = context;
    const struct app_network *one = find(app, network);
    return one != NULL && one->network->functions->can_edit;
}

bool networks_has_member(void *context, const char *network, const char *room,
                         const char *identity) {
    const struct app *app = context;
    const struct app_network *one = find(app, network);
    return one != NULL &&
           one->network->functions->has_member(one->network, room, identity);
}
