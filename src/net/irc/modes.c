// SPDX-License-Identifier: MIT
#include "net/irc/modes.h"

enum { FIRST_PARAM = 2 };

void irc_modes_start(struct irc_modes *modes, const struct irc_isupport *isupport,
                     const struct irc_line *line) {
    *modes = (struct irc_modes){.isupport = isupport,
                                .line = line,
                                .letters = irc_line_param(line, 1),
                                .next_param = FIRST_PARAM,
                                .set = true};
}

// Servers change more modes at once than a line has parameters; the last then holds
// several.
static struct slice take_param(struct irc_modes *modes) {
    while (modes->rest.len == 0) {
        if (modes->next_param >= modes->line->param_count) {
            return (struct slice){0};
        }
        modes->rest = modes->line->params[modes->next_param++];
    }
    struct slice param = slice_take_word(&modes->rest);
    return param.len > 0 && param.data[0] == ':' ? slice_from(param, 1) : param;
}

static bool wants_param(const struct irc_mode *mode) {
    return mode->kind == IRC_MODE_LIST || mode->kind == IRC_MODE_ALWAYS ||
           mode->kind == IRC_MODE_MEMBER ||
           (mode->kind == IRC_MODE_SET_ONLY && mode->set);
}

static void read_mode(struct irc_modes *modes, struct irc_mode *mode) {
    mode->kind = irc_isupport_mode(modes->isupport, mode->letter);
    mode->set = modes->set;
    mode->param = wants_param(mode) ? take_param(modes) : (struct slice){0};
    modes->doubtful |= mode->kind == IRC_MODE_UNKNOWN ||
                       (mode->kind == IRC_MODE_MEMBER && mode->param.len == 0);
}

bool irc_modes_next(struct irc_modes *modes, struct irc_mode *mode) {
    while (modes->letters.len > 0 && !modes->doubtful) {
        mode->letter = modes->letters.data[0];
        modes->letters = slice_from(modes->letters, 1);
        if (mode->letter == '+' || mode->letter == '-') {
            modes->set = mode->letter == '+';
            continue;
        }
        read_mode(modes, mode);
        return true;
    }
    modes->doubtful |= take_param(modes).len > 0;
    return false;
}
