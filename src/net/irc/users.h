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
// the services account in lower case (of ASCII alone: services have a case mapping of
// their own, and two of their accounts must never become one), else "~" and a random
// token made when the person is first seen, kept over changes of nick. A member is
// forgotten with the last shared channel; a stranger, whose changes of nick can't be
// seen, as soon as someone with the nick has another user@host. At LIMIT_IRC_USERS the
// stranger longest silent makes room; new members are not followed when there is none.

enum { IRC_TOKEN_LEN = 17 };

// A user in a channel. The modes are those known for sure: of one who has several,
// servers without multi-prefix tell only the highest.
struct irc_seat {
    uint32_t channel; // number given by the caller
    uint64_t modes;   // irc_mode_bit of each
};

struct irc_user {
    char *nick;
    char *name;    // the nick, passed utf8_clean
    char *mask;    // user@host; NULL while unknown
    char *host;    // of the mask, passed utf8_clean; NULL: not known
    char *account; // lower case; NULL: none
    bool away;     // said so, and nothing else since
    char token[IRC_TOKEN_LEN + 1];
    struct irc_seat *seats;
    size_t seat_count;
    size_t seat_cap;
    // With the same identity. The first is the last that spoke.
    struct irc_user *next_same, *previous_same;
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

// The user with the identity that is best spoken to: not away, else away; of equal ones
// the last that spoke. NULL when none is known.
struct irc_user *irc_users_of(const struct irc_users *users, const char *identity);

// The user is in the channel: from JOIN with a full source, from NAMES with the
// nick alone. Has no modes there. NULL when no further member can be followed.
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

// Changes of accounts are not told any more.
void irc_users_forget_accounts(struct irc_users *users);

// user@host changed, or became known.
void irc_users_set_mask(struct irc_user *user, struct slice mask);

// A member's modes in a channel: all of them / some set or unset / those of all
// members are not known any more. Nothing happens to who is not in it.
void irc_users_set_modes(struct irc_user *user, uint32_t channel, uint64_t modes);
void irc_users_change_modes(struct irc_user *user, uint32_t channel, uint64_t modes,
                            bool set);
void irc_users_forget_modes(struct irc_users *users, uint32_t channel);

// Who says something; a stranger where no member has the nick. Never NULL.
struct irc_user *irc_users_speaker(struct irc_users *users, struct slice source);

// The user said something now, and so is there.
void irc_users_spoke(struct irc_users *users, struct irc_user *user);

// Nobody has the nick, says the server: forgets it if it is a stranger's.
void irc_users_forget_stranger(struct irc_users *users, struct slice nick);

bool irc_users_has_member(const struct irc_users *users, uint32_t channel,
                          const char *identity);

// Whether anybody is in the channel with one of the modes; with an account, or at all.
bool irc_users_anyone_has_mode(const struct irc_users *users, uint32_t channel,
                               uint64_t modes, bool with_account);

// Whether one of the users with the identity is in the channel with one of the modes.
bool irc_users_has_mode(const struct irc_users *users, uint32_t channel,
                        const char *identity, uint64_t modes);

#endif
