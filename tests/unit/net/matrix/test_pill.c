// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "net/matrix/pill.h"

#define LINK(user) "](https://matrix.to/#/" user ")"

static void pill__open__a_link_to_the_user_becomes_the_id(void **state) {
    (void)state;
    static const struct {
        const char *text, *opened;
    } cases[] = {
        {"[Usher]" /* no link */, "[Usher]"},
        {"[Usher" LINK("@usher:x") " now", "@usher:x now"},
        {"[@usher:x" LINK("@usher:x") ": now", "@usher:x: now"},
        {"[Usher" LINK("%40usher%3Ax") " now", "@usher:x now"},
        {"[a] [Usher" LINK("@usher:x") " now", "@usher:x now"},
        {"[Usher" LINK("@usher:xy") " now", "[Usher" LINK("@usher:xy") " now"},
        {"[Usher" LINK("@ush") " now", "[Usher" LINK("@ush") " now"},
        {"[Usher](https://matrix.to/#/", "[Usher](https://matrix.to/#/"},
        {"[Usher](https://matrix.to/#/@usher:x",
         "[Usher](https://matrix.to/#/@usher:x"},
        {"ask [Usher" LINK("@usher:x"), "ask [Usher" LINK("@usher:x")},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_take(matrix_pill_open(cases[i].text, "@usher:x"), cases[i].opened);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pill__open__a_link_to_the_user_becomes_the_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
