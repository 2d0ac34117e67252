// SPDX-License-Identifier: MIT
#include "net/matrix/inspect.h"

#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "net/matrix/account.h"
#include "net/matrix/rooms.h"

static char *find_hindrance(const struct matrix *matrix,
                            const struct matrix_room_state *room, const char *name) {
    if (room->encrypted) {
        return str_printf("%s is encrypted: I can't read what is said there.", name);
    }
    if (!room->power.is_known) {
        return str_printf("The server did not tell in time what %s is like.", name);
    }
    if (!matrix_power_may_speak(&room->power, matrix->own_id)) {
        return str_printf("I may not speak in %s: my power level is too low.", name);
    }
    return NULL;
}

static bool has_operator(const struct matrix *matrix,
                         const struct matrix_room_state *room) {
    size_t at = 0;
    const char *user = NULL;
    void *name = NULL;
    while (table_next(&room->members, &at, &user, &name)) {
        if (strcmp(user, matrix->own_id) != 0 && matrix_room_is_operator(room, user)) {
            return true;
        }
    }
    return false;
}

static void inspect_room(const struct matrix *matrix, const char *name,
                         struct network_report *report) {
    const struct matrix_room_state *room = matrix_rooms_by_name(matrix->rooms, name);
    if (room == NULL || !room->joined) {
        return;
    }
    report->is_in = true;
    report->hindrance = find_hindrance(matrix, room, name);
    report->has_operator = report->has_named_operator = has_operator(matrix, room);
}

void matrix_inspect(const struct network *network, const char *room,
                    struct network_report *report) {
    const struct matrix *matrix = (const struct matrix *)network;
    if (room != NULL) {
        inspect_room(matrix, room, report);
        return;
    }
    report->is_in = matrix->synced;
    if (!matrix->synced) {
        report->hindrance = mem_copy(matrix->reason);
    }
}
