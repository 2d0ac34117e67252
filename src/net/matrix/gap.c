// SPDX-License-Identifier: MIT
#include "net/matrix/gap.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

void matrix_gap_finish(struct matrix_gap *gap) {
    free(gap->from);
    free(gap->to);
    *gap = (struct matrix_gap){0};
}

static void gap_destroy(struct matrix_gap *gap) {
    if (gap != NULL) {
        matrix_gap_finish(gap);
        free(gap);
    }
}

void matrix_gaps_finish(struct matrix_gaps *gaps) {
    size_t at = 0;
    const char *room = NULL;
    void *gap = NULL;
    while (table_next(&gaps->by_room, &at, &room, &gap)) {
        gap_destroy(gap);
    }
    table_finish(&gaps->by_room);
}

const struct matrix_gap *matrix_gaps_get(const struct matrix_gaps *gaps,
                                         const char *room) {
    return table_get(&gaps->by_room, room);
}

const struct matrix_gap *matrix_gaps_due(const struct matrix_gaps *gaps,
                                         const char *room) {
    const struct matrix_gap *gap = matrix_gaps_get(gaps, room);
    return gap != NULL && gap->again_ms <= clock_mono_ms() ? gap : NULL;
}

void matrix_gaps_settle(struct matrix_gaps *gaps, const char *room, bool settled,
                        const struct matrix_gap *later) {
    if (settled || later->from != NULL) {
        gap_destroy(table_remove(&gaps->by_room, room));
    }
    if (later->from != NULL) {
        struct matrix_gap *gap = mem_alloc(1, sizeof *gap);
        gap->from = mem_copy(later->from);
        gap->to = mem_copy(later->to);
        gap->again_ms = later->again_ms;
        table_set(&gaps->by_room, room, gap);
    }
}

static bool has_update(const struct matrix_news *news, const char *room) {
    for (size_t i = 0; i < news->update_count; i++) {
        if (strcmp(news->updates[i].room, room) == 0) {
            return true;
        }
    }
    return false;
}

void matrix_gaps_remind(struct matrix_gaps *gaps, const struct matrix_rooms *rooms,
                        struct matrix_news *news) {
    size_t at = 0;
    const char *id = NULL;
    void *gap = NULL;
    while (table_next(&gaps->by_room, &at, &id, &gap)) {
        const struct matrix_room_state *room = matrix_rooms_find(rooms, id);
        if (room == NULL || !room->joined) {
            gap_destroy(table_remove(&gaps->by_room, id));
        } else if (matrix_gaps_due(gaps, id) != NULL && !has_update(news, id)) {
            matrix_news_add(news, id);
        }
    }
}
