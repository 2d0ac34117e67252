// SPDX-License-Identifier: MIT
#include "chat/reaction.h"

#include <string.h>

static const struct {
    const char *sign;
    enum reaction meaning;
} meanings[] = {
    {"\U0001F44D", REACTION_VOTE}, // thumbs up sign
    {"\u2705", REACTION_APPROVE},  // white heavy check mark
    {"\u2714", REACTION_APPROVE},  // heavy check mark
    {"\u2713", REACTION_APPROVE},  // check mark
    {"\u2611", REACTION_APPROVE},  // ballot box with check
    {"\u274C", REACTION_DISMISS},  // cross mark
    {"\u274E", REACTION_DISMISS},  // negative squared cross mark
    {"\u2716", REACTION_DISMISS},  // heavy multiplication x
    {"\u2717", REACTION_DISMISS},  // ballot x
    {"\u2718", REACTION_DISMISS},  // heavy ballot x
};

static const char *const looks[] = {
    "\uFE0E",     "\uFE0F",     "\U0001F3FB", "\U0001F3FC",
    "\U0001F3FD", "\U0001F3FE", "\U0001F3FF",
};

static bool starts(struct slice text, const char *with) {
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.data, with, len) == 0;
}

// The bytes at the front that only say how it looks.
static size_t look_len(struct slice text) {
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        if (starts(text, looks[i])) {
            return strlen(looks[i]);
        }
    }
    return 0;
}

static bool is_look(struct slice text) {
    size_t len = 0;
    while ((len = look_len(text)) > 0) {
        text = slice_from(text, len);
    }
    return text.len == 0;
}

enum reaction reaction_parse(struct slice text) {
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (starts(text, meanings[i].sign)) {
            struct slice rest = slice_from(text, strlen(meanings[i].sign));
            return is_look(rest) ? meanings[i].meaning : REACTION_NONE;
        }
    }
    return REACTION_NONE;
}
