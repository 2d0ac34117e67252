// SPDX-License-Identifier: MIT
#include "app/reload.h"

#include <stdlib.h>
#include <string.h>

#include "app/networks.h"
#include "base/log.h"
#include "base/memory.h"

static void log_mistakes(const struct mistakes *mistakes) {
    struct buf line = {0};
    for (size_t i = 0; i < mistakes->count; i++) {
        buf_clear(&line);
        mistake_add_line(&mistakes->items[i], &line);
        LOG(LOG_WARN, "mistake", LOG_S("text", buf_str(&line)));
    }
    buf_finish(&line);
}

static enum err number_sessions(struct app *app, struct config *fresh) {
    enum err err = OK;
    for (size_t i = 0; i < fresh->workshop_count && err == OK; i++) {
        err = programme_number_sessions(app->store, &fresh->workshops[i]);
        agenda_sort(&fresh->workshops[i].agenda);
    }
    return err;
}

static void forget_programmes(struct app *app) {
    for (size_t i = 0; i < app->config.workshop_count; i++) {
        programme_finish(&app->programmes[i]);
    }
    free(app->programmes);
}

// The old configuration leaves with `fresh`.
static void swap(struct app *app, struct config *fresh) {
    if (strcmp(app->config.store, fresh->store) != 0) {
        LOG(LOG_WARN, "store_kept", LOG_S("reason", "another store needs a restart"));
    }
    forget_programmes(app);
    networks_change(app, fresh);
    struct config old = app->config;
    app->config = *fresh;
    *fresh = old;
    app->desk.workshops = app->config.workshops;
    app->desk.workshop_count = app->config.workshop_count;
    app->programmes = mem_alloc(app->config.workshop_count, sizeof *app->programmes);
    for (size_t i = 0; i < app->config.workshop_count; i++) {
        programme_plan(&app->programmes[i], &app->desk, &app->config.workshops[i]);
    }
}

void reload(struct app *app) {
    struct config fresh = {0};
    struct mistakes mistakes = {0};
    config_load(app->config_file, &fresh, &mistakes);
    log_mistakes(&mistakes);
    if (mistakes.mistake_count > 0) {
        LOG(LOG_ERROR, "reload_refused", LOG_N("mistakes", mistakes.mistake_count));
    } else if (number_sessions(app, &fresh) != OK || store_commit(app->store) != OK) {
        store_rollback(app->store);
        LOG(LOG_ERROR, "reload_refused", LOG_S("reason", "the store failed"));
    } else {
        swap(app, &fresh);
        LOG(LOG_INFO, "reloaded", LOG_N("networks", app->network_count),
            LOG_N("workshops", app->config.workshop_count));
    }
    mistakes_finish(&mistakes);
    config_finish(&fresh);
}
