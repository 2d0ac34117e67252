// SPDX-License-Identifier: MIT
#include "app/config.h"

#include <stdlib.h>
#include <string.h>

#include "app/config_parts.h"
#include "base/memory.h"
#include "formats/file_text.h"
#include "formats/values.h"

static const char sqlite_scheme[] = "sqlite:";

static bool is_store(const char *text) {
    size_t len = strlen(sqlite_scheme);
    return strncmp(text, sqlite_scheme, len) == 0 && text[len] != '\0';
}

// Nothing of these parts is kept yet: their tables check only.
static const struct field web_items[] = {
    {.name = "listen"},
    {.name = "public_url", .is_good = value_is_http, .expected = "an http address"},
    {.name = "trusted_proxies", .flags = FIELD_MANY},
    {.name = "metrics_listen"},
    {.name = "public", .kind = FIELD_BOOL},
    {.name = "allow_http_panel", .kind = FIELD_BOOL},
};

static const struct field fetch_items[] = {
    {.name = "allow_hosts", .flags = FIELD_MANY | FIELD_LATER},
    {.name = "proxy", .flags = FIELD_LATER | FIELD_HIDDEN},
};

static const struct field smtp_items[] = {
    {.name = "url", .flags = FIELD_HIDDEN},
    {.name = "from"},
    {.name = "password_file", .flags = FIELD_HIDDEN},
};

static const struct fields web_table = {FIELDS(struct raw_config, web_items)};
static const struct fields fetch_table = {FIELDS(struct raw_config, fetch_items)};
static const struct fields smtp_table = {FIELDS(struct raw_config, smtp_items)};

// Networks come before the workshops that name them.
static const struct field config_items[] = {
    {.name = "store",
     .flags = FIELD_HIDDEN,
     .offset = offsetof(struct raw_config, store),
     .standard = "sqlite:usher.db",
     .is_good = is_store,
     .expected = "\"sqlite:PATH\"; PostgreSQL is not supported yet"},
    {.name = "web", .kind = FIELD_OBJECT, .flags = FIELD_LATER, .table = &web_table},
    {.name = "fetch",
     .kind = FIELD_OBJECT,
     .flags = FIELD_UNKEPT,
     .table = &fetch_table},
    {.name = "smtp", .kind = FIELD_OBJECT, .flags = FIELD_LATER, .table = &smtp_table},
    {.name = "networks",
     .kind = FIELD_MAP,
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_config, networks),
     .count = offsetof(struct raw_config, network_count),
     .table = &config_network_table},
    {.name = "workshops",
     .kind = FIELD_MAP,
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_config, workshops),
     .count = offsetof(struct raw_config, workshop_count),
     .table = &config_workshop_table},
};

// The path of the store as the process sees it.
static char *resolve_store(const char *file, const char *store) {
    const char *path = store + strlen(sqlite_scheme);
    if (strcmp(path, ":memory:") == 0) {
        return mem_copy(store);
    }
    char *full = file_text_beside(file, path);
    char *resolved = str_printf("%s%s", sqlite_scheme, full);
    free(full);
    return resolved;
}

static void config_done(struct fields_reader *reader, void *value) {
    struct raw_config *raw = value;
    struct config_reading *reading = reader->context;
    if (raw->networks != NULL && raw->network_count == 0) {
        fields_mistake(reader, "/networks", "an empty object", "at least one network");
    }
    if (raw->workshops != NULL && raw->workshop_count == 0) {
        fields_mistake(reader, "/workshops", "an empty object",
                       "at least one workshop");
    }
    if (raw->store != NULL) {
        reading->config->store = resolve_store(reader->file->name, raw->store);
    }
}

static const struct fields config_table = {FIELDS(struct raw_config, config_items),
                                           .done = config_done};

char *config_take(char **text) {
    char *taken = *text;
    *text = NULL;
    return taken;
}

char *config_secret(struct fields_reader *reader, const char *below, const char *file) {
    if (file == NULL) {
        return NULL;
    }
    char *secret = NULL;
    char *path = file_text_beside(reader->file->name, file);
    struct error error = {0};
    if (file_text_secret(path, &secret, &error) != OK) {
        fields_mistake(reader, below, error_text(&error),
                       "a file of one line with mode 0600 or stricter");
    }
    error_finish(&error);
    free(path);
    return secret;
}

static void free_room_owners(struct table *rooms) {
    size_t at = 0;
    const char *key = NULL;
    void *owner = NULL;
    while (table_next(rooms, &at, &key, &owner)) {
        free(owner);
    }
    table_finish(rooms);
}

void config_load(const char *file, struct config *config, struct mistakes *mistakes) {
    *config = (struct config){0};
    struct config_reading reading = {.config = config};
    struct json_file json = {0};
    if (json_file_read(&json, file, mistakes) == OK) {
        fields_read(&json, &config_table, &reading.raw, &reading, mistakes);
    }
    fields_finish(&config_table, &reading.raw);
    free_room_owners(&reading.rooms);
    json_file_finish(&json);
}

void config_finish(struct config *config) {
    for (size_t i = 0; i < config->network_count; i++) {
        config_network_finish(&config->networks[i]);
    }
    for (size_t i = 0; i < config->workshop_count; i++) {
        workshop_finish(&config->workshops[i]);
    }
    free(config->networks);
    free(config->workshops);
    free(config->store);
    *config = (struct config){0};
}
