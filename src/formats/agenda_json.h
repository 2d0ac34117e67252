// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_AGENDA_JSON_H
#define USHER_FORMATS_AGENDA_JSON_H

#include "base/buf.h"
#include "base/error.h"
#include "core/agenda.h"
#include "formats/mistakes.h"

// The agenda in usher's own JSON. What is read without a mistake holds together:
// each session ends after it starts, ids are unique (a document's with its language
// and revision), what is named exists, addresses are http or https.

// Reads the text; `name` is the file it came from, and documents' files are looked
// for beside it. `fallback` is the zone of an agenda that names none; NULL: UTC with
// a warning. The agenda needs no zeroing, is usable when no mistake was added, and
// is finished by the caller either way. Sessions are sorted, without numbers.
void agenda_json_parse(struct agenda *agenda, const char *name, struct slice text,
                       const struct zone *fallback, struct mistakes *mistakes);

// Appends the agenda as text that agenda_json_parse reads back the same.
// ERR_LIMIT when there is no memory for it.
enum err agenda_json_write(const struct agenda *agenda, struct buf *out) ATTR_MUST_USE;

#endif
