// SPDX-License-Identifier: MIT
#include "app/check.h"

#include <stdio.h>

#include "app/config.h"
#include "app/exit_codes.h"

int check_command(const char *config_file) {
    struct config config;
    struct mistakes mistakes = {0};
    struct buf line = {0};
    config_load(config_file, &config, &mistakes);
    for (size_t i = 0; i < mistakes.count; i++) {
        buf_clear(&line);
        mistake_add_line(&mistakes.items[i], &line);
        puts(buf_str(&line));
    }
    size_t count = mistakes.mistake_count;
    printf("%zu mistakes\n", count);
    buf_finish(&line);
    mistakes_finish(&mistakes);
    config_finish(&config);
    return fflush(stdout) == 0 && count == 0 ? EXIT_WELL : EXIT_INPUT;
}
