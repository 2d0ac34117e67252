// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_RIGHTS_H
#define USHER_CORE_RIGHTS_H

#include <stdbool.h>

#include "core/person.h"
#include "core/workshop.h"

// Whether the person moderates this workshop: named in its configuration, and
// the identity proved. A name or nick alone decides nothing.
bool rights_is_moderator(const struct workshop *workshop, const struct person *person);

// Whether being an operator of this moderators' room, while present, makes the person
// a moderator: on the room's network, and identified or trusted by nick. What somebody
// was in the room while the bot was away is not known.
bool rights_by_operating(const struct room *room, const struct person *person);

#endif
