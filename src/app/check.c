// SPDX-License-Identifier: MIT
#include "app/check.h"

#include <stdio.h>

#include "app/check_online.h"
#include "app/config.h"
#include "app/exit_codes.h"

static int print(const struct mistakes *mistakes) {
    struct buf line = {0};
    for (size_t i = 0; i < mistakes->count; i++) {
        buf_clear(&line);
        mistake_add_line(&mistakes->items[i], &line);
        puts(buf_str(&line));
    }
    buf_finish(&line);
    printf("%zu mistakes\n", mistakes->mistake_count);
    return fflush(stdout) == 0 && mistakes->mistake_count == 0 ? EXIT_WELL : EXIT_INPUT;
}

int check_command(const char *config_file, bool online) {
    struct config config;
    struct mistakes mistakes = {0};
    struct error error = {0};
    enum err err = OK;
    config_load(config_file, &config, &mistakes);
    if (online && mistakes.mistake_count == 0) {
        err = check_online(config_file, &config, &mistakes, &error);
    }
    int code = EXIT_INTERNAL;
    if (err == OK) {
        code = print(&mistakes);
    } else {
        fprintf(stderr, "usher: %s\n", error_text(&error));
    }
    error_finish(&error);
    mistakes_finish(&mistakes);
    config_finish(&config);
    return code;
}
