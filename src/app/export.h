// SPDX-License-Identifier: MIT
#ifndef USHER_APP_EXPORT_H
#define USHER_APP_EXPORT_H

#include "base/clock.h"

// `usher questions export`: writes the questions of a workshop to standard output,
// also while the bot runs. Returns the exit code.
int export_command(const char *config_file, const char *workshop, const char *format,
                   const struct clock *clock);

#endif
