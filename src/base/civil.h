// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_CIVIL_H
#define USHER_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

// Dates and times as people write them, in the proleptic Gregorian calendar,
// years 1 to 9999. Instants are milliseconds since 1970-01-01T00:00Z.

struct civil {
    int year, month, day; // month and day from 1
    int hour, minute, second;
};

// Seconds since 1970 as if the civil time were UTC.
int64_t civil_to_seconds(struct civil civil);
struct civil civil_from_seconds(int64_t seconds);

// "2015-09-08T14:30" or with ":SS"; no zone.
enum err civil_parse_local(struct slice text, struct civil *civil) ATTR_MUST_USE;

// RFC 3339 date-time with seconds optional, "Z" or a numeric offset.
enum err civil_parse_rfc3339(struct slice text, int64_t *instant_ms) ATTR_MUST_USE;

// Appends "2015-09-08T12:30:00Z", with milliseconds where there are any.
void civil_add_rfc3339(struct buf *out, int64_t instant_ms);

#endif
