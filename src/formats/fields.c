// SPDX-License-Identifier: MIT
#include "formats/fields.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "formats/nearest.h"

// What reading one value by one field needs. `into` is NULL where it isn't kept.
struct slot {
    const struct field *field;
    const cJSON *node; // NULL: left out
    void *into;
    size_t *count; // FIELD_MANY, FIELD_MAP
};

char *fields_quoted(const char *text) {
    return str_printf("\"%s\"", text);
}

static void report(struct fields_reader *reader, const char *found,
                   const char *expected) {
    json_file_mistake(reader->file, reader->mistakes, buf_str(&reader->path), found,
                      expected);
}

void fields_mistake(struct fields_reader *reader, const char *below, const char *found,
                    const char *expected) {
    size_t len = reader->path.len;
    buf_add_str(&reader->path, below);
    report(reader, found, expected);
    json_pointer_cut(&reader->path, len);
}

void fields_warn(struct fields_reader *reader, const char *below,
                 const char *sentence) {
    size_t len = reader->path.len;
    buf_add_str(&reader->path, below);
    json_file_warn(reader->file, reader->mistakes, buf_str(&reader->path), sentence);
    json_pointer_cut(&reader->path, len);
}

bool fields_has(const struct fields_reader *reader, const char *name) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(reader->object, name);
    return value != NULL && !cJSON_IsNull(value);
}

static char *describe(const struct field *field, const cJSON *node) {
    if (node == NULL || cJSON_IsNull(node)) {
        return mem_copy("nothing");
    }
    if (cJSON_IsString(node)) {
        bool hidden = field != NULL && (field->flags & FIELD_HIDDEN) != 0;
        return hidden ? mem_copy("another text") : fields_quoted(node->valuestring);
    }
    if (cJSON_IsNumber(node)) {
        return str_printf("%.15g", node->valuedouble);
    }
    if (cJSON_IsBool(node)) {
        return mem_copy(cJSON_IsTrue(node) ? "true" : "false");
    }
    return mem_copy(cJSON_IsArray(node) ? "an array" : "an object");
}

static char *one_of(const char *const *choices) {
    struct buf list = {0};
    for (size_t i = 0; choices[i] != NULL; i++) {
        const char *before = i == 0 ? "" : choices[i + 1] == NULL ? " or " : ", ";
        buf_printf(&list, "%s\"%s\"", before, choices[i]);
    }
    return buf_take(&list);
}

static char *expectation(const struct field *field, bool many) {
    static const char *const by_kind[] = {
        [FIELD_TEXT] = "a text",      [FIELD_BOOL] = "true or false",
        [FIELD_CONVERTED] = "a text", [FIELD_OBJECT] = "an object",
        [FIELD_MAP] = "an object",    [FIELD_ANY] = "a value",
        [FIELD_NUMBER] = "a number",
    };
    if (many) {
        return mem_copy("an array");
    }
    if (field->expected != NULL) {
        return mem_copy(field->expected);
    }
    if (field->choices != NULL) {
        return one_of(field->choices);
    }
    if (field->kind == FIELD_NUMBER) {
        return str_printf("a whole number from %lld to %lld", (long long)field->min,
                          (long long)field->max);
    }
    bool not_empty = (field->flags & (FIELD_REQUIRED | FIELD_MANY)) != 0;
    return mem_copy(field->kind == FIELD_TEXT && not_empty ? "a text that is not empty"
                                                           : by_kind[field->kind]);
}

static void reject(struct fields_reader *reader, const struct slot *slot, bool many) {
    char *found = describe(slot->field, slot->node);
    char *expected = expectation(slot->field, many);
    report(reader, found, expected);
    free(expected);
    free(found);
}

static bool is_choice(const struct field *field, const char *text) {
    const char *const *choice = field->choices;
    while (choice != NULL && *choice != NULL && strcmp(*choice, text) != 0) {
        choice++;
    }
    return choice == NULL || *choice != NULL;
}

