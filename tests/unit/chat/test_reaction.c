// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "chat/reaction.h"

static const struct {
    const char *text;
    enum reaction meaning;
} cases[] = {
    {"\U0001F44D", REACTION_VOTE},
    {"\U0001F44D\uFE0F", REACTION_VOTE},
    {"\U0001F44D\U0001F3FB", REACTION_VOTE},
    {"\U0001F44D\U0001F3FF\uFE0F", REACTION_VOTE},
    {"\u2705", REACTION_APPROVE},
    {"\u2714\uFE0F", REACTION_APPROVE},
    {"\u2611\uFE0E", REACTION_APPROVE},
    {"\u274C", REACTION_DISMISS},
    {"\u2716\uFE0F", REACTION_DISMISS},
    {"\u274E", REACTION_DISMISS},
    {"", REACTION_NONE},
    {"\uFE0F", REACTION_NONE},
    {"\U0001F44E", REACTION_NONE}, // thumbs down
    {"\U0001F44D!", REACTION_NONE},
    {"\U0001F44D\U0001F44D", REACTION_NONE},
    {" \U0001F44D", REACTION_NONE},
    {"\xF0\x9F\x91", REACTION_NONE}, // a piece of one
    {"\U0001F44D\xF0\x9F\x8F", REACTION_NONE},
    {"yes", REACTION_NONE},
};

static void reaction__parse__table(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (reaction_parse(slice_of(cases[i].text)) != cases[i].meaning) {
            fail_msg("wrong for \"%s\"", cases[i].text);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reaction__parse__table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
