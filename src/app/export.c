// SPDX-License-Identifier: MIT
#include "app/export.h"

#include <stdio.h>
#include <string.h>

#include "app/config.h"
#include "app/exit_codes.h"
#include "formats/questions_json.h"
#include "store/store.h"

static bool has_workshop(const struct config *config, const char *id) {
    for (size_t i = 0; i < config->workshop_count; i++) {
        if (strcmp(config->workshops[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static int write_export(const struct config *config, const char *workshop,
                        int64_t now_ms) {
    struct store *store = NULL;
    struct error error = {0};
    struct buf out = {0};
    int code = EXIT_WELL;
    if (store_open(config->store, STORE_READER, now_ms, &store, &error) != OK) {
        code = EXIT_UNAVAILABLE;
    } else if (questions_json_write(store, workshop, now_ms, &out) != OK) {
        error_set(&error, ERR_IO, "failed to read the questions of %s", workshop);
        code = EXIT_INTERNAL;
    } else if (fwrite(buf_str(&out), 1, out.len, stdout) != out.len ||
               fflush(stdout) != 0) {
        error_set(&error, ERR_IO, "failed to write to standard output");
        code = EXIT_INTERNAL;
    }
    if (code != EXIT_WELL) {
        fprintf(stderr, "usher: %s\n", error_text(&error));
    }
    buf_finish(&out);
    error_finish(&error);
    store_close(store);
    return code;
}

int export_command(const char *config_file, const char *workshop, const char *format,
                   const struct clock *clock) {
    if (strcmp(format, "json") != 0) {
        fprintf(stderr, "usher: found format \"%s\", expected json\n", format);
        return EXIT_INPUT;
    }
    struct config config = {0};
    struct mistakes mistakes = {0};
    config_load(config_file, &config, &mistakes);
    int code = EXIT_INPUT;
    if (mistakes.mistake_count > 0) {
        fprintf(stderr, "usher: %s has mistakes; see: usher check -c %s\n", config_file,
                config_file);
    } else if (!has_workshop(&config, workshop)) {
        fprintf(stderr, "usher: found workshop \"%s\", expected one of %s\n", workshop,
                config_file);
    } else {
        code = write_export(&config, workshop, clock_now_ms(clock));
    }
    mistakes_finish(&mistakes);
    config_finish(&config);
    return code;
}
