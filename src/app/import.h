// SPDX-License-Identifier: MIT
#ifndef USHER_APP_IMPORT_H
#define USHER_APP_IMPORT_H

// `usher agenda import FILE [--format FORMAT] [-o OUT]`: the agenda as usher's own
// JSON; mistakes and warnings go to standard error. A NULL format is own JSON; a NULL
// or "-" OUT is standard output. Returns the exit code: 1 when FILE is not a right
// agenda of a supported format, or OUT can't be written.
int import_command(const char *file, const char *format, const char *out);

#endif
