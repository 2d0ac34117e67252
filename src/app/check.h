// SPDX-License-Identifier: MIT
#ifndef USHER_APP_CHECK_H
#define USHER_APP_CHECK_H

#include <stdbool.h>

// `usher check -c FILE [--online]`: every mistake and warning of the configuration and
// of what it names on standard output, a line each, and `N mistakes` last; when there
// is no mistake so far and `online`, also what the networks say (app/check_online.h).
// Returns the exit code: 1 if there is any mistake.
int check_command(const char *config_file, bool online);

#endif
