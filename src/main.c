// SPDX-License-Identifier: MIT
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/check.h"
#include "app/exit_codes.h"
#include "app/export.h"
#include "app/import.h"
#include "base/clock.h"
#include "base/log.h"

// The command line: finds the command, reads its options, calls it.

// All that any command can be given.
struct arguments {
    const char *config;
    const char *clock;
    const char *format;
    const char *out;
    const char *workshop;
    const char *file; // the operand
    bool help, online;
};

struct subcommand {
    const char *words[2]; // the second may be NULL
    const char *options;  // letters of `long_options` that it takes
    bool needs_config, needs_file;
    const char *usage;
    int (*run)(const struct arguments *arguments);
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"clock", required_argument, NULL, 't'},
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"workshop", required_argument, NULL, 'w'},
    {"online", no_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int with_clock(const struct arguments *arguments, struct clock *clock) {
    struct error error = {0};
    if (arguments->clock != NULL &&
        clock_parse(arguments->clock, clock, &error) != OK) {
        fprintf(stderr, "usher: %s\n", error_text(&error));
        error_finish(&error);
        return EXIT_USAGE;
    }
    return EXIT_WELL;
}

static int run(const struct arguments *arguments) {
    struct clock clock = {0};
    int code = with_clock(arguments, &clock);
    return code != EXIT_WELL ? code : app_run(arguments->config, &clock);
}

// What the networks say is the answer; the log has only what went wrong.
static int check(const struct arguments *arguments) {
    if (getenv("USHER_LOG") == NULL) {
        log_set_level(LOG_WARN);
    }
    return check_command(arguments->config, arguments->online);
}

static int agenda_import(const struct arguments *arguments) {
    return import_command(arguments->file, arguments->format, arguments->out);
}

static int questions_export(const struct arguments *arguments) {
    if (arguments->workshop == NULL || arguments->format == NULL) {
        fputs("usher: questions export needs --workshop and --format\n", stderr);
        return EXIT_USAGE;
    }
    const struct clock clock = {0};
    return export_command(arguments->config, arguments->workshop, arguments->format,
                          &clock);
}

static const struct subcommand subcommands[] = {
    {{"run"},
     "cth",
     true,
     false,
     "usher run -c FILE [--clock T[@N]]\n"
     "  Runs the bot. SIGTERM ends it, SIGHUP reads the configuration again.\n"
     "  --clock T[@N]  the agenda's clock starts at T (RFC 3339), N times as fast\n",
     run},
    {{"check"},
     "cnh",
     true,
     false,
     "usher check -c FILE [--online]\n"
     "  Lists every mistake in the configuration and the agendas it names.\n"
     "  --online  also signs on, joins the rooms and leaves again, without a word, "
     "and\n"
     "            says where the bot could not join, hear or speak\n",
     check},
    {{"agenda", "import"},
     "foh",
     false,
     true,
     "usher agenda import FILE [--format json] [-o OUT]\n"
     "  Writes an agenda as usher's own JSON.\n",
     agenda_import},
    {{"questions", "export"},
     "cwfh",
     true,
     false,
     "usher questions export -c FILE --workshop ID --format json\n"
     "  Writes the questions of a workshop, also while the bot runs.\n",
     questions_export},
    {.run = NULL},
};

static void print_usage(FILE *out) {
    for (const struct subcommand *one = subcommands; one->run != NULL; one++) {
        fputs(one->usage, out);
    }
    fputs("usher --version | --help | COMMAND --help\n", out);
}

// The subcommand the first words name; *used is how many words those are.
static const struct subcommand *find_subcommand(int count, char **words, int *used) {
    for (const struct subcommand *one = subcommands; one->run != NULL; one++) {
        *used = one->words[1] != NULL ? 2 : 1;
        if (count >= *used && strcmp(words[0], one->words[0]) == 0 &&
            (*used == 1 || strcmp(words[1], one->words[1]) == 0)) {
            return one;
        }
    }
    return NULL;
}

static void set_option(struct arguments *arguments, int option, const char *value) {
    const char **const places[] = {
        ['c'] = &arguments->config,   ['t'] = &arguments->clock,
        ['f'] = &arguments->format,   ['o'] = &arguments->out,
        ['w'] = &arguments->workshop,
    };
    if (option == 'h') {
        arguments->help = true;
    } else if (option == 'n') {
        arguments->online = true;
    } else {
        *places[option] = value;
    }
}

static bool read_arguments(const struct subcommand *subcommand, int count, char **words,
                           struct arguments *arguments) {
    int option = 0;
    while ((option = getopt_long(count, words, "c:o:h", long_options, NULL)) != -1) {
        if (option == '?') {
            return false; // getopt has said why
        }
        if (strchr(subcommand->options, option) == NULL) {
            fprintf(stderr, "usher: this command takes no option %s\n",
                    words[optind - 1]);
            return false;
        }
        set_option(arguments, option, optarg);
    }
    int operands = count - optind;
    if (operands > 0) {
        arguments->file = words[optind];
    }
    if (operands > (subcommand->needs_file ? 1 : 0)) {
        fprintf(stderr, "usher: found \"%s\", expected no more words\n",
                words[count - 1]);
        return false;
    }
    return arguments->help ||
           ((arguments->config != NULL || !subcommand->needs_config) &&
            (arguments->file != NULL || !subcommand->needs_file));
}

static int run_subcommand(const struct subcommand *subcommand, int count,
                          char **words) {
    struct arguments arguments = {0};
    if (!read_arguments(subcommand, count, words, &arguments)) {
        fputs(subcommand->usage, stderr);
        return EXIT_USAGE;
    }
    if (arguments.help) {
        fputs(subcommand->usage, stdout);
        return EXIT_WELL;
    }
    return subcommand->run(&arguments);
}

// For who looks for a fault: it repeats what people say.
static void read_log_level(void) {
    const char *level = getenv("USHER_LOG");
    if (level != NULL && strcmp(level, "debug") == 0) {
        log_set_level(LOG_DEBUG);
    }
}

int main(int argc, char **argv) {
    read_log_level();
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("usher " USHER_VERSION);
        return EXIT_WELL;
    }
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_usage(stdout);
        return EXIT_WELL;
    }
    int used = 0;
    const struct subcommand *subcommand = find_subcommand(argc - 1, argv + 1, &used);
    if (subcommand == NULL) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    return run_subcommand(subcommand, argc - used, argv + used);
}
