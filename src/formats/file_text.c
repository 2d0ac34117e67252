// SPDX-License-Identifier: MIT
#include "formats/file_text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

static enum err open_file(const char *path, int *fd, struct error *error) {
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd >= 0) {
        return OK;
    }
    return error_set(error, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s",
                     errno == ENOENT ? "no such file" : strerror(errno));
}

static enum err read_all(int fd, size_t max, struct buf *out, struct error *error) {
    char chunk[16384];
    size_t total = 0;
    while (true) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set(error, ERR_IO, "%s", strerror(errno));
        }
        if (got == 0) {
            return OK;
        }
        total += (size_t)got;
        if (total > max) {
            return error_set(error, ERR_LIMIT, "a file of more than %zu bytes", max);
        }
        buf_add(out, chunk, (size_t)got);
    }
}

enum err file_text_read(const char *path, size_t max, struct buf *out,
                        struct error *error) {
    int fd = -1;
    enum err err = open_file(path, &fd, error);
    if (err == OK) {
        err = read_all(fd, max, out, error);
        close(fd);
    }
    return err;
}

// Asked of the open file, so that it can't be another one a moment later.
static enum err check_private(int fd, struct error *error) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return error_set(error, ERR_IO, "%s", strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(error, ERR_INVALID, "something that is not a file");
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return error_set(error, ERR_DENIED, "mode %04o",
                         (unsigned)(status.st_mode & 07777));
    }
    return OK;
}

enum err file_text_check_private(const char *path, struct error *error) {
    int fd = -1;
    enum err err = open_file(path, &fd, error);
    if (err == OK) {
        err = check_private(fd, error);
        close(fd);
    }
    return err;
}

static enum err one_line(struct buf *text, struct error *error) {
    if (text->len > 0 && text->data[text->len - 1] == '\n') {
        text->len--;
    }
    if (text->len > 0 && text->data[text->len - 1] == '\r') {
        text->len--;
    }
    if (text->len == 0) {
        return error_set(error, ERR_INVALID, "an empty file");
    }
    text->data[text->len] = '\0';
    for (size_t i = 0; i < text->len; i++) {
        if ((unsigned char)text->data[i] < 0x20) {
            return error_set(error, ERR_INVALID, "control characters or more lines");
        }
    }
    return OK;
}

enum err file_text_secret(const char *path, char **secret, struct error *error) {
    int fd = -1;
    enum err err = open_file(path, &fd, error);
    if (err != OK) {
        return err;
    }
    struct buf text = {0};
    err = check_private(fd, error);
    if (err == OK) {
        err = read_all(fd, LIMIT_SECRET_BYTES, &text, error);
    }
    if (err == OK) {
        err = one_line(&text, error);
    }
    if (err == OK) {
        *secret = buf_take(&text);
    }
    close(fd);
    buf_finish(&text);
    return err;
}

char *file_text_beside(const char *file, const char *path) {
    const char *slash = strrchr(file, '/');
    if (path[0] == '/' || slash == NULL) {
        return str_printf("%s", path);
    }
    return str_printf("%.*s/%s", (int)(slash - file), file, path);
}
