// SPDX-License-Identifier: MIT
#include "app/app.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/exit_codes.h"
#include "app/networks.h"
#include "app/reload.h"
#include "app/turn.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"

static void on_timer(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    (void)context; // its work is done at the end of the turn that it begins
}

static void on_end_signal(evutil_socket_t number, short what, void *context) {
    (void)what;
    struct app *app = context;
    LOG(LOG_INFO, "stopping", LOG_N("signal", number));
    if (app->stopping_mono_ms == 0) {
        app->stopping_mono_ms = clock_mono_ms();
    }
}

static void on_reload_signal(evutil_socket_t number, short what, void *context) {
    (void)number;
    (void)what;
    struct app *app = context;
    app->reload_wanted = true;
}

static void on_loop_message(int severity, const char *text) {
    LOG(severity >= EVENT_LOG_WARN ? LOG_WARN : LOG_DEBUG, "loop", LOG_S("text", text));
}

static bool make_loop(struct app *app) {
    event_set_log_callback(on_loop_message);
    app->base = event_base_new();
    if (app->base == NULL) {
        return false;
    }
    app->timer = event_new(app->base, -1, 0, on_timer, app);
    app->signals[0] = evsignal_new(app->base, SIGTERM, on_end_signal, app);
    app->signals[1] = evsignal_new(app->base, SIGINT, on_end_signal, app);
    app->signals[2] = evsignal_new(app->base, SIGHUP, on_reload_signal, app);
    for (size_t i = 0; i < 3; i++) {
        event_add(app->signals[i], NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    return true;
}

static void finish(struct app *app) {
    networks_destroy(app);
    for (size_t i = 0; app->programmes != NULL && i < app->config.workshop_count; i++) {
        programme_finish(&app->programmes[i]);
    }
    free(app->programmes);
    pending_finish(&app->pending);
    chat_destroy(app->chat);
    outbox_destroy(app->outbox);
    store_close(app->store);
    config_finish(&app->config);
    for (size_t i = 0; i < 3; i++) {
        if (app->signals[i] != NULL) {
            event_free(app->signals[i]);
        }
    }
    if (app->timer != NULL) {
        event_free(app->timer);
    }
    if (app->base != NULL) {
        event_base_free(app->base);
    }
}

static int load_config(struct app *app) {
    struct mistakes mistakes = {0};
    config_load(app->config_file, &app->config, &mistakes);
    struct buf line = {0};
    for (size_t i = 0; i < mistakes.count; i++) {
        buf_clear(&line);
        mistake_add_line(&mistakes.items[i], &line);
        fprintf(stderr, "%s\n", buf_str(&line));
    }
    buf_finish(&line);
    bool usable = mistakes.mistake_count == 0;
    mistakes_finish(&mistakes);
    return usable ? EXIT_WELL : EXIT_INPUT;
}

static int open_store(struct app *app) {
    struct error error = {0};
    enum err err = store_open(app->config.store, STORE_OWNER, clock_now_ms(app->clock),
                              &app->store, &error);
    for (size_t i = 0; i < app->config.workshop_count && err == OK; i++) {
        err = programme_number_sessions(app->store, &app->config.workshops[i]);
        agenda_sort(&app->config.workshops[i].agenda);
    }
    if (err == OK) {
        err = store_commit(app->store);
    }
    if (err != OK) {
        LOG(LOG_ERROR, "store_unavailable", LOG_S("reason", error_text(&error)));
    }
    error_finish(&error);
    return err == OK ? EXIT_WELL : EXIT_UNAVAILABLE;
}

static void wire(struct app *app) {
    app->outbox = outbox_create(app->store, networks_send, app);
    app->desk = (struct desk){
        .store = app->store,
        .outbox = app->outbox,
        .workshops = app->config.workshops,
        .workshop_count = app->config.workshop_count,
        .now_ms = clock_now_ms(app->clock),
        .has_member = networks_has_member,
        .is_operator = networks_is_operator,
        .can_edit = networks_can_edit,
        .welcome = networks_welcome,
        .context = app,
    };
    app->chat = chat_create(&app->desk);
    app->programmes = mem_alloc(app->config.workshop_count, sizeof *app->programmes);
    for (size_t i = 0; i < app->config.workshop_count; i++) {
        programme_plan(&app->programmes[i], &app->desk, &app->config.workshops[i]);
    }
    networks_create(app);
}

// The flush is over when nothing waits for a network that could take it, or its
// time is.
static bool is_over(const struct app *app) {
    return app->stopping_mono_ms != 0 &&
           (!outbox_is_busy(app->outbox) ||
            clock_mono_ms() - app->stopping_mono_ms >= LIMIT_FLUSH_MS);
}

static void loop(struct app *app) {
    networks_start(app);
    turn_end(app);
    while (!is_over(app)) {
        event_base_loop(app->base, EVLOOP_ONCE);
        turn_end(app);
        if (app->reload_wanted) {
            app->reload_wanted = false;
            reload(app);
            turn_end(app);
        }
    }
    networks_stop(app);
    LOG(LOG_INFO, "stopped", LOG_S("config", app->config_file));
}

int app_run(const char *config_file, const struct clock *clock) {
    struct app app = {.config_file = config_file, .clock = clock};
    int code = load_config(&app);
    if (code == EXIT_WELL) {
        code = open_store(&app);
    }
    if (code == EXIT_WELL && !make_loop(&app)) {
        code = EXIT_INTERNAL;
    }
    if (code == EXIT_WELL) {
        wire(&app);
        loop(&app);
    }
    finish(&app);
    return code;
}
