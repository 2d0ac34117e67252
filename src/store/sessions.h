// SPDX-License-Identifier: MIT
#ifndef USHER_STORE_SESSIONS_H
#define USHER_STORE_SESSIONS_H

#include "core/agenda.h"
#include "store/store.h"

// What the store knows of a workshop and its sessions: their numbers and whether
// they take questions.

// Makes the workshop's row if there is none.
enum err sessions_add_workshop(struct store *store, const char *workshop) ATTR_MUST_USE;

// The number of the session with that id: stored, else the id where that is a
// number not taken by another session, else the next free one; never used twice.
enum err sessions_number(struct store *store, const char *workshop, const char *id,
                         int64_t *number) ATTR_MUST_USE;

// Session 0 stands for the whole workshop.
enum err sessions_set_closed(struct store *store, const char *workshop, int64_t session,
                             bool closed) ATTR_MUST_USE;
bool sessions_is_closed(struct store *store, const char *workshop, int64_t session);

#endif
