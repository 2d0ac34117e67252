// SPDX-License-Identifier: MIT
#include "core/workshop.h"

#include <stdlib.h>
#include <string.h>

static void rooms_finish(struct room *rooms, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(rooms[i].network);
        free(rooms[i].name);
    }
    free(rooms);
}

void workshop_finish(struct workshop *workshop) {
    free(workshop->id);
    agenda_finish(&workshop->agenda);
    rooms_finish(workshop->rooms, workshop->room_count);
    rooms_finish(workshop->moderator_rooms, workshop->moderator_room_count);
    for (size_t i = 0; i < workshop->moderator_count; i++) {
        free(workshop->moderators[i].network);
        free(workshop->moderators[i].account);
    }
    free(workshop->moderators);
    free(workshop->notices.before_ms);
    free(workshop->notices.before_end_ms);
    *workshop = (struct workshop){0};
}

const char *workshop_title(const struct workshop *workshop) {
    return workshop->agenda.title != NULL ? workshop->agenda.title : workshop->id;
}

static bool is_among(const struct room *rooms, size_t count, const char *network,
                     const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rooms[i].network, network) == 0 &&
            strcmp(rooms[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool workshop_has_room(const struct workshop *workshop, const char *network,
                       const char *name) {
    return is_among(workshop->rooms, workshop->room_count, network, name);
}

bool workshop_has_moderator_room(const struct workshop *workshop, const char *network,
                                 const char *name) {
    return is_among(workshop->moderator_rooms, workshop->moderator_room_count, network,
                    name);
}
