// SPDX-License-Identifier: MIT
#ifndef USHER_ACTIONS_DESK_H
#define USHER_ACTIONS_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/workshop.h"
#include "outbox/outbox.h"
#include "store/store.h"

// What every action works with. One desk serves all workshops; the app fills it
// and sets now_ms once a turn, so that all of a turn happens at one time.
struct desk {
    struct store *store;
    struct outbox *outbox;
    struct workshop *workshops;
    size_t workshop_count;
    int64_t now_ms; // the agenda's clock
    // Whether the person is in the room, as far as its network knows.
    bool (*has_member)(void *context, const char *network, const char *room,
                       const char *identity);
    // Whether the person is an operator of the room now, as far as its network knows.
    bool (*is_operator)(void *context, const char *network, const char *room,
                        const char *identity);
    // Whether what was said on that network can be changed.
    bool (*can_edit)(void *context, const char *network);
    // The person wants to be told directly, even if they left it before.
    void (*welcome)(void *context, const char *network, const char *identity);
    void *context;
};

// The workshop of that id / that the room belongs to, as a room or a moderators'
// room; NULL when there is none. Borrowed.
const struct workshop *desk_workshop(const struct desk *desk, const char *id);
const struct workshop *desk_workshop_of_room(const struct desk *desk,
                                             const char *network, const char *room);

// Whether the person is in one of the workshop's rooms or moderators' rooms.
bool desk_is_member(const struct desk *desk, const struct workshop *workshop,
                    const struct person *person);

// Whether the person has a moderator's rights in the workshop: the one place where
// this is asked, for chat and web alike.
bool desk_is_moderator(const struct desk *desk, const struct workshop *workshop,
                       const struct person *person);

// Says a line in every room / every moderators' room of the workshop. The rooms
// get it in the order of the configuration.
enum err desk_say(struct desk *desk, const struct workshop *workshop, const char *line,
                  enum priority priority) ATTR_MUST_USE;
enum err desk_say_message(struct desk *desk, const struct workshop *workshop,
                          struct message *message,
                          enum priority priority) ATTR_MUST_USE;
enum err desk_say_to_moderators(struct desk *desk, const struct workshop *workshop,
                                const char *line) ATTR_MUST_USE;

// Tells one person directly.
enum err desk_tell(struct desk *desk, const char *network, const char *identity,
                   const char *line) ATTR_MUST_USE;

#endif
