// SPDX-License-Identifier: MIT
#include "base/zone.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/table.h"

// The span around the last look-up in which nothing changes, so that one answer
// with many times asks libical once.
struct span {
    int64_t start_s, end_s;
    int offset_s;
    char *abbreviation; // NULL: nothing looked up yet
};

struct zone {
    char *name;
    icaltimezone *ical; // NULL for UTC; owned by libical
    struct span *last;
};

enum { SPAN_SECONDS = 900 };

static struct span utc_last;
static const struct zone utc = {.name = "UTC", .last = &utc_last};
static struct table zones; // struct zone, found so far; kept until the end

const struct zone *zone_utc(void) {
    return &utc;
}

const struct zone *zone_find(const char *name) {
    if (strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0) {
        return &utc;
    }
    struct zone *zone = table_get(&zones, name);
    if (zone != NULL) {
        return zone;
    }
    icaltimezone *ical = icaltimezone_get_builtin_timezone(name);
    if (ical == NULL || icaltimezone_get_component(ical) == NULL) {
        return NULL;
    }
    zone = mem_alloc(1, sizeof *zone);
    zone->name = mem_copy(name);
    zone->ical = ical;
    zone->last = mem_alloc(1, sizeof *zone->last);
    table_set(&zones, name, zone);
    return zone;
}

const char *zone_name(const struct zone *zone) {
    return zone->name;
}

static int offset_at(const struct zone *zone, int64_t seconds, int *is_daylight) {
    *is_daylight = 0;
    if (zone->ical == NULL) {
        return 0;
    }
    struct civil c = civil_from_seconds(seconds);
    icaltimetype time = {.year = c.year,
                         .month = c.month,
                         .day = c.day,
                         .hour = c.hour,
                         .minute = c.minute,
                         .second = c.second,
                         .zone = icaltimezone_get_utc_timezone()};
    return icaltimezone_get_utc_offset_of_utc_time(zone->ical, &time, is_daylight);
}

// TZNAME of the observance with this offset that began last before the instant.
static const char *observance_name(const struct zone *zone, int64_t seconds, int offset,
                                   int is_daylight) {
    icalcomponent_kind kind =
        is_daylight ? ICAL_XDAYLIGHT_COMPONENT : ICAL_XSTANDARD_COMPONENT;
    icalcomponent *all = icaltimezone_get_component(zone->ical);
    const char *name = NULL;
    int64_t newest = INT64_MIN;
    for (icalcomponent *one = icalcomponent_get_first_component(all, kind); one != NULL;
         one = icalcomponent_get_next_component(all, kind)) {
        icalproperty *to =
            icalcomponent_get_first_property(one, ICAL_TZOFFSETTO_PROPERTY);
        icalproperty *name_property =
            icalcomponent_get_first_property(one, ICAL_TZNAME_PROPERTY);
        if (to == NULL || name_property == NULL ||
            icalproperty_get_tzoffsetto(to) != offset) {
            continue;
        }
        struct icaltimetype start = icalcomponent_get_dtstart(one);
        int64_t began = civil_to_seconds((struct civil){
            start.year, start.month, start.day, start.hour, start.minute, 0});
        if (name == NULL || (began <= seconds && began >= newest)) {
            newest = began;
            name = icalproperty_get_tzname(name_property);
        }
    }
    return name;
}

static char *abbreviation_at(const struct zone *zone, int64_t seconds, int offset,
                             int is_daylight) {
    if (zone->ical == NULL) {
        return mem_copy("UTC");
    }
    const char *name = observance_name(zone, seconds, offset, is_daylight);
    if (name != NULL && name[0] != '\0') {
        return mem_copy(name);
    }
    int minutes = abs(offset) / 60;
    return str_printf("%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60,
                      minutes % 60);
}

static const struct span *look_up(const struct zone *zone, int64_t seconds) {
    struct span *last = zone->last;
    if (last->abbreviation != NULL && seconds >= last->start_s &&
        seconds < last->end_s) {
        return last;
    }
    // Transitions fall on quarter hours, so nothing changes inside one.
    int64_t into = ((seconds % SPAN_SECONDS) + SPAN_SECONDS) % SPAN_SECONDS;
    int is_daylight = 0;
    int offset = offset_at(zone, seconds, &is_daylight);
    char *abbreviation = abbreviation_at(zone, seconds, offset, is_daylight);
    free(last->abbreviation);
    last->abbreviation = abbreviation;
    last->offset_s = offset;
    last->start_s = seconds - into;
    last->end_s = seconds - into + SPAN_SECONDS;
    return last;
}

static int64_t floor_seconds(int64_t instant_ms) {
    return (instant_ms - ((instant_ms % 1000) + 1000) % 1000) / 1000;
}

int64_t zone_to_instant(const struct zone *zone, struct civil local) {
    enum { DAY = 86400 };
    int64_t wall = civil_to_seconds(local);
    int is_daylight = 0;
    int before = offset_at(zone, wall - DAY, &is_daylight);
    int after = offset_at(zone, wall + DAY, &is_daylight);
    int64_t first = wall - before;
    if (offset_at(zone, first, &is_daylight) == before) {
        return first * 1000;
    }
    int64_t second = wall - after;
    bool exists = offset_at(zone, second, &is_daylight) == after;
    return (exists ? second : first) * 1000;
}

struct civil zone_to_local(const struct zone *zone, int64_t instant_ms) {
    int64_t seconds = floor_seconds(instant_ms);
    return civil_from_seconds(seconds + look_up(zone, seconds)->offset_s);
}

void zone_add_abbreviation(const struct zone *zone, int64_t instant_ms,
                           struct buf *out) {
    buf_add_str(out, look_up(zone, floor_seconds(instant_ms))->abbreviation);
}
