// SPDX-License-Identifier: MIT
#include "chat/command_line.h"

// Steps over "NAME:", "NAME,", "@NAME" or "@NAME:"; over "NAME" alone where the network
// says that the bot is meant by it. A name that itself begins with
// @ (a Matrix user id) needs no other.
static bool skip_name(struct slice *text, const char *name, bool pinged) {
    struct slice rest = *text;
    bool at = rest.data[0] == '@';
    if (at && name[0] != '@') {
        rest = slice_from(rest, 1);
    }
    if (name[0] == '\0' || !slice_starts_nocase(rest, name)) {
        return false;
    }
    rest = slice_from(rest, slice_of(name).len);
    bool punctuated = rest.len > 0 && (rest.data[0] == ':' || rest.data[0] == ',');
    bool ends = rest.len == 0 || rest.data[0] == ' ';
    if (!punctuated && !((at || pinged) && ends)) {
        return false;
    }
    *text = slice_trim(slice_from(rest, punctuated ? 1 : 0));
    return true;
}

// The longest of the bot's names wins, so that the id "@usher:example.org" is not
// taken for the name "@usher:".
static bool skip_own_name(struct slice *text, const struct incoming *incoming) {
    struct slice best = *text;
    bool found = false;
    for (const char *const *names = incoming->own_names; *names != NULL; names++) {
        struct slice rest = *text;
        if (skip_name(&rest, *names, incoming->mentions_bot) &&
            (!found || rest.len < best.len)) {
            best = rest;
            found = true;
        }
    }
    *text = best;
    return found;
}

static bool skip_bang(struct slice *text) {
    if (text->len < 2 || text->data[0] != '!' || text->data[1] == ' ') {
        return false;
    }
    *text = slice_from(*text, 1);
    return true;
}

bool command_line_parse(const struct incoming *incoming, struct command_line *line) {
    struct slice text = slice_trim(slice_of(incoming->text));
    if (text.len == 0) {
        return false;
    }
    bool named = skip_own_name(&text, incoming);
    bool banged = skip_bang(&text);
    if (incoming->room == NULL) {
        line->addressing = ADDRESSED_DIRECTLY;
    } else if (named) {
        line->addressing = ADDRESSED_BY_NAME;
    } else if (banged) {
        line->addressing = ADDRESSED_BY_BANG;
    } else {
        return false;
    }
    line->word = slice_take_word(&text);
    line->rest = text;
    return true;
}

static bool same(struct slice a, struct slice b) {
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (ascii_lower(a.data[i]) != ascii_lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

static bool swapped(struct slice a, struct slice b) {
    return a.len >= 2 && b.len >= 2 &&
           ascii_lower(a.data[0]) == ascii_lower(b.data[1]) &&
           ascii_lower(a.data[1]) == ascii_lower(b.data[0]) &&
           same(slice_from(a, 2), slice_from(b, 2));
}

bool command_line_one_edit(struct slice word, const char *name) {
    struct slice a = word;
    struct slice b = slice_of(name);
    while (a.len > 0 && b.len > 0 && ascii_lower(a.data[0]) == ascii_lower(b.data[0])) {
        a = slice_from(a, 1);
        b = slice_from(b, 1);
    }
    if (a.len == 0 && b.len == 0) {
        return false;
    }
    return same(slice_from(a, 1), b) || same(a, slice_from(b, 1)) ||
           same(slice_from(a, 1), slice_from(b, 1)) || swapped(a, b);
}
