// SPDX-License-Identifier: MIT
#ifndef USHER_APP_CHECK_H
#define USHER_APP_CHECK_H

// `usher check -c FILE`: every mistake and warning of the configuration and of what
// it names on standard output, a line each, and `N mistakes` last. Returns the exit
// code: 1 if there is any mistake.
int check_command(const char *config_file);

#endif