static void read_text(struct fields_reader *reader, const struct slot *slot) {
    const struct field *field = slot->field;
    if (!cJSON_IsString(slot->node)) {
        reject(reader, slot, false);
        return;
    }
    char *text = utf8_clean(slice_of(slot->node->valuestring));
    bool empty_is_good = (field->flags & (FIELD_REQUIRED | FIELD_MANY)) == 0;
    bool good = text[0] == '\0' ? empty_is_good
                                : is_choice(field, text) &&
                                      (field->is_good == NULL || field->is_good(text));
    if (!good) {
        reject(reader, slot, false);
    } else if (slot->into != NULL && text[0] != '\0') {
        *(char **)slot->into = text;
        return;
    }
    free(text);
}

static void read_number(struct fields_reader *reader, const struct slot *slot) {
    double value = cJSON_IsNumber(slot->node) ? slot->node->valuedouble : 0;
    // Compared as doubles first, so that the conversion can't overflow.
    if (!cJSON_IsNumber(slot->node) || !(value >= (double)slot->field->min) ||
        !(value <= (double)slot->field->max) || (double)(int64_t)value != value) {
        reject(reader, slot, false);
    } else if (slot->into != NULL) {
        *(int64_t *)slot->into = (int64_t)value;
    }
}

static void read_bool(struct fields_reader *reader, const struct slot *slot) {
    if (!cJSON_IsBool(slot->node)) {
        reject(reader, slot, false);
    } else if (slot->into != NULL) {
        *(bool *)slot->into = cJSON_IsTrue(slot->node);
    }
}

static void read_converted(struct fields_reader *reader, const struct slot *slot) {
    void *scratch = mem_alloc(1, slot->field->size);
    void *into = slot->into != NULL ? slot->into : scratch;
    if (!cJSON_IsString(slot->node) ||
        !slot->field->convert(reader->context, slot->node->valuestring, into)) {
        reject(reader, slot, false);
    }
    free(scratch);
}

static const struct fields *choose(const struct fields *table, const cJSON *node) {
    const struct fields_variant *variant = table->variants;
    if (variant == NULL) {
        return table;
    }
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(node, table->chosen_by);
    while (variant->word != NULL &&
           (!cJSON_IsString(key) || strcmp(variant->word, key->valuestring) != 0)) {
        variant++;
    }
    return variant->table;
}

static void read_field(struct fields_reader *reader, const struct slot *slot);

static const struct field *find_field(const struct fields *table, const char *name) {
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->items[i].name, name) == 0) {
            return &table->items[i];
        }
    }
    return NULL;
}

static char *suggest(const struct fields *table, const char *name) {
    enum { NEAR = 2 };
    struct buf text = {0};
    for (size_t i = 0; i < table->count; i++) {
        const char *known = table->items[i].name;
        size_t distance = nearest_distance(known, name);
        if (distance <= NEAR && distance < strlen(known)) {
            buf_printf(&text, "a known key: did you mean \"%s\"?", known);
            return buf_take(&text);
        }
    }
    buf_add_str(&text, "one of");
    for (size_t i = 0; i < table->count; i++) {
        buf_printf(&text, "%s \"%s\"", i == 0 ? "" : ",", table->items[i].name);
    }
    return buf_take(&text);
}

static void check_unknown(struct fields_reader *reader, const struct fields *table,
                          const cJSON *node) {
    size_t len = reader->path.len;
    const cJSON *child = NULL;
    cJSON_ArrayForEach(child, node) {
        if (find_field(table, child->string) != NULL) {
            continue;
        }
        char *found = str_printf("the unknown key \"%s\"", child->string);
        char *expected = suggest(table, child->string);
        json_pointer_add_key(&reader->path, child->string);
        report(reader, found, expected);
        json_pointer_cut(&reader->path, len);
        free(expected);
        free(found);
    }
}

static void *member(void *value, size_t offset) {
    return (char *)value + offset;
}

// All fields of an object; a NULL node leaves all of them out.
static void read_items(struct fields_reader *reader, const struct fields *table,
                       const cJSON *node, void *into) {
    size_t len = reader->path.len;
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->items[i];
        bool kept = into != NULL && (field->flags & (FIELD_LATER | FIELD_UNKEPT)) == 0;
        struct slot slot = {
            .field = field,
            .node = cJSON_GetObjectItemCaseSensitive(node, field->name),
            .into = kept ? member(into, field->offset) : NULL,
            .count = kept ? member(into, field->count) : NULL,
        };
        json_pointer_add_key(&reader->path, field->name);
        // Of an object left out nothing is missing.
        if (node != NULL || (field->flags & FIELD_REQUIRED) == 0) {
            read_field(reader, &slot);
        }
        json_pointer_cut(&reader->path, len);
    }
}

