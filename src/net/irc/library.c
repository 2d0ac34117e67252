// SPDX-License-Identifier: MIT
#include "net/irc/library.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libircclient.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

// What the library can take of one line; its buffers hold 1,024 bytes.
enum {
    LIBRARY_PARAMS = 10,
    LIBRARY_PARAM_BYTES = 32, // it looks no further to tell one kind from another
    LIBRARY_LINE_BYTES = 400, // a whole line of such parameters is less
    LIBRARY_BYTES = 1000,     // handed over at a time
    LIBRARY_LINES = 32,
};

struct irc_library {
    const struct irc_library_events *events;
    void *context;
    irc_session_t *session;
    int socket;                           // the library's, closed by it
    int peer;                             // our end
    struct irc_line lines[LIBRARY_LINES]; // that wait
    size_t count;
    struct buf rebuilt;
    bool broken;
};

// A kind of line the library dispatches to a handler.
struct kind {
    const char *verb;
    size_t params; // at least
};

static const struct kind kinds[] = {
    {"PRIVMSG", 2}, {"JOIN", 1},   {"PART", 1}, {"KICK", 2},   {"NICK", 1},
    {"QUIT", 0},    {"NOTICE", 2}, {"MODE", 2}, {"INVITE", 2},
};

// The line whose number stands in the place of the source; NULL when the lines were
// discarded.
static const struct irc_line *find_line(const struct irc_library *library,
                                        const char *origin) {
    int64_t number = 0;
    if (!slice_to_number(slice_of(origin), &number) ||
        (size_t)number >= library->count) {
        return NULL;
    }
    return &library->lines[number];
}

#define CALLBACK(name)                                               \
    static void on_##name(irc_session_t *session, const char *event, \
                          const char *origin, const char **params,   \
                          unsigned int count) {                      \
        (void)event, (void)params, (void)count;                      \
        struct irc_library *library = irc_get_ctx(session);          \
        const struct irc_line *line = find_line(library, origin);    \
        if (line != NULL) {                                          \
            library->events->name(library->context, line);           \
        }                                                            \
    }

CALLBACK(message)
CALLBACK(join)
CALLBACK(part)
CALLBACK(kick)
CALLBACK(nick)
CALLBACK(quit)
CALLBACK(notice)
CALLBACK(mode)
CALLBACK(invite)

static void on_numeric(irc_session_t *session, unsigned int code, const char *origin,
                       const char **params, unsigned int count) {
    (void)params, (void)count;
    struct irc_library *library = irc_get_ctx(session);
    const struct irc_line *line = find_line(library, origin);
    if (line != NULL) {
        library->events->numeric(library->context, (int)code, line);
    }
}

// The library takes whoever's nick begins like its own for itself: both callbacks
// for messages are one.
static irc_callbacks_t callbacks = {
    .event_privmsg = on_message,
    .event_channel = on_message,
    .event_join = on_join,
    .event_part = on_part,
    .event_kick = on_kick,
    .event_nick = on_nick,
    .event_quit = on_quit,
    .event_notice = on_notice,
    .event_channel_notice = on_notice,
    .event_mode = on_mode,
    .event_umode = on_mode,
    .event_invite = on_invite,
    .event_numeric = on_numeric,
};

static enum err failed(struct error *error, const char *what) {
    return error_set(error, ERR_IO, "failed to set up libircclient: %s: %s", what,
                     strerror(errno));
}

// The library's socket gets the lowest free number; it must fit an fd_set.
static enum err check_descriptors(struct error *error) {
    int lowest = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (lowest < 0) {
        return failed(error, "dup");
    }
    close(lowest);
    // One goes to the listener.
    if (lowest + 1 >= FD_SETSIZE - 1) {
        return error_set(error, ERR_LIMIT, "no descriptor below %d is free",
                         FD_SETSIZE);
    }
    return OK;
}

static int listen_on_loopback(struct sockaddr_in *address) {
    socklen_t len = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        return -1;
    }
    *address = (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)address, len) != 0 ||
        listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)address, &len) != 0) {
        close(listener);
        return -1;
    }
    return listener;
}

// The number of the library's socket, which it tells through an fd_set only.
static int find_socket(struct irc_library *library) {
    fd_set in;
    fd_set out;
    int highest = -1;
    FD_ZERO(&in);
    FD_ZERO(&out);
    irc_add_select_descriptors(library->session, &in, &out, &highest);
    return highest;
}

// Lets the library connect to a listener of our own, so that it makes a socket.
static enum err make_socket(struct irc_library *library, struct error *error) {
    struct sockaddr_in address;
    int listener = listen_on_loopback(&address);
    if (listener < 0) {
        return failed(error, "listen");
    }
    int result = irc_connect(library->session, "127.0.0.1", ntohs(address.sin_port),
                             NULL, "usher", "usher", "usher");
    close(listener);
    if (result != 0) {
        return error_set(error, ERR_IO, "failed to set up libircclient: %s",
                         irc_strerror(irc_errno(library->session)));
    }
    library->socket = find_socket(library);
    return library->socket >= 0 ? OK : failed(error, "no socket");
}

