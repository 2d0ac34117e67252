// SPDX-License-Identifier: MIT
#ifndef USHER_CHAT_CHAT_H
#define USHER_CHAT_CHAT_H

#include "actions/desk.h"

// The command line of the chat: turns what a person said into at most one action
// and stages the answer in the outbox. Knows no network by name.

struct chat;

// The desk is borrowed for the chat's life.
struct chat *chat_create(struct desk *desk);
void chat_destroy(struct chat *chat);

// Handles one message. Nothing is sent before the turn's commit.
void chat_handle(struct chat *chat, const struct incoming *incoming);

// Handles a message once more whose turn was rolled back: it was counted before.
void chat_repeat(struct chat *chat, const struct incoming *incoming);

#endif