static void reject_variant(struct fields_reader *reader, const struct fields *table,
                           const cJSON *node) {
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(node, table->chosen_by);
    struct buf words = {0};
    for (const struct fields_variant *v = table->variants; v->word != NULL; v++) {
        buf_printf(&words, "%s\"%s\"", words.len > 0 ? ", " : "one of ", v->word);
    }
    char *found = describe(NULL, key);
    size_t len = reader->path.len;
    json_pointer_add_key(&reader->path, table->chosen_by);
    report(reader, found, buf_str(&words));
    json_pointer_cut(&reader->path, len);
    free(found);
    buf_finish(&words);
}

static void read_object(struct fields_reader *reader, const struct slot *slot) {
    if (!cJSON_IsObject(slot->node)) {
        reject(reader, slot, false);
        return;
    }
    const struct fields *table = choose(slot->field->table, slot->node);
    if (table == NULL) {
        reject_variant(reader, slot->field->table, slot->node);
        return;
    }
    read_items(reader, table, slot->node, slot->into);
    check_unknown(reader, table, slot->node);
    if (table->done != NULL && slot->into != NULL) {
        reader->object = slot->node;
        table->done(reader, slot->into);
    }
}

// Names of a map are cleaned too, but never empty.
static void read_map(struct fields_reader *reader, const struct slot *slot) {
    if (!cJSON_IsObject(slot->node)) {
        reject(reader, slot, false);
        return;
    }
    const size_t len = reader->path.len;
    const size_t size = slot->field->table->size;
    char *items = mem_alloc((size_t)cJSON_GetArraySize(slot->node), size);
    *(void **)slot->into = items;
    const cJSON *child = NULL;
    cJSON_ArrayForEach(child, slot->node) {
        char *item = items + (*slot->count)++ * size;
        *(char **)(void *)item = utf8_clean(slice_of(child->string));
        json_pointer_add_key(&reader->path, child->string);
        read_object(reader, &(struct slot){slot->field, child, item, NULL});
        json_pointer_cut(&reader->path, len);
    }
}

static void read_any(struct fields_reader *reader, const struct slot *slot) {
    (void)reader;
    (void)slot;
}

typedef void read_fn(struct fields_reader *reader, const struct slot *slot);

static read_fn *const readers[] = {
    [FIELD_TEXT] = read_text,     [FIELD_NUMBER] = read_number,
    [FIELD_BOOL] = read_bool,     [FIELD_CONVERTED] = read_converted,
    [FIELD_OBJECT] = read_object, [FIELD_MAP] = read_map,
    [FIELD_ANY] = read_any,
};

static size_t element_size(const struct field *field) {
    switch (field->kind) {
    case FIELD_TEXT:
        return sizeof(char *);
    case FIELD_NUMBER:
        return sizeof(int64_t);
    case FIELD_BOOL:
        return sizeof(bool);
    case FIELD_OBJECT:
        return field->table->size;
    default:
        return field->size;
    }
}

static void read_many(struct fields_reader *reader, const struct slot *slot) {
    int count = cJSON_GetArraySize(slot->node);
    if (!cJSON_IsArray(slot->node)) {
        reject(reader, slot, true);
        return;
    }
    if (count > LIMIT_AGENDA_ITEMS) {
        char *found = str_printf("%d items", count);
        char *expected = str_printf("at most %d", LIMIT_AGENDA_ITEMS);
        report(reader, found, expected);
        free(expected);
        free(found);
        return;
    }
    const size_t len = reader->path.len;
    const size_t size = element_size(slot->field);
    char *items = slot->into != NULL ? mem_alloc((size_t)count, size) : NULL;
    size_t at = 0;
    const cJSON *child = NULL;
    cJSON_ArrayForEach(child, slot->node) {
        char *item = items != NULL ? items + at * size : NULL;
        json_pointer_add_index(&reader->path, at++);
        readers[slot->field->kind](reader,
                                   &(struct slot){slot->field, child, item, NULL});
        json_pointer_cut(&reader->path, len);
    }
    if (items != NULL) {
        *(void **)slot->into = items;
        *slot->count = at;
    }
}