// Puts one end of a socket pair in the place of the library's socket.
static enum err replace_socket(struct irc_library *library, struct error *error) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
        return failed(error, "socketpair");
    }
    library->peer = pair[1];
    bool replaced = dup2(pair[0], library->socket) >= 0 &&
                    fcntl(library->socket, F_SETFD, FD_CLOEXEC) == 0;
    close(pair[0]);
    return replaced ? OK : failed(error, "dup2");
}

// One step of the library, as if select() had found its socket ready.
static enum err step(struct irc_library *library, bool readable) {
    fd_set in;
    fd_set out;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(library->socket, readable ? &in : &out);
    return irc_process_select_descriptors(library->session, &in, &out) == 0 ? OK
                                                                            : ERR_IO;
}

static enum err set_up(struct irc_library *library, struct error *error) {
    enum err result = check_descriptors(error);
    if (result == OK) {
        result = make_socket(library, error);
    }
    if (result == OK) {
        result = replace_socket(library, error);
    }
    // Now it takes itself for connected. What it wants to say stays in its buffer:
    // it is never told that its socket is writable again.
    if (result == OK && step(library, false) != OK) {
        result = error_set(error, ERR_IO, "failed to set up libircclient: %s",
                           irc_strerror(irc_errno(library->session)));
    }
    return result;
}

enum err irc_library_create(const struct irc_library_events *events, void *context,
                            struct irc_library **library, struct error *error) {
    struct irc_library *made = mem_alloc(1, sizeof *made);
    *made = (struct irc_library){
        .events = events, .context = context, .socket = -1, .peer = -1};
    made->session = irc_create_session(&callbacks);
    if (made->session == NULL) {
        abort(); // only for want of memory
    }
    irc_set_ctx(made->session, made);
    enum err result = set_up(made, error);
    if (result != OK) {
        irc_library_destroy(made);
        made = NULL;
    }
    *library = made;
    return result;
}

void irc_library_destroy(struct irc_library *library) {
    if (library == NULL) {
        return;
    }
    irc_destroy_session(library->session);
    if (library->peer >= 0) {
        close(library->peer);
    }
    buf_finish(&library->rebuilt);
    free(library);
}

static bool is_dispatched(const struct irc_line *line) {
    if (line->source.len == 0) {
        return false;
    }
    if (irc_line_numeric(line) > 0) {
        return line->param_count > 0;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (slice_is(line->verb, kinds[i].verb)) {
            return line->param_count >= kinds[i].params;
        }
    }
    return false;
}

// The start of a parameter, the frame of CTCP made harmless, which the library would
// answer, cut or trip over.
static void add_param(struct buf *rebuilt, struct slice param) {
    size_t start = rebuilt->len;
    buf_add(rebuilt, param.data,
            param.len < LIBRARY_PARAM_BYTES ? param.len : LIBRARY_PARAM_BYTES);
    for (size_t i = start; i < rebuilt->len; i++) {
        if (rebuilt->data[i] == '\x01') {
            rebuilt->data[i] = '?';
        }
    }
}

// `:NUMBER VERB middle middle :last`
static void rebuild(const struct irc_line *line, size_t number, struct buf *rebuilt) {
    buf_add_char(rebuilt, ':');
    buf_add_number(rebuilt, (int64_t)number);
    buf_add_char(rebuilt, ' ');
    buf_add_slice(rebuilt, line->verb);
    size_t count =
        line->param_count < LIBRARY_PARAMS ? line->param_count : LIBRARY_PARAMS;
    for (size_t i = 0; i < count; i++) {
        buf_add_str(rebuilt, i + 1 < count ? " " : " :");
        add_param(rebuilt, line->params[i]);
    }
    buf_add_str(rebuilt, "\r\n");
}

bool irc_library_add(struct irc_library *library, const struct irc_line *line) {
    if (!is_dispatched(line)) {
        return false;
    }
    if (library->count == LIBRARY_LINES ||
        library->rebuilt.len + LIBRARY_LINE_BYTES > LIBRARY_BYTES) {
        library->broken = irc_library_flush(library) != OK;
    }
    rebuild(line, library->count, &library->rebuilt);
    library->lines[library->count] = *line;
    library->count++;
    return true;
}

enum err irc_library_flush(struct irc_library *library) {
    const struct buf *rebuilt = &library->rebuilt;
    if (library->count > 0 && !library->broken) {
        ssize_t written =
            send(library->peer, rebuilt->data, rebuilt->len, MSG_NOSIGNAL);
        library->broken = written != (ssize_t)rebuilt->len || step(library, true) != OK;
    }
    irc_library_discard(library);
    return library->broken ? ERR_IO : OK;
}

void irc_library_discard(struct irc_library *library) {
    if (library != NULL) {
        library->count = 0;
        buf_clear(&library->rebuilt);
    }
}
