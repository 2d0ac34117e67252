// SPDX-License-Identifier: MIT
#ifndef USHER_APP_NETWORKS_H
#define USHER_APP_NETWORKS_H

#include "app/state.h"

// The networks of the configuration, between the loop and their adapters.

// One of them, for any receiver. The caller ends it by its own function.
struct network *networks_make(const struct config_network *config,
                              struct event_base *base,
                              const struct network_events *events, void *context);

// Makes them all; networks_start then lets them connect.
void networks_create(struct app *app);
void networks_start(struct app *app);
void networks_stop(struct app *app);

// Goes over to the networks of another configuration: those that are the same in it
// stay connected, the others are closed and opened as it says. Not to be called from
// a network's events.
void networks_change(struct app *app, const struct config *fresh);
void networks_destroy(struct app *app);

// The functions that outbox and desk call.
void networks_send(void *app, const struct outbox_item *item);
bool networks_has_member(void *app, const char *network, const char *room,
                         const char *identity);
bool networks_can_edit(void *app, const char *network);
bool networks_is_operator(void *app, const char *network, const char *room,
                          const char *identity);
void networks_welcome(void *app, const char *network, const char *identity);

#endif
