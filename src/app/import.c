// SPDX-License-Identifier: MIT
#include "app/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/exit_codes.h"
#include "base/limits.h"
#include "formats/agenda_json.h"
#include "formats/file_text.h"

static void print_mistakes(const struct mistakes *mistakes) {
    for (size_t i = 0; i < mistakes->count; i++) {
        struct buf line = {0};
        mistake_add_line(&mistakes->items[i], &line);
        fprintf(stderr, "%s\n", buf_str(&line));
        buf_finish(&line);
    }
}

static enum err write_text(const char *out, const struct buf *text) {
    bool to_stdout = out == NULL || strcmp(out, "-") == 0;
    FILE *file = to_stdout ? stdout : fopen(out, "we");
    if (file == NULL) {
        return ERR_IO;
    }
    size_t written = fwrite(text->data, 1, text->len, file);
    int closed = to_stdout ? fflush(file) : fclose(file);
    return written == text->len && closed == 0 ? OK : ERR_IO;
}

static int convert(const char *file, const struct buf *source, const char *out) {
    struct agenda agenda;
    struct mistakes mistakes = {0};
    struct buf text = {0};
    agenda_json_parse(&agenda, file, buf_slice(source), NULL, &mistakes);
    print_mistakes(&mistakes);
    enum err err = mistakes.mistake_count > 0 ? ERR_INVALID : OK;
    if (err == OK) {
        err = agenda_json_write(&agenda, &text);
    }
    if (err == OK && (err = write_text(out, &text)) != OK) {
        fprintf(stderr, "usher: failed to write %s: %s\n",
                out != NULL ? out : "standard output", strerror(errno));
    }
    buf_finish(&text);
    mistakes_finish(&mistakes);
    agenda_finish(&agenda);
    return err == OK ? EXIT_WELL : EXIT_INPUT;
}

int import_command(const char *file, const char *format, const char *out) {
    if (format != NULL && strcmp(format, "json") != 0) {
        fprintf(
            stderr,
            "usher: agendas of format \"%s\" are not supported yet, only \"json\"\n",
            format);
        return EXIT_INPUT;
    }
    struct buf source = {0};
    struct error error = {0};
    int code = EXIT_INPUT;
    if (file_text_read(file, LIMIT_FILE_BYTES, &source, &error) == OK) {
        code = convert(file, &source, out);
    } else {
        fprintf(stderr, "usher: failed to read %s: %s\n", file, error_text(&error));
    }
    error_finish(&error);
    buf_finish(&source);
    return code;
}
