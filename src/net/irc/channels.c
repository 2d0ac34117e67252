// SPDX-License-Identifier: MIT
#include "net/irc/channels.h"

#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/memory.h"

enum {
    CHANNELS_A_LINE = 10, // servers refuse more than some number
    JOIN_LINE_BYTES = 400,
    ANSWER_MS = 60 * 1000,
    FIRST_WAIT_MS = 2 * 1000,
    LONGEST_WAIT_MS = 5 * 60 * 1000,
    LONG_STAY_MS = 10 * 60 * 1000, // after it a kick counts as the first
    INVITATION_MS = 30 * 1000,     // from one try by invitation to the next
};

void irc_channels_init(struct irc_channels *channels, const struct irc_channel *names,
                       size_t count, const struct irc_isupport *isupport) {
    *channels =
        (struct irc_channels){.names = names, .count = count, .isupport = isupport};
    channels->status = mem_alloc(count > 0 ? count : 1, sizeof *channels->status);
    irc_channels_reset(channels);
}

void irc_channels_finish(struct irc_channels *channels) {
    free(channels->status);
    table_finish(&channels->by_name);
    *channels = (struct irc_channels){0};
}

void irc_channels_reset(struct irc_channels *channels) {
    channels->unsettled = 0;
    for (size_t i = 0; i < channels->count; i++) {
        struct irc_channel_status *status = &channels->status[i];
        bool banned = status->wait == IRC_WAIT_WORD;
        *status = (struct irc_channel_status){
            .wait = banned ? IRC_WAIT_WORD : IRC_WAIT_GROWING,
            .settled = banned,
            .due_ms = banned ? INT64_MAX : 0,
            .invitable_ms = status->invitable_ms,
            .told = status->told,
            .knocked = status->knocked,
        };
        channels->unsettled += banned ? 0 : 1;
    }
    irc_channels_refold(channels);
}

void irc_channels_refold(struct irc_channels *channels) {
    struct buf key = {0};
    table_finish(&channels->by_name);
    for (size_t i = 0; i < channels->count; i++) {
        irc_fold(channels->isupport, slice_of(channels->names[i].name), &key);
        table_set(&channels->by_name, buf_str(&key), &channels->status[i]);
    }
    buf_finish(&key);
}

int64_t irc_channels_find(const struct irc_channels *channels, struct slice name) {
    struct buf key = {0};
    irc_fold(channels->isupport, name, &key);
    const struct irc_channel_status *status =
        table_get(&channels->by_name, buf_str(&key));
    buf_finish(&key);
    return status != NULL ? status - channels->status : IRC_NO_CHANNEL;
}

static bool is_due(const struct irc_channels *channels, size_t i, int64_t now_ms) {
    return channels->status[i].state == IRC_CHANNEL_OUT &&
           channels->status[i].due_ms <= now_ms;
}

struct join {
    struct buf names;
    struct buf keys;
    size_t count;
    int64_t said_ms;
};

static void add_to_list(struct buf *list, const char *name) {
    if (list->len > 0) {
        buf_add_char(list, ',');
    }
    buf_add_str(list, name);
}

// Whether the line has room for one more; the first always has.
static bool has_room(const struct join *join, const struct irc_channel *channel) {
    size_t more = strlen(channel->name) + strlen(channel->key ? channel->key : "");
    return join->count == 0 ||
           (join->count < CHANNELS_A_LINE &&
            join->names.len + join->keys.len + more < JOIN_LINE_BYTES);
}

// Keys belong to the first channels of a line, so those with a key come first.
static void collect(struct irc_channels *channels, int64_t now_ms, bool with_key,
                    struct join *join) {
    for (size_t i = 0; i < channels->count; i++) {
        const struct irc_channel *channel = &channels->names[i];
        if (!is_due(channels, i, now_ms) || (channel->key != NULL) != with_key ||
            !has_room(join, channel)) {
            continue;
        }
        add_to_list(&join->names, channel->name);
        if (with_key) {
            add_to_list(&join->keys, channel->key);
        }
        join->count++;
        channels->status[i].state = IRC_CHANNEL_JOINING;
        channels->status[i].due_ms = join->said_ms + ANSWER_MS;
    }
}

