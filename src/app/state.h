// SPDX-License-Identifier: MIT
#ifndef USHER_APP_STATE_H
#define USHER_APP_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actions/programme.h"
#include "app/config.h"
#include "app/pending.h"
#include "app/positions.h"
#include "base/clock.h"
#include "chat/chat.h"
#include "net/network.h"

struct event;
struct event_base;

// What the parts of the running bot share; private to this folder.

struct app_network {
    struct network *network;
    const struct config_network *config;
    struct positions positions;
    bool tried; // up, or down for the first time
};

struct app {
    struct event_base *base;
    const char *config_file;
    const struct clock *clock;
    struct config config;
    struct store *store;
    struct outbox *outbox;
    struct desk desk;
    struct chat *chat;
    struct programme *programmes; // one a workshop
    struct app_network *networks; // one a network of the configuration
    size_t network_count;
    struct pending pending;   // commands whose changes are not committed yet
    struct event *timer;      // wakes the loop for what is due
    struct event *signals[3]; // SIGTERM, SIGINT, SIGHUP
    int64_t retry_mono_ms;    // before this nothing is stored by itself
    int64_t alarmed_mono_ms;  // when the moderators last heard that the store fails
    int64_t stopping_mono_ms; // when the flush began; 0: running
    bool ready;               // said so
    bool reload_wanted;       // SIGHUP came
};

#endif
