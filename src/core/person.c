// SPDX-License-Identifier: MIT
#include "core/person.h"

#include <string.h>

bool person_same(const struct person *a, const struct person *b) {
    return strcmp(a->network, b->network) == 0 && strcmp(a->identity, b->identity) == 0;
}
