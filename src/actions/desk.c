// SPDX-License-Identifier: MIT
#include "actions/desk.h"

#include <string.h>

#include "core/rights.h"

const struct workshop *desk_workshop(const struct desk *desk, const char *id) {
    for (size_t i = 0; i < desk->workshop_count; i++) {
        if (strcmp(desk->workshops[i].id, id) == 0) {
            return &desk->workshops[i];
        }
    }
    return NULL;
}

const struct workshop *desk_workshop_of_room(const struct desk *desk,
                                             const char *network, const char *room) {
    for (size_t i = 0; i < desk->workshop_count; i++) {
        const struct workshop *workshop = &desk->workshops[i];
        if (workshop_has_room(workshop, network, room) ||
            workshop_has_moderator_room(workshop, network, room)) {
            return workshop;
        }
    }
    return NULL;
}

static bool is_in(const struct desk *desk, const struct room *rooms, size_t count,
                  const struct person *person) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rooms[i].network, person->network) == 0 &&
            desk->has_member(desk->context, rooms[i].network, rooms[i].name,
                             person->identity)) {
            return true;
        }
    }
    return false;
}

bool desk_is_member(const struct desk *desk, const struct workshop *workshop,
                    const struct person *person) {
    return is_in(desk, workshop->rooms, workshop->room_count, person) ||
           is_in(desk, workshop->moderator_rooms, workshop->moderator_room_count,
                 person);
}

bool desk_is_moderator(const struct desk *desk, const struct workshop *workshop,
                       const struct person *person) {
    if (rights_is_moderator(workshop, person)) {
        return true;
    }
    for (size_t i = 0; i < workshop->moderator_room_count; i++) {
        const struct room *room = &workshop->moderator_rooms[i];
        if (rights_by_operating(room, person) &&
            desk->is_operator(desk->context, room->network, room->name,
                              person->identity)) {
            return true;
        }
    }
    return false;
}

static enum err say_in(struct desk *desk, const struct room *rooms, size_t count,
                       struct message *message, enum priority priority) {
    for (size_t i = 0; i < count; i++) {
        struct target target = {
            .kind = TARGET_ROOM, .network = rooms[i].network, .id = rooms[i].name};
        enum err err = outbox_add(desk->outbox, &target, message, priority);
        if (err != OK) {
            return err;
        }
    }
    return OK;
}

enum err desk_say_message(struct desk *desk, const struct workshop *workshop,
                          struct message *message, enum priority priority) {
    return say_in(desk, workshop->rooms, workshop->room_count, message, priority);
}

enum err desk_say(struct desk *desk, const struct workshop *workshop, const char *line,
                  enum priority priority) {
    struct message message = {0};
    message_line(&message, line);
    enum err err = desk_say_message(desk, workshop, &message, priority);
    message_finish(&message);
    return err;
}

enum err desk_say_to_moderators(struct desk *desk, const struct workshop *workshop,
                                const char *line) {
    struct message message = {0};
    message_line(&message, line);
    enum err err = say_in(desk, workshop->moderator_rooms,
                          workshop->moderator_room_count, &message, PRIORITY_ANSWER);
    message_finish(&message);
    return err;
}

enum err desk_tell(struct desk *desk, const char *network, const char *identity,
                   const char *line) {
    struct message message = {0};
    message_line(&message, line);
    struct target target = {.kind = TARGET_PERSON, .network = network, .id = identity};
    enum err err = outbox_add(desk->outbox, &target, &message, PRIORITY_ANSWER);
    message_finish(&message);
    return err;
}
