// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_CHANNELS_H
#define USHER_NET_IRC_CHANNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/table.h"
#include "net/irc/irc.h"
#include "net/irc/isupport.h"

// The configured channels and how far the bot is with each: joined at the start,
// after a kick and after a refusal again, at growing waits; after a ban only when
// somebody says so, over new connections too. Time is given by the caller. A
// channel's number is its place in the configuration.

enum irc_channel_state { IRC_CHANNEL_OUT, IRC_CHANNEL_JOINING, IRC_CHANNEL_JOINED };

// When a channel that was lost is tried again.
enum irc_channel_wait {
    IRC_WAIT_GROWING,
    IRC_WAIT_LONGEST,
    IRC_WAIT_ACCOUNT, // as long, or until the bot has an account
    IRC_WAIT_WORD,    // banned: not before it is forgiven or the bot is invited
};

struct irc_channel_status {
    enum irc_channel_state state;
    enum irc_channel_wait wait; // OUT: since the last loss
    bool settled;               // joined once, or the first try was refused
    size_t losses;              // kicks and refusals since the last long stay
    bool kick_told;             // since then, too
    int64_t due_ms;             // OUT: next try; JOINING: until when an answer may come
    int64_t joined_ms;
    bool names_asked;     // for its members once more; the answer has not come yet
    int64_t invitable_ms; // from then on an invitation counts at once
    // Since it was last joined:
    uint32_t told; // reasons that were told (joining.c)
    bool knocked;  // asked for an invitation
    // For who only looks (inspect.c), since it was joined:
    bool modes_known;   // the server has told the channel's
    bool moderated;     // by them
    uint64_t own_modes; // the bot's own, by NAMES
};

struct irc_channels {
    const struct irc_channel *names; // borrowed
    size_t count;
    struct irc_channel_status *status;
    struct table by_name; // folded -> one of status
    const struct irc_isupport *isupport;
    size_t unsettled;
};

enum { IRC_NO_CHANNEL = -1 };

void irc_channels_init(struct irc_channels *channels, const struct irc_channel *names,
                       size_t count, const struct irc_isupport *isupport);
void irc_channels_finish(struct irc_channels *channels);

// For a new connection: in none of them, all but banned ones to be joined now.
void irc_channels_reset(struct irc_channels *channels);

// The server's case mapping became known.
void irc_channels_refold(struct irc_channels *channels);

// The channel's number or IRC_NO_CHANNEL.
int64_t irc_channels_find(const struct irc_channels *channels, struct slice name);

// Appends one JOIN line for channels that are due and marks them as joining; false
// when none is due. The line goes out at `said_ms`; an unanswered JOIN counts as
// refused a minute later.
bool irc_channels_add_join(struct irc_channels *channels, int64_t now_ms,
                           int64_t said_ms, struct buf *line);

// Channels whose JOIN was not answered in time are set back; the number of the
// first, else IRC_NO_CHANNEL.
int64_t irc_channels_expire(struct irc_channels *channels, int64_t now_ms);

// The earliest due_ms of those not joined; INT64_MAX when none will be tried.
int64_t irc_channels_next_due(const struct irc_channels *channels);

void irc_channels_joined(struct irc_channels *channels, size_t number, int64_t now_ms);

// Refused, kicked or parted: sets the time of the next try and returns the wait;
// INT64_MAX when there will be none.
int64_t irc_channels_lost(struct irc_channels *channels, size_t number, int64_t now_ms,
                          enum irc_channel_wait wait);

// Makes a channel that the bot is out of due at once. After one such try the next is
// some time off: many invitations make no more joins.
void irc_channels_invited(struct irc_channels *channels, size_t number, int64_t now_ms);

// The bot has got an account: channels that wait for it are due at once.
void irc_channels_identified(struct irc_channels *channels);

// All that the bot is out of are due at once, and their troubles news.
void irc_channels_forgive(struct irc_channels *channels);

#endif
