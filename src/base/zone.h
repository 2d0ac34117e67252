// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_ZONE_H
#define USHER_BASE_ZONE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/civil.h"

// IANA time zones, read from the system's zoneinfo by libical.

struct zone; // lives as long as the process; never freed by a caller

// The zone of that name ("Europe/Zurich", "UTC"); NULL when there is none.
const struct zone *zone_find(const char *name);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *zone);

// The instant a local time means, by the rule of RFC 5545 3.3.5: of a local time
// that occurs twice the first; of one that never occurs, the one by the offset
// before the gap.
int64_t zone_to_instant(const struct zone *zone, struct civil local);

// The local time at an instant.
struct civil zone_to_local(const struct zone *zone, int64_t instant_ms);

// Appends the abbreviation in force at the instant, such as "CEST" or "+04".
void zone_add_abbreviation(const struct zone *zone, int64_t instant_ms,
                           struct buf *out);

#endif
