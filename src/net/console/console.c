// SPDX-License-Identifier: MIT
#include "net/console/console.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"

struct console {
    struct network network;
    char *room;
    char *person;
    struct event *input;   // standard input can be read
    struct event *reports; // something is to be told to the bot
    struct buf unread;     // input after the last line end
    bool skipping;         // the rest of a line that was too long
    uint64_t *written;     // delivered, not yet told
    size_t written_len, written_cap;
    int64_t start_ms, counter; // for the ids of messages
    bool told_up;
};

static void tell(struct console *console, struct slice text, bool directly) {
    char *clean =
        utf8_clean((struct slice){text.data, utf8_prefix(text, LIMIT_MESSAGE_BYTES)});
    char *event = str_printf("%lld-%lld", (long long)console->start_ms,
                             (long long)++console->counter);
    const char *const names[] = {"usher", NULL};
    const struct incoming incoming = {
        .person = {console->network.name, console->person, console->person,
                   console->person},
        .room = directly ? NULL : console->room,
        .back = {directly ? TARGET_PERSON : TARGET_ROOM, console->network.name,
                 directly ? console->person : console->room},
        .text = clean,
        .event = event,
        .sent_ms = clock_real_ms(),
        .own_names = names,
    };
    console->network.events->message(console->network.context, &console->network,
                                     &incoming);
    free(event);
    free(clean);
}

static void end(struct console *console, bool by_command) {
    event_del(console->input);
    console->network.events->ended(console->network.context, &console->network,
                                   by_command);
}

// False when the line was the last.
static bool take_line(struct console *console, struct slice line) {
    struct slice rest = line;
    struct slice word = slice_take_word(&rest);
    if (slice_is(word, "/quit")) {
        end(console, true);
        return false;
    }
    if (slice_is(word, "/dm")) {
        tell(console, rest, true);
    } else if (slice_is(word, "/as") && rest.len > 0) {
        free(console->person);
        console->person = utf8_clean(slice_take_word(&rest));
    } else if (word.len > 0) {
        tell(console, line, false);
    }
    return true;
}

// False when one of the lines was the last.
static bool take_lines(struct console *console) {
    struct slice rest = buf_slice(&console->unread);
    struct slice line;
    bool more = true;
    while (more && rest.len > 0 && memchr(rest.data, '\n', rest.len) != NULL) {
        slice_take_until(&rest, '\n', &line);
        if (line.len > 0 && line.data[line.len - 1] == '\r') {
            line.len--;
        }
        more = console->skipping || take_line(console, line);
        console->skipping = false;
    }
    buf_drop(&console->unread, console->unread.len - rest.len);
    if (console->unread.len > LIMIT_MESSAGE_BYTES) {
        if (!console->skipping) {
            take_line(console, buf_slice(&console->unread));
        }
        console->skipping = true;
        buf_clear(&console->unread);
    }
    return more;
}

// What is no terminal, pipe or socket (a file, /dev/null) can't be watched, and is
// always ready.
static void read_on(struct console *console) {
    struct stat status;
    bool is_watched = isatty(STDIN_FILENO) == 1 ||
                      (fstat(STDIN_FILENO, &status) == 0 &&
                       (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)));
    if (is_watched) {
        event_add(console->input, NULL);
    } else {
        event_active(console->input, EV_READ, 0);
    }
}

static void on_input(evutil_socket_t fd, short what, void *context) {
    (void)what;
    struct console *console = context;
    char bytes[16384];
    ssize_t len = read(fd, bytes, sizeof bytes);
    if (len > 0) {
        buf_add(&console->unread, bytes, (size_t)len);
        if (take_lines(console)) {
            read_on(console);
        }
    } else if (len < 0 && (errno == EAGAIN || errno == EINTR)) {
        read_on(console);
    } else {
        buf_add_char(&console->unread, '\n');
        if (take_lines(console)) {
            end(console, false);
        }
    }
}

static void on_reports(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct console *console = context;
    const struct network_events *events = console->network.events;
    if (!console->told_up) {
        console->told_up = true;
        events->up(console->network.context, &console->network);
        read_on(console);
    }
    for (size_t i = 0; i < console->written_len; i++) {
        events->delivered(console->network.context, &console->network,
                          console->written[i], NULL);
    }
    console->written_len = 0;
}

static void start(struct network *network) {
    struct console *console = (struct console *)network;
    event_active(console->reports, EV_TIMEOUT, 0);
}

static void send_out(struct network *network, const struct outgoing *outgoing) {
    struct console *console = (struct console *)network;
    enum target_kind kind = outgoing->target.kind;
    struct slice rest = slice_of(outgoing->text);
    struct slice line;
    struct buf out = {0};
    while (slice_take_until(&rest, '\n', &line)) {
        buf_printf(&out, "[%s%s] ", kind == TARGET_ROOM ? "" : "dm ",
                   outgoing->target.id);
        buf_add_slice(&out, line);
        buf_add_char(&out, '\n');
    }
    size_t written = fwrite(buf_str(&out), 1, out.len, stdout);
    bool failed = written != out.len || fflush(stdout) != 0;
    buf_finish(&out);
    if (failed) {
        LOG(LOG_ERROR, "console_not_written", LOG_S("network", network->name));
        return; // not delivered: the next start says it again
    }
    console->written = mem_grow(console->written, console->written_len,
                                &console->written_cap, sizeof *console->written);
    console->written[console->written_len++] = outgoing->id;
    event_active(console->reports, EV_TIMEOUT, 0);
}

static bool has_member(const struct network *network, const char *room,
                       const char *identity) {
    (void)identity;
    const struct console *console = (const struct console *)network;
    return strcmp(console->room, room) == 0;
}

static void stop(struct network *network) {
    struct console *console = (struct console *)network;
    event_del(console->input);
}

static void destroy(struct network *network) {
    struct console *console = (struct console *)network;
    event_free(console->input);
    event_free(console->reports);
    buf_finish(&console->unread);
    free(console->written);
    free(console->person);
    free(console->room);
    free(console->network.name);
    free(console);
}

static const struct network_functions functions = {
    .start = start,
    .send = send_out,
    .has_member = has_member,
    .stop = stop,
    .destroy = destroy,
};

struct network *console_create(const char *name, const char *room,
                               struct event_base *base,
                               const struct network_events *events, void *context) {
    struct console *console = mem_alloc(1, sizeof *console);
    console->network = (struct network){.functions = &functions,
                                        .events = events,
                                        .context = context,
                                        .name = mem_copy(name)};
    console->room = mem_copy(room);
    console->person = mem_copy("ana");
    console->start_ms = clock_real_ms();
    console->input = event_new(base, STDIN_FILENO, EV_READ, on_input, console);
    console->reports = event_new(base, -1, 0, on_reports, console);
    return &console->network;
}
