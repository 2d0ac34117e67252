// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_USERS_H
#define USHER_NET_IRC_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/table.h"
#include "net/irc/isupport.h"

// Who is on the network as far as the bot can see: the members of its channels,
// and strangers, who spoke to it without sharing a channel. A person's identity is
// the services account in lower case, else "~" and a random token made when the
// person is first seen, kept over changes of nick. A member is forgotten with the
// last shared channel; a stranger, whose changes of nick can't be seen, as soon as
// someone with the nick has another user@host. At LIMIT_IRC_USERS the stranger
// longest silent makes room; new members are not followed when there is none.

enum { IRC_TOKEN_LEN = 17 };

struct irc_user {
    char *nick;
    char *name;    // the nick, passed utf8_clean
    char *mask;    // user@host; NULL while unknown
    char *account; // folded; NULL: none
    char token[IRC_TOKEN_LEN + 1];
    uint32_t *channels; // numbers given by the caller
    size_t channel_count;
    size_t channel_cap;
    struct irc_user *next_same;     // with the same identity
    struct irc_user *older, *newer; // among strangers
};

struct irc_users {
    const struct irc_isupport *isupport; // borrowed
    struct table by_nick;                // folded nick -> struct irc_user *
    struct table by_identity;            // identity -> the first with it
    struct irc_user *oldest, *newest;    // strangers
    size_t max;
    uint64_t changes; // goes up when an identity appears
    struct buf key;   // scratch
};

void irc_users_init(struct irc_users *users, const struct irc_isupport *isupport,
                    size_t max);
void irc_users_finish(struct irc_users *users);
void irc_users_clear(struct irc_users *users); // forgets all

// The server's case mapping has changed. Of two whose nicks are one by it, one is
// forgotten.
void irc_users_refold(struct irc_users *users);

const char *irc_user_identity(const struct irc_user *user);

struct irc_user *irc_users_find(struct irc_users *users, struct slice nick);

// Somebody with the identity; NULL when none is known.
struct irc_user *irc_users_of(const struct irc_users *users, const char *identity);

// The user is in the channel: from JOIN with a full source, from NAMES with the
// nick alone. NULL when no further member can be followed.
struct irc_user *irc_users_join(struct irc_users *users, struct slice source,
                                uint32_t channel);
void irc_users_part(struct irc_users *users, struct slice nick, uint32_t channel);
void irc_users_quit(struct irc_users *users, struct slice nick);
void irc_users_rename(struct irc_users *users, struct slice nick, struct slice to);

// The bot itself left the channel.
void irc_users_leave(struct irc_users *users, uint32_t channel);

// An account of "*", "0" or nothing is none.
void irc_users_set_account(struct irc_users *users, struct irc_user *user,
                           struct slice account);

// Who says something; a stranger where no member has the nick. Never NULL.
struct irc_user *irc_users_speaker(struct irc_users *users, struct slice source);

// Nobody has the nick, says the server: forgets it if it is a stranger's.
void irc_users_forget_stranger(struct irc_users *users, struct slice nick);

bool irc_users_has_member(const struct irc_users *users, uint32_t channel,
                          const char *identity);

#endif
