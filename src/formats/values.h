// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_VALUES_H
#define USHER_FORMATS_VALUES_H

#include <stdbool.h>

// Texts in files that mean something: converters and checks for formats/fields.h.

// Converter: "30s", "15m", "1h30m", "90d" into int64_t milliseconds; units from
// large to small, each once, ten years at most.
bool value_duration(void *context, const char *text, void *value);

// Converter: the name of an IANA time zone into a const struct zone *.
bool value_zone(void *context, const char *text, void *value);

// Good text: an http or https address with a host, without blanks.
bool value_is_http(const char *text);

// Good text: "2015-09-08", or a time with or without offset.
bool value_is_date(const char *text);

#endif
