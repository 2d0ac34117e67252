// SPDX-License-Identifier: MIT
#include "fake_wire.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/irc/framing.h"

enum { READ_BYTES = 2 * 1024 };

enum state { CLOSED, CONNECTING, OPEN };

struct irc_wire {
    const struct irc_wire_events *events;
    void *context;
    enum state state;
    bool blocked;
    struct irc_framing framing;
    struct buf out;
};

static struct irc_wire *last;
static const struct fake_wire_events *listener;

void fake_wire_listen(const struct fake_wire_events *events) {
    listener = events;
}

// What the bot calls.

struct irc_wire *irc_wire_create(const struct irc_wire_options *options,
                                 struct event_base *base,
                                 const struct irc_wire_events *events, void *context) {
    (void)options;
    (void)base;
    last = mem_alloc(1, sizeof *last);
    *last = (struct irc_wire){.events = events, .context = context};
    return last;
}

void irc_wire_destroy(struct irc_wire *wire) {
    if (wire == NULL) {
        return;
    }
    last = last == wire ? NULL : last;
    irc_framing_finish(&wire->framing);
    buf_finish(&wire->out);
    free(wire);
}

void irc_wire_open(struct irc_wire *wire, int64_t port, bool tls) {
    (void)port;
    (void)tls;
    irc_wire_close(wire);
    irc_framing_finish(&wire->framing);
    wire->state = CONNECTING;
}

void irc_wire_close(struct irc_wire *wire) {
    wire->state = CLOSED;
    wire->blocked = false;
    buf_clear(&wire->out);
}

struct buf *irc_wire_out(struct irc_wire *wire) {
    return &wire->out;
}

void irc_wire_flush(struct irc_wire *wire) {
    if (wire->state == OPEN && !wire->blocked && wire->out.len > 0) {
        listener->wrote(buf_slice(&wire->out));
        buf_clear(&wire->out);
    }
}

size_t irc_wire_pending(const struct irc_wire *wire) {
    return wire->out.len;
}

// What the harness calls.

bool fake_wire_is_connecting(void) {
    return last != NULL && last->state == CONNECTING;
}

bool fake_wire_is_open(void) {
    return last != NULL && last->state == OPEN;
}

size_t fake_wire_pending(void) {
    return last != NULL ? last->out.len : 0;
}

void fake_wire_connect(void) {
    if (fake_wire_is_connecting()) {
        last->state = OPEN;
        last->events->connected(last->context);
    }
}

// What was told is not to be looked at any more: gives its memory back, so that the
// sanitizer finds who does.
static void forget_told(struct irc_framing *framing) {
    struct slice rest = slice_from(buf_slice(&framing->bytes), framing->at);
    struct irc_framing fresh = {.discarding = framing->discarding,
                                .discarded = framing->discarded};
    irc_framing_add(&fresh, rest.data, rest.len);
    irc_framing_finish(framing);
    *framing = fresh;
}

static void read_some(struct slice bytes) {
    struct slice line;
    irc_framing_add(&last->framing, bytes.data, bytes.len);
    while (fake_wire_is_open() && irc_framing_next(&last->framing, &line)) {
        listener->telling(line);
        last->events->line(last->context, line);
    }
    if (fake_wire_is_open()) {
        last->events->drained(last->context);
    }
    if (last != NULL) {
        forget_told(&last->framing);
    }
}

void fake_wire_read(struct slice bytes) {
    while (bytes.len > 0 && fake_wire_is_open()) {
        size_t len = bytes.len < READ_BYTES ? bytes.len : READ_BYTES;
        read_some((struct slice){bytes.data, len});
        bytes = slice_from(bytes, len);
    }
}

void fake_wire_end(enum irc_wire_end end) {
    if (last != NULL && last->state != CLOSED) {
        irc_wire_close(last);
        last->events->ended(last->context, end, "the fuzzer ended the connection");
    }
}

void fake_wire_block(bool blocked) {
    if (!fake_wire_is_open()) {
        return;
    }
    last->blocked = blocked;
    if (!blocked) {
        irc_wire_flush(last);
        last->events->written(last->context);
    }
}
