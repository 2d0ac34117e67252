// SPDX-License-Identifier: MIT
#include "support/check.h"

#include "formats/fields.h"
#include "formats/values.h"

struct leaf {
    char *name;
    int64_t wait_ms;
};

struct tree {
    char *text;
    char *colour;
    int64_t number;
    bool flag;
    int64_t wait_ms;
    struct leaf leaf;
    struct leaf *leaves;
    size_t leaf_count;
    char **words;
    size_t word_count;
    struct leaf *named;
    size_t named_count;
};

static const struct field leaf_items[] = {
    {.name = "wait",
     .kind = FIELD_CONVERTED,
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct leaf, wait_ms),
     .size = sizeof(int64_t),
     .convert = value_duration,
     .expected = "a duration"},
};
static const struct fields leaf_table = {FIELDS(struct leaf, leaf_items)};

static const char *const colours[] = {"red", "green", "blue", NULL};

static void tree_done(struct fields_reader *reader, void *value) {
    const struct tree *tree = value;
    if (tree->number == 13) {
        fields_mistake(reader, "/number", "thirteen", "luck");
    }
    assert_int_equal(fields_has(reader, "text"), true);
}

static const struct field tree_items[] = {
    {.name = "text", .flags = FIELD_REQUIRED, .offset = offsetof(struct tree, text)},
    {.name = "colour",
     .offset = offsetof(struct tree, colour),
     .standard = "red",
     .choices = colours},
    {.name = "number",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct tree, number),
     .min = 1,
     .max = 99,
     .fallback = 7},
    {.name = "flag",
     .kind = FIELD_BOOL,
     .offset = offsetof(struct tree, flag),
     .fallback = true},
    {.name = "wait",
     .kind = FIELD_CONVERTED,
     .offset = offsetof(struct tree, wait_ms),
     .size = sizeof(int64_t),
     .convert = value_duration,
     .standard = "5m"},
    {.name = "leaf",
     .kind = FIELD_OBJECT,
     .offset = offsetof(struct tree, leaf),
     .table = &leaf_table},
    {.name = "leaves",
     .kind = FIELD_OBJECT,
     .flags = FIELD_MANY,
     .offset = offsetof(struct tree, leaves),
     .count = offsetof(struct tree, leaf_count),
     .table = &leaf_table},
    {.name = "words",
     .flags = FIELD_MANY,
     .offset = offsetof(struct tree, words),
     .count = offsetof(struct tree, word_count)},
    {.name = "named",
     .kind = FIELD_MAP,
     .offset = offsetof(struct tree, named),
     .count = offsetof(struct tree, named_count),
     .table = &leaf_table},
    {.name = "later", .kind = FIELD_BOOL, .flags = FIELD_LATER, .fallback = true},
    {.name = "secret", .flags = FIELD_UNKEPT | FIELD_HIDDEN, .choices = colours},
};
static const struct fields tree_table = {FIELDS(struct tree, tree_items),
                                         .done = tree_done};

static void read_tree(const char *text, struct tree *tree, struct mistakes *mistakes) {
    struct json_file file = {0};
    *tree = (struct tree){0};
    assert_int_equal(json_file_parse(&file, "f", slice_of(text), mistakes), OK);
    fields_read(&file, &tree_table, tree, NULL, mistakes);
    json_file_finish(&file);
}

static void fields__read__fills_what_is_there(void **state) {
    (void)state;
    struct tree tree;
    struct mistakes mistakes = {0};
    read_tree("{\"text\": \"a\\tb\\u001b\", \"colour\": \"blue\", \"number\": 99,"
              "\"flag\": false, \"wait\": \"1h\", \"leaf\": {\"wait\": \"2s\"},"
              "\"leaves\": [{\"wait\": \"3s\"}, {\"wait\": \"4s\"}],"
              "\"words\": [\"x\", \"y\"], \"named\": {\"n\": {\"wait\": \"5s\"}},"
              "\"later\": true, \"secret\": \"red\"}",
              &tree, &mistakes);
    assert_int_equal(mistakes.count, 0);
    assert_string_equal(tree.text, "a b");
    assert_string_equal(tree.colour, "blue");
    assert_int_equal(tree.number, 99);
    assert_false(tree.flag);
    assert_int_equal(tree.wait_ms, 3600000);
    assert_int_equal(tree.leaf.wait_ms, 2000);
    assert_int_equal(tree.leaf_count, 2);
    assert_int_equal(tree.leaves[1].wait_ms, 4000);
    assert_int_equal(tree.word_count, 2);
    assert_string_equal(tree.words[1], "y");
    assert_int_equal(tree.named_count, 1);
    assert_string_equal(tree.named[0].name, "n");
    assert_int_equal(tree.named[0].wait_ms, 5000);
    fields_finish(&tree_table, &tree);
    assert_null(tree.text);
    assert_null(tree.named);
    mistakes_finish(&mistakes);
}