bool irc_channels_add_join(struct irc_channels *channels, int64_t now_ms,
                           int64_t said_ms, struct buf *line) {
    struct join join = {.said_ms = said_ms};
    collect(channels, now_ms, true, &join);
    collect(channels, now_ms, false, &join);
    if (join.count > 0) {
        buf_add_str(line, "JOIN ");
        buf_add_slice(line, buf_slice(&join.names));
        if (join.keys.len > 0) {
            buf_add_char(line, ' ');
            buf_add_slice(line, buf_slice(&join.keys));
        }
    }
    buf_finish(&join.names);
    buf_finish(&join.keys);
    return join.count > 0;
}

int64_t irc_channels_expire(struct irc_channels *channels, int64_t now_ms) {
    for (size_t i = 0; i < channels->count; i++) {
        if (channels->status[i].state == IRC_CHANNEL_JOINING &&
            channels->status[i].due_ms <= now_ms) {
            irc_channels_lost(channels, i, now_ms, IRC_WAIT_GROWING);
            return (int64_t)i;
        }
    }
    return IRC_NO_CHANNEL;
}

int64_t irc_channels_next_due(const struct irc_channels *channels) {
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < channels->count; i++) {
        const struct irc_channel_status *status = &channels->status[i];
        if (status->state != IRC_CHANNEL_JOINED && status->due_ms < due_ms) {
            due_ms = status->due_ms;
        }
    }
    return due_ms;
}

static void settle(struct irc_channels *channels, struct irc_channel_status *status) {
    if (!status->settled) {
        status->settled = true;
        channels->unsettled--;
    }
}

void irc_channels_joined(struct irc_channels *channels, size_t number, int64_t now_ms) {
    struct irc_channel_status *status = &channels->status[number];
    status->state = IRC_CHANNEL_JOINED;
    status->wait = IRC_WAIT_GROWING;
    status->joined_ms = now_ms;
    status->told = 0;
    status->knocked = false;
    status->modes_known = status->moderated = false;
    status->own_modes = 0;
    settle(channels, status);
}

// The wait after the channel was lost once more.
static int64_t next_wait_ms(const struct irc_channel_status *status) {
    switch (status->wait) {
    case IRC_WAIT_GROWING:
        return backoff_growing_ms(FIRST_WAIT_MS, LONGEST_WAIT_MS, status->losses);
    case IRC_WAIT_LONGEST:
    case IRC_WAIT_ACCOUNT:
        return LONGEST_WAIT_MS;
    case IRC_WAIT_WORD:
        break;
    }
    return INT64_MAX;
}

int64_t irc_channels_lost(struct irc_channels *channels, size_t number, int64_t now_ms,
                          enum irc_channel_wait wait) {
    struct irc_channel_status *status = &channels->status[number];
    if (status->state == IRC_CHANNEL_JOINED &&
        now_ms - status->joined_ms >= LONG_STAY_MS) {
        status->losses = 0;
        status->kick_told = false;
    }
    status->wait = wait;
    int64_t wait_ms = next_wait_ms(status);
    status->losses++;
    status->state = IRC_CHANNEL_OUT;
    status->due_ms = wait_ms < INT64_MAX ? now_ms + wait_ms : INT64_MAX;
    settle(channels, status);
    return wait_ms;
}

void irc_channels_invited(struct irc_channels *channels, size_t number,
                          int64_t now_ms) {
    struct irc_channel_status *status = &channels->status[number];
    int64_t due_ms = now_ms > status->invitable_ms ? now_ms : status->invitable_ms;
    if (status->state == IRC_CHANNEL_OUT && due_ms < status->due_ms) {
        status->wait = IRC_WAIT_GROWING;
        status->due_ms = due_ms;
        status->invitable_ms = due_ms + INVITATION_MS;
    }
}

void irc_channels_identified(struct irc_channels *channels) {
    for (size_t i = 0; i < channels->count; i++) {
        struct irc_channel_status *status = &channels->status[i];
        if (status->state == IRC_CHANNEL_OUT && status->wait == IRC_WAIT_ACCOUNT) {
            status->due_ms = 0;
        }
    }
}

void irc_channels_forgive(struct irc_channels *channels) {
    for (size_t i = 0; i < channels->count; i++) {
        struct irc_channel_status *status = &channels->status[i];
        if (status->state == IRC_CHANNEL_OUT) {
            status->wait = IRC_WAIT_GROWING;
            status->losses = 0;
            status->due_ms = 0;
            status->told = 0;
            status->knocked = false;
        }
    }
}
