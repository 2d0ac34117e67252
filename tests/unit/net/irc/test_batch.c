// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/irc/batch.h"

static struct irc_line parse(const char *text) {
    struct irc_line line;
    assert_true(irc_line_parse(slice_of(text), &line));
    return line;
}

static const struct irc_batch *begin(struct irc_batches *batches, const char *text) {
    struct irc_line line = parse(text);
    return irc_batches_begin(batches, &line);
}

static const struct irc_batch *of(struct irc_batches *batches, const char *text) {
    struct irc_line line = parse(text);
    return irc_batches_of(batches, &line);
}

static void end(struct irc_batches *batches, const char *text) {
    struct irc_line line = parse(text);
    const struct irc_batch *ended = irc_batches_ended(batches, &line);
    assert_non_null(ended);
    irc_batches_forget(batches, ended);
}

static void expect_label(struct irc_batches *batches, const char *text,
                         const char *label) {
    struct irc_line line = parse(text);
    assert_true(slice_is(irc_batches_label(batches, &line), label));
}

static void batch__begin__knows_its_lines_until_its_end(void **state) {
    (void)state;
    struct irc_batches batches = {0};
    assert_non_null(begin(&batches, ":s BATCH +a chathistory #hall"));
    assert_non_null(begin(&batches, ":s BATCH +b netsplit x y"));
    const struct irc_batch *batch = of(&batches, "@batch=a :n!u@h PRIVMSG #hall :x");
    assert_int_equal(batch->kind, IRC_BATCH_HISTORY);
    assert_string_equal(batch->target, "#hall");
    batch = of(&batches, "@batch=b :n!u@h QUIT :x y");
    assert_int_equal(batch->kind, IRC_BATCH_OTHER);
    assert_null(of(&batches, ":n!u@h PRIVMSG #hall :x"));
    end(&batches, ":s BATCH -a");
    assert_null(of(&batches, "@batch=a :n!u@h PRIVMSG #hall :x"));
    assert_non_null(of(&batches, "@batch=b :n!u@h QUIT :x y"));
    irc_batches_finish(&batches);
}

static void batch__begin__takes_over_what_the_outer_one_is(void **state) {
    (void)state;
    struct irc_batches batches = {0};
    begin(&batches, "@label=h7 :s BATCH +out labeled-response");
    begin(&batches, "@batch=out :s BATCH +in chathistory #hall");
    begin(&batches, "@batch=in :s BATCH +deep draft/multiline #hall");
    const struct irc_batch *batch = of(&batches, "@batch=deep :n PRIVMSG #hall :x");
    assert_int_equal(batch->kind, IRC_BATCH_HISTORY);
    assert_string_equal(batch->label, "h7");
    assert_true(batch->is_nested);
    assert_int_equal(batch->group, of(&batches, "@batch=in :n PRIVMSG #h :x")->group);
    assert_false(of(&batches, "@batch=in :n PRIVMSG #hall :x")->is_nested);
    irc_batches_finish(&batches);
}

static void batch__label__is_the_lines_own_or_its_batches(void **state) {
    (void)state;
    struct irc_batches batches = {0};
    begin(&batches, "@label=5 :s BATCH +r labeled-response");
    expect_label(&batches, "@batch=r :s 301 bot ana :away", "5");
    expect_label(&batches, "@batch=gone :s 301 bot ana :away", "");
    expect_label(&batches, "@label=6 :s ACK", "6");
    expect_label(&batches, ":s ACK", "");
    irc_batches_finish(&batches);
}

static void batch__odd_lines__are_harmless(void **state) {
    (void)state;
    struct irc_batches batches = {0};
    static const char *const odd[] = {":s BATCH",    ":s BATCH +",      ":s BATCH -",
                                      ":s BATCH -x", ":s BATCH :",      ":s BATCH x y",
                                      ":s BATCH :-", "@batch BATCH - +"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct irc_line line = parse(odd[i]);
        assert_null(irc_batches_begin(&batches, &line));
        assert_null(irc_batches_ended(&batches, &line));
    }
    assert_non_null(begin(&batches, ":s BATCH +a"));
    assert_non_null(begin(&batches, "@batch=a :s BATCH +a chathistory"));
    assert_int_equal(batches.count, 1);
    assert_string_equal(batches.open[0].target, "");
    irc_batches_clear(&batches);
    assert_null(of(&batches, "@batch=a :s X"));
    irc_batches_finish(&batches);
}

static void batch__too_many__forgets_the_oldest(void **state) {
    (void)state;
    struct irc_batches batches = {0};
    for (int i = 0; i < LIMIT_IRC_BATCHES + 2; i++) {
        char *text = str_printf(":s BATCH +b%d chathistory #hall", i);
        assert_non_null(begin(&batches, text));
        free(text);
    }
    assert_int_equal(batches.count, LIMIT_IRC_BATCHES);
    assert_null(of(&batches, "@batch=b1 :n PRIVMSG #hall :x"));
    assert_non_null(of(&batches, "@batch=b2 :n PRIVMSG #hall :x"));
    assert_non_null(of(&batches, "@batch=b65 :n PRIVMSG #hall :x"));
    irc_batches_finish(&batches);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch__begin__knows_its_lines_until_its_end),
        cmocka_unit_test(batch__begin__takes_over_what_the_outer_one_is),
        cmocka_unit_test(batch__label__is_the_lines_own_or_its_batches),
        cmocka_unit_test(batch__odd_lines__are_harmless),
        cmocka_unit_test(batch__too_many__forgets_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
