// SPDX-License-Identifier: MIT
#include "app/turn.h"

#include <event2/event.h>
#include <stdlib.h>

#include "actions/board.h"
#include "base/limits.h"
#include "base/log.h"

enum { RETRY_MS = 1000, ALARM_MS = 3600 * 1000 };

void turn_take(struct app *app, const struct incoming *incoming) {
    app->desk.now_ms = clock_now_ms(app->clock);
    chat_handle(app->chat, incoming);
    if (store_has_changes(app->store)) {
        pending_add(&app->pending, incoming);
    } else {
        outbox_committed(app->outbox); // answers that wait for no commit
    }
}

static enum err say_due(struct app *app) {
    enum err err = OK;
    for (size_t i = 0; i < app->config.workshop_count && err == OK; i++) {
        if (programme_next_ms(&app->programmes[i]) <= app->desk.now_ms) {
            err = programme_say_due(&app->programmes[i], &app->desk);
        }
    }
    return err;
}

// At once, too, when the network ends now, or may be opened anew by a reload.
static bool position_is_due(const struct app *app, const struct app_network *network) {
    bool at_once = store_has_changes(app->store) || app->stopping_mono_ms != 0 ||
                   app->reload_wanted;
    return at_once ? positions_have_moved(&network->positions)
                   : positions_are_due(&network->positions, clock_mono_ms());
}

static enum err store_positions(struct app *app) {
    enum err err = OK;
    for (size_t i = 0; i < app->network_count && err == OK; i++) {
        struct app_network *network = &app->networks[i];
        if (!position_is_due(app, network)) {
            continue;
        }
        err = outbox_store_answers(app->outbox, network->config->name);
        if (err == OK) {
            err =
                positions_write(&network->positions, app->store, network->config->name);
        }
    }
    return err;
}

static void plan_again(struct app *app) {
    for (size_t i = 0; i < app->config.workshop_count; i++) {
        if (programme_next_ms(&app->programmes[i]) <= app->desk.now_ms) {
            programme_plan(&app->programmes[i], &app->desk, &app->config.workshops[i]);
        }
    }
}

// Answers, since the store can't take rows.
static void alarm_workshop(struct app *app, const struct workshop *workshop,
                           struct message *message, struct outbox_answer *answer) {
    for (size_t i = 0; i < workshop->moderator_room_count; i++) {
        const struct room *room = &workshop->moderator_rooms[i];
        struct target target = {
            .kind = TARGET_ROOM, .network = room->network, .id = room->name};
        if (outbox_add_answer(app->outbox, &target, message, answer) == OK) {
            answer->part++;
        }
    }
}

static void alarm_moderators(struct app *app) {
    int64_t now_ms = clock_mono_ms();
    if (app->alarmed_mono_ms != 0 && now_ms - app->alarmed_mono_ms < ALARM_MS) {
        return;
    }
    app->alarmed_mono_ms = now_ms;
    struct message message = {0};
    message_line(&message, "My store refuses to write (is the disk full?). What is "
                           "said to me now is not kept; who asks is told so.");
    char *event = str_printf("alarm-%lld", (long long)clock_real_ms());
    struct outbox_answer answer = {.event = event, .priority = PRIORITY_NOTICE};
    for (size_t i = 0; i < app->config.workshop_count; i++) {
        alarm_workshop(app, &app->config.workshops[i], &message, &answer);
    }
    free(event);
    message_finish(&message);
}

static void handle_again(void *context, const struct incoming *incoming) {
    const struct app *app = context;
    chat_repeat(app->chat, incoming);
}

// The turn could not be stored: nothing of it has happened, and who said something
// is told.
static void turn_failed(struct app *app) {
    outbox_rolled_back(app->outbox);
    for (size_t i = 0; i < app->network_count; i++) {
        positions_rolled_back(&app->networks[i].positions);
    }
    app->retry_mono_ms = clock_mono_ms() + RETRY_MS;
    store_refuse_writes(app->store, true);
    pending_replay(&app->pending, handle_again, app);
    alarm_moderators(app);
    outbox_committed(app->outbox);
    store_refuse_writes(app->store, false);
}

static void commit(struct app *app) {
    if (store_commit(app->store) != OK) {
        turn_failed(app);
        return;
    }
    outbox_committed(app->outbox);
    for (size_t i = 0; i < app->network_count; i++) {
        positions_committed(&app->networks[i].positions);
    }
}

static int64_t sooner(int64_t a, int64_t b) {
    return a < b ? a : b;
}

// Real milliseconds until something is due by itself; INT64_MAX: nothing is.
static int64_t wait_ms(const struct app *app) {
    int64_t mono_ms = clock_mono_ms();
    int64_t wait = INT64_MAX;
    for (size_t i = 0; i < app->config.workshop_count; i++) {
        int64_t next_ms = programme_next_ms(&app->programmes[i]);
        if (next_ms != INT64_MAX) {
            wait = sooner(wait, clock_wait_ms(app->clock, next_ms));
        }
    }
    for (size_t i = 0; i < app->network_count; i++) {
        const struct positions *positions = &app->networks[i].positions;
        if (positions_have_moved(positions)) {
            wait = sooner(wait, positions->moved_mono_ms + LIMIT_POSITION_MS - mono_ms);
        }
    }
    if (app->stopping_mono_ms != 0) {
        wait = sooner(wait, app->stopping_mono_ms + LIMIT_FLUSH_MS - mono_ms);
    }
    // After a turn that could not be stored: then, and not before.
    return app->retry_mono_ms > mono_ms ? app->retry_mono_ms - mono_ms : wait;
}

static void set_timer(struct app *app) {
    int64_t wait = wait_ms(app);
    if (wait == INT64_MAX) {
        event_del(app->timer);
        return;
    }
    wait = wait < 0 ? 0 : wait;
    struct timeval delay = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
    event_add(app->timer, &delay);
}

void turn_end(struct app *app) {
    app->desk.now_ms = clock_now_ms(app->clock);
    bool may_store = clock_mono_ms() >= app->retry_mono_ms;
    if (may_store) {
        enum err err = say_due(app);
        if (err == OK) {
            err = outbox_store_done(app->outbox, board_told, &app->desk);
        }
        if (err == OK) {
            err = store_positions(app);
        }
        if (err != OK) {
            LOG(LOG_WARN, "turn_refused", LOG_N("error", err));
        }
    }
    if (store_has_changes(app->store)) {
        commit(app);
    }
    pending_clear(&app->pending);
    outbox_release(app->outbox);
    if (may_store) {
        plan_again(app);
    }
    set_timer(app);
}
