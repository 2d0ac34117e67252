// SPDX-License-Identifier: MIT
#include "core/rights.h"

#include <string.h>

bool rights_is_moderator(const struct workshop *workshop, const struct person *person) {
    if (person->account == NULL) {
        return false;
    }
    for (size_t i = 0; i < workshop->moderator_count; i++) {
        const struct moderator *moderator = &workshop->moderators[i];
        if (strcmp(moderator->network, person->network) == 0 &&
            strcmp(moderator->account, person->account) == 0) {
            return true;
        }
    }
    return false;
}

bool rights_by_operating(const struct room *room, const struct person *person) {
    return strcmp(room->network, person->network) == 0 && !person->is_past &&
           (person->account != NULL || room->trust_operators);
}