static void set_fallback(struct fields_reader *reader, const struct slot *slot) {
    const struct field *field = slot->field;
    if (slot->into == NULL || (field->flags & FIELD_MANY) != 0) {
        return;
    }
    if (field->kind == FIELD_NUMBER) {
        *(int64_t *)slot->into = field->fallback;
    } else if (field->kind == FIELD_BOOL) {
        *(bool *)slot->into = field->fallback != 0;
    } else if (field->kind == FIELD_TEXT) {
        *(char **)slot->into = mem_copy(field->standard);
    } else if (field->kind == FIELD_CONVERTED && field->standard != NULL) {
        (void)field->convert(reader->context, field->standard, slot->into);
    } else if (field->kind == FIELD_OBJECT) {
        read_items(reader, field->table, NULL, slot->into);
    }
}

static bool asks_for_something(const struct field *field, const cJSON *node) {
    if (cJSON_IsBool(node)) {
        return cJSON_IsTrue(node) != (field->fallback != 0);
    }
    if (cJSON_IsNumber(node)) {
        return node->valuedouble != (double)field->fallback;
    }
    if (cJSON_IsString(node)) {
        const char *standard = field->standard != NULL ? field->standard : "";
        return strcmp(node->valuestring, standard) != 0;
    }
    return node->child != NULL;
}

static void read_field(struct fields_reader *reader, const struct slot *slot) {
    const struct field *field = slot->field;
    if (slot->node == NULL || cJSON_IsNull(slot->node)) {
        if ((field->flags & FIELD_REQUIRED) != 0) {
            reject(reader, slot, (field->flags & FIELD_MANY) != 0);
        } else {
            set_fallback(reader, slot);
        }
        return;
    }
    if ((field->flags & FIELD_MANY) != 0) {
        read_many(reader, slot);
    } else {
        readers[field->kind](reader, slot);
    }
    if ((field->flags & FIELD_LATER) != 0 && asks_for_something(field, slot->node)) {
        fields_warn(reader, "", "set, but not supported yet: it changes nothing");
    }
}

void fields_read(const struct json_file *file, const struct fields *table, void *into,
                 void *context, struct mistakes *mistakes) {
    struct fields_reader reader = {
        .file = file, .mistakes = mistakes, .context = context};
    const struct field whole = {.kind = FIELD_OBJECT, .table = table};
    read_object(&reader, &(struct slot){&whole, file->root, into, NULL});
    buf_finish(&reader.path);
}

static void finish_text(char **text) {
    free(*text);
    *text = NULL;
}

static void finish_values(const struct field *field, void *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (field->kind == FIELD_TEXT) {
            finish_text((char **)values + i);
        } else if (field->kind == FIELD_OBJECT) {
            fields_finish(field->table, member(values, i * field->table->size));
        } else if (field->kind == FIELD_MAP) {
            void *item = member(values, i * field->table->size);
            finish_text(item);
            fields_finish(field->table, item);
        }
    }
}

static void finish_field(const struct field *field, void *value) {
    void *at = member(value, field->offset);
    if ((field->flags & FIELD_MANY) == 0 && field->kind != FIELD_MAP) {
        finish_values(field, at, 1);
        return;
    }
    size_t *count = member(value, field->count);
    finish_values(field, *(void **)at, *count);
    free(*(void **)at);
    *(void **)at = NULL;
    *count = 0;
}

void fields_finish(const struct fields *table, void *value) {
    for (const struct fields_variant *v = table->variants; v != NULL && v->word; v++) {
        fields_finish(v->table, value);
    }
    for (size_t i = 0; i < table->count; i++) {
        if ((table->items[i].flags & (FIELD_LATER | FIELD_UNKEPT)) == 0) {
            finish_field(&table->items[i], value);
        }
    }
}