static void fields__read__has_fallbacks(void **state) {
    (void)state;
    struct tree tree;
    struct mistakes mistakes = {0};
    read_tree("{\"text\": \"a\", \"number\": null, \"words\": []}", &tree, &mistakes);
    assert_int_equal(mistakes.count, 0);
    assert_string_equal(tree.colour, "red");
    assert_int_equal(tree.number, 7);
    assert_true(tree.flag);
    assert_int_equal(tree.wait_ms, 300000);
    assert_null(tree.leaves);
    assert_non_null(tree.words);
    assert_int_equal(tree.word_count, 0);
    fields_finish(&tree_table, &tree);
    mistakes_finish(&mistakes);
}

static void fields__read__names_each_mistake(void **state) {
    (void)state;
    static const struct {
        const char *members; // beside a right "text"
        const char *line;
    } cases[] = {
        {"\"colour\": \"pink\"",
         "f:2: /colour: found \"pink\", expected \"red\", \"green\" or \"blue\""},
        {"\"colour\": {}",
         "f:2: /colour: found an object, expected \"red\", \"green\" or \"blue\""},
        {"\"number\": 0",
         "f:2: /number: found 0, expected a whole number from 1 to 99"},
        {"\"number\": 1e300",
         "f:2: /number: found 1e+300, expected a whole number from 1 to 99"},
        {"\"number\": 2.5",
         "f:2: /number: found 2.5, expected a whole number from 1 to 99"},
        {"\"number\": \"5\"",
         "f:2: /number: found \"5\", expected a whole number from 1 to 99"},
        {"\"number\": 13", "f:2: /number: found thirteen, expected luck"},
        {"\"flag\": 1", "f:2: /flag: found 1, expected true or false"},
        {"\"wait\": 5", "f:2: /wait: found 5, expected a text"},
        {"\"wait\": \"5\"", "f:2: /wait: found \"5\", expected a text"},
        {"\"leaf\": []", "f:2: /leaf: found an array, expected an object"},
        {"\"leaf\": {}", "f:2: /leaf/wait: found nothing, expected a duration"},
        {"\"leaves\": {}", "f:2: /leaves: found an object, expected an array"},
        {"\"leaves\": [null]", "f:2: /leaves/0: found nothing, expected an object"},
        {"\"words\": [\"a\",\n\"\"]",
         "f:3: /words/1: found \"\", expected a text that is not empty"},
        {"\"named\": []", "f:2: /named: found an array, expected an object"},
        {"\"named\": {\"a/b\": 1}", "f:2: /named/a~1b: found 1, expected an object"},
        {"\"later\": false",
         "f:2: /later: warning: set, but not supported yet: it changes nothing"},
        {"\"secret\": \"hunter2\"",
         "f:2: /secret: found another text, expected \"red\", \"green\" or \"blue\""},
        {"\"colr\": 1", "f:2: /colr: found the unknown key \"colr\", expected a known "
                        "key: did you mean \"colour\"?"},
        {"\"leaf\": {\"wait\": \"1s\", \"zzzzzz\": 1}",
         "f:2: /leaf/zzzzzz: found the unknown key \"zzzzzz\", expected one of "
         "\"wait\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tree tree;
        struct mistakes mistakes = {0};
        char *text = str_printf("{\"text\": \"a\",\n%s}", cases[i].members);
        read_tree(text, &tree, &mistakes);
        assert_int_equal(mistakes.count, 1);
        struct buf line = {0};
        mistake_add_line(&mistakes.items[0], &line);
        check_take(buf_take(&line), cases[i].line);
        fields_finish(&tree_table, &tree);
        mistakes_finish(&mistakes);
        free(text);
    }
}

static void fields__read__wants_an_object(void **state) {
    (void)state;
    struct tree tree;
    struct mistakes mistakes = {0};
    read_tree("[]", &tree, &mistakes);
    assert_int_equal(mistakes.mistake_count, 1);
    assert_string_equal(mistakes.items[0].expected, "an object");
    fields_finish(&tree_table, &tree);
    mistakes_finish(&mistakes);
}

static void fields__read__refuses_too_many(void **state) {
    (void)state;
    struct buf text = {0};
    struct tree tree;
    struct mistakes mistakes = {0};
    buf_add_str(&text, "{\"text\": \"a\", \"words\": [\"x\"");
    for (int i = 0; i < 10000; i++) {
        buf_add_str(&text, ",\"x\"");
    }
    buf_add_str(&text, "]}");
    read_tree(buf_str(&text), &tree, &mistakes);
    assert_int_equal(mistakes.count, 1);
    assert_string_equal(mistakes.items[0].found, "10001 items");
    assert_string_equal(mistakes.items[0].expected, "at most 10000");
    fields_finish(&tree_table, &tree);
    mistakes_finish(&mistakes);
    buf_finish(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields__read__fills_what_is_there),
        cmocka_unit_test(fields__read__has_fallbacks),
        cmocka_unit_test(fields__read__names_each_mistake),
        cmocka_unit_test(fields__read__wants_an_object),
        cmocka_unit_test(fields__read__refuses_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
