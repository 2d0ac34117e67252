// SPDX-License-Identifier: MIT
#ifndef USHER_APP_CONFIG_H
#define USHER_APP_CONFIG_H

#include <stddef.h>

#include "core/workshop.h"
#include "formats/mistakes.h"
#include "net/irc/irc.h"
#include "net/matrix/matrix.h"

// The configuration: read, checked, and with every agenda, secret and path it
// names already loaded. Owns all it points to.

enum config_network_kind { CONFIG_IRC, CONFIG_MATRIX, CONFIG_CONSOLE };

struct config_network {
    char *name;
    enum config_network_kind kind;
    struct irc_options irc;       // CONFIG_IRC; channels are those of all workshops
    struct matrix_options matrix; // CONFIG_MATRIX; likewise its rooms
    char *console_room;           // CONFIG_CONSOLE
};

struct config {
    char *store; // "sqlite:/absolute/or/relative/to/cwd/path"
    struct config_network *networks;
    size_t network_count;
    struct workshop *workshops;
    size_t workshop_count;
};

// Reads FILE and all it names. Every mistake and warning found is added; the
// configuration is usable when no mistake was. The caller finishes it either way.
void config_load(const char *file, struct config *config, struct mistakes *mistakes);

void config_finish(struct config *config);

// Whether every option of the two networks is the same.
bool config_network_same(const struct config_network *a,
                         const struct config_network *b);

#endif
