// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_FIELDS_H
#define USHER_FORMATS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/json_file.h"

// JSON objects read into structs by tables: a table says which keys there are, of
// what kind, where they go and what is right; the reader fills the struct and adds
// every mistake: missing, of another kind, out of range, not known. A key with the
// value null is a key left out. Fields are read in the order of the table, not of
// the file. What was filled is freed by the same table (fields_finish), or by the
// struct's own finish function. The struct must be zeroed before.

enum field_kind {
    FIELD_TEXT,      // char *; passed utf8_clean, NULL where empty
    FIELD_NUMBER,    // int64_t from min to max
    FIELD_BOOL,      // bool
    FIELD_CONVERTED, // a text that `convert` turns into a value of `size` bytes
    FIELD_OBJECT,    // a struct embedded, by `table`
    FIELD_MAP,       // an object with names of its own as keys: structs by `table`,
                     // the name in the char * that they begin with
    FIELD_ANY,       // not looked at
};

enum field_flag {
    FIELD_REQUIRED = 1,
    FIELD_MANY = 2,    // an array of them: pointer at `offset`, count at `count`
    FIELD_LATER = 4,   // checked, not kept; a warning where it asks for something
    FIELD_UNKEPT = 8,  // checked, not kept
    FIELD_HIDDEN = 16, // may hold a secret: never shown
};

struct fields_reader;
struct fields;

struct field {
    const char *name;
    enum field_kind kind;
    unsigned flags;
    size_t offset;
    size_t count;                      // FIELD_MANY and FIELD_MAP: offset of the size_t
    size_t size;                       // FIELD_CONVERTED
    int64_t min, max;                  // FIELD_NUMBER
    int64_t fallback;                  // FIELD_NUMBER, FIELD_BOOL: when left out
    const char *standard;              // FIELD_TEXT, FIELD_CONVERTED: when left out
    const char *expected;              // what is right, in words; NULL: by kind
    const char *const *choices;        // FIELD_TEXT: one of these; ends with NULL
    bool (*is_good)(const char *text); // FIELD_TEXT; NULL: every text
    bool (*convert)(void *context, const char *text, void *value);
    const struct fields *table;
};

// Tables of which one is chosen by the text under a key, such as "type".
struct fields_variant {
    const char *word;
    const struct fields *table;
};

struct fields {
    const struct field *items;
    size_t count;
    size_t size; // of the struct
    // What no single field can say: called when all are read, also if some were
    // mistakes, with the reader standing at the object. NULL: nothing.
    void (*done)(struct fields_reader *reader, void *value);
    // If not NULL: the table is only a choice between these by the key `chosen_by`.
    // All are of one struct; a place in it that two of them fill is of one kind.
    // Ends with a NULL word.
    const struct fields_variant *variants;
    const char *chosen_by;
};

struct fields_reader {
    const struct json_file *file;
    struct mistakes *mistakes;
    void *context;              // for convert and done
    struct buf path;            // pointer to where the reader stands
    const struct cJSON *object; // for done: the object just read
};

#define FIELDS(type, table_items)                                                    \
    .items = (table_items), .count = sizeof(table_items) / sizeof((table_items)[0]), \
    .size = sizeof(type)

// Reads the file's whole value.
void fields_read(const struct json_file *file, const struct fields *table, void *into,
                 void *context, struct mistakes *mistakes);

void fields_finish(const struct fields *table, void *value);

// For `done`: whether the object has such a key, right or wrong, other than null; and
// a mistake or warning at a pointer below where the reader stands ("/nick", "" for
// the object itself).
bool fields_has(const struct fields_reader *reader, const char *name);
void fields_mistake(struct fields_reader *reader, const char *below, const char *found,
                    const char *expected);
void fields_warn(struct fields_reader *reader, const char *below, const char *sentence);

// The text in quotes, as `found` shows it. The caller frees.
char *fields_quoted(const char *text);

#endif
