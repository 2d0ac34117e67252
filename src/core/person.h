// SPDX-License-Identifier: MIT
#ifndef USHER_CORE_PERSON_H
#define USHER_CORE_PERSON_H

#include <stdbool.h>

// Who speaks. Two persons are the same where network and identity are equal.
// All fields are borrowed by who receives one in a call.
struct person {
    const char *network; // name of the network in the configuration
    // Stable key: a Matrix user id, an IRC services account (lower case), the
    // console's name; for an IRC nick without account "~" and a random token that
    // lasts as long as its connection.
    const char *identity;
    // The identity if it was proved (Matrix id, account, console name), else NULL.
    const char *account;
    const char *name; // what others call them now: for showing only
    const char *host; // of somebody without account; NULL: not known, or proved
    bool is_past;     // said while the bot was away: it is not known who was there
};

bool person_same(const struct person *a, const struct person *b);

#endif
