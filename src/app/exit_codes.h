// SPDX-License-Identifier: MIT
#ifndef USHER_APP_EXIT_CODES_H
#define USHER_APP_EXIT_CODES_H

// What every command of the program exits with.
enum {
    EXIT_WELL = 0,
    EXIT_INPUT = 1,        // a configuration, agenda or file is wrong
    EXIT_USAGE = 2,        // the command line is wrong
    EXIT_UNAVAILABLE = 69, // a store or port that can't be had at start
    EXIT_INTERNAL = 70,
};

#endif
