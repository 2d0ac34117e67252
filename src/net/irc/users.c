// SPDX-License-Identifier: MIT
#include "net/irc/users.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "net/irc/line.h"

void irc_users_init(struct irc_users *users, const struct irc_isupport *isupport,
                    size_t max) {
    *users = (struct irc_users){.isupport = isupport, .max = max};
}

static void destroy_user(struct irc_user *user) {
    free(user->nick);
    free(user->name);
    free(user->mask);
    free(user->host);
    free(user->account);
    free(user->seats);
    free(user);
}

void irc_users_clear(struct irc_users *users) {
    size_t at = 0;
    const char *key = NULL;
    void *user = NULL;
    while (table_next(&users->by_nick, &at, &key, &user)) {
        destroy_user(user);
    }
    table_finish(&users->by_nick);
    table_finish(&users->by_identity);
    users->oldest = NULL;
    users->newest = NULL;
}

void irc_users_finish(struct irc_users *users) {
    irc_users_clear(users);
    buf_finish(&users->key);
}

const char *irc_user_identity(const struct irc_user *user) {
    return user->account != NULL ? user->account : user->token;
}

static void make_token(char token[IRC_TOKEN_LEN + 1]) {
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) {
        abort(); // can't fail for so few bytes once the system has booted
    }
    snprintf(token, IRC_TOKEN_LEN + 1, "~%016" PRIx64, random);
}

// The identity's list of users.

static void link_behind(struct irc_user *before, struct irc_user *user) {
    user->previous_same = before;
    user->next_same = before->next_same;
    if (user->next_same != NULL) {
        user->next_same->previous_same = user;
    }
    before->next_same = user;
}

// Behind the first, who spoke.
static void link_identity(struct irc_users *users, struct irc_user *user) {
    const char *identity = irc_user_identity(user);
    struct irc_user *first = table_get(&users->by_identity, identity);
    if (first != NULL) {
        link_behind(first, user);
    } else {
        table_set(&users->by_identity, identity, user);
    }
    users->changes++;
}

static void unlink_identity(struct irc_users *users, struct irc_user *user) {
    const char *identity = irc_user_identity(user);
    if (user->next_same != NULL) {
        user->next_same->previous_same = user->previous_same;
    }
    if (user->previous_same != NULL) {
        user->previous_same->next_same = user->next_same;
    } else if (user->next_same != NULL) {
        table_set(&users->by_identity, identity, user->next_same);
    } else {
        table_remove(&users->by_identity, identity);
    }
    user->next_same = NULL;
    user->previous_same = NULL;
}

void irc_users_spoke(struct irc_users *users, struct irc_user *user) {
    user->away = false;
    if (user->previous_same == NULL) {
        return;
    }
    unlink_identity(users, user);
    struct irc_user *second =
        table_set(&users->by_identity, irc_user_identity(user), user);
    second->previous_same = user;
    user->next_same = second;
}

// The strangers, in the order in which they last spoke.

static bool is_stranger(const struct irc_user *user) {
    return user->seat_count == 0;
}

static void link_stranger(struct irc_users *users, struct irc_user *user) {
    user->older = users->newest;
    user->newer = NULL;
    if (users->newest != NULL) {
        users->newest->newer = user;
    } else {
        users->oldest = user;
    }
    users->newest = user;
}

static void unlink_stranger(struct irc_users *users, struct irc_user *user) {
    if (user->older != NULL) {
        user->older->newer = user->newer;
    } else {
        users->oldest = user->newer;
    }
    if (user->newer != NULL) {
        user->newer->older = user->older;
    } else {
        users->newest = user->older;
    }
    user->older = NULL;
    user->newer = NULL;
}

static void set_nick(struct irc_user *user, struct slice nick) {
    free(user->nick);
    free(user->name);
    user->nick = slice_copy(nick);
    user->name = utf8_clean(nick);
}

static struct irc_user *add_user(struct irc_users *users, struct slice nick) {
    struct irc_user *user = mem_alloc(1, sizeof *user);
    set_nick(user, nick);
    make_token(user->token);
    irc_fold(users->isupport, nick, &users->key);
    table_set(&users->by_nick, buf_str(&users->key), user);
    link_identity(users, user);
    return user;
}

// All but its place in by_nick.
static void forget_user(struct irc_users *users, struct irc_user *user) {
    if (is_stranger(user)) {
        unlink_stranger(users, user);
    }
    unlink_identity(users, user);
    destroy_user(user);
}

static void remove_user(struct irc_users *users, struct irc_user *user) {
    irc_fold(users->isupport, slice_of(user->nick), &users->key);
    table_remove(&users->by_nick, buf_str(&users->key));
    forget_user(users, user);
}

void irc_users_refold(struct irc_users *users) {
    struct table old = users->by_nick;
    size_t at = 0;
    const char *key = NULL;
    void *user = NULL;
    users->by_nick = (struct table){0};
    while (table_next(&old, &at, &key, &user)) {
        const struct irc_user *moved = user;
        irc_fold(users->isupport, slice_of(moved->nick), &users->key);
        if (table_get(&users->by_nick, buf_str(&users->key)) != NULL) {
            forget_user(users, user);
        } else {
            table_set(&users->by_nick, buf_str(&users->key), user);
        }
    }
    table_finish(&old);
}

struct irc_user *irc_users_find(struct irc_users *users, struct slice nick) {
    irc_fold(users->isupport, nick, &users->key);
    return table_get(&users->by_nick, buf_str(&users->key));
}

struct irc_user *irc_users_of(const struct irc_users *users, const char *identity) {
    struct irc_user *first = table_get(&users->by_identity, identity);
    struct irc_user *user = first;
    while (user != NULL && user->away) {
        user = user->next_same;
    }
    return user != NULL ? user : first;
}

// The part of a source after the nick; empty when it says none.
static struct slice mask_of(struct slice source, struct slice nick) {
    return slice_from(source, nick.len + 1);
}

static void take_mask(struct irc_user *user, struct slice mask) {
    struct slice host = irc_source_split(mask).host;
    free(user->mask);
    free(user->host);
    user->mask = slice_copy(mask);
    user->host = host.len > 0 ? utf8_clean(host) : NULL;
}

void irc_users_set_mask(struct irc_user *user, struct slice mask) {
    if (mask.len > 0 && !(user->mask != NULL && slice_is(mask, user->mask))) {
        take_mask(user, mask);
    }
}

// A stranger is the same person only as long as user@host stays the same.
static bool contradicts(const struct irc_user *user, struct slice mask) {
    return is_stranger(user) && (user->mask == NULL || !slice_is(mask, user->mask));
}

static struct irc_user *find_same(struct irc_users *users, struct slice nick,
                                  struct slice mask) {
    struct irc_user *user = irc_users_find(users, nick);
    if (user != NULL && contradicts(user, mask)) {
        remove_user(users, user);
        return NULL;
    }
    return user;
}

static bool make_room(struct irc_users *users) {
    if (users->by_nick.used < users->max) {
        return true;
    }
    if (users->oldest == NULL) {
        return false;
    }
    remove_user(users, users->oldest);
    return true;
}

// The user's seat in the channel; NULL when not in it.
static struct irc_seat *find_seat(const struct irc_user *user, uint32_t channel) {
    for (size_t i = 0; i < user->seat_count; i++) {
        if (user->seats[i].channel == channel) {
            return &user->seats[i];
        }
    }
    return NULL;
}

static void take_seat(struct irc_user *user, uint32_t channel) {
    struct irc_seat *seat = find_seat(user, channel);
    if (seat == NULL) {
        user->seats = mem_grow(user->seats, user->seat_count, &user->seat_cap,
                               sizeof *user->seats);
        seat = &user->seats[user->seat_count];
        user->seat_count++;
    }
    *seat = (struct irc_seat){.channel = channel};
}

struct irc_user *irc_users_join(struct irc_users *users, struct slice source,
                                uint32_t channel) {
    struct slice nick = irc_source_split(source).nick;
    struct slice mask = mask_of(source, nick);
    struct irc_user *user = find_same(users, nick, mask);
    if (user == NULL) {
        if (!make_room(users)) {
            return NULL;
        }
        user = add_user(users, nick);
    } else if (is_stranger(user)) {
        unlink_stranger(users, user);
    }
    irc_users_set_mask(user, mask);
    take_seat(user, channel);
    return user;
}

static void take_out(struct irc_users *users, struct irc_user *user, uint32_t channel) {
    struct irc_seat *seat = find_seat(user, channel);
    if (seat == NULL) {
        return;
    }
    if (user->seat_count > 1) {
        *seat = user->seats[user->seat_count - 1];
        user->seat_count--;
        return;
    }
    remove_user(users, user);
}

void irc_users_part(struct irc_users *users, struct slice nick, uint32_t channel) {
    struct irc_user *user = irc_users_find(users, nick);
    if (user != NULL) {
        take_out(users, user, channel);
    }
}

void irc_users_quit(struct irc_users *users, struct slice nick) {
    struct irc_user *user = irc_users_find(users, nick);
    if (user != NULL) {
        remove_user(users, user);
    }
}

void irc_users_rename(struct irc_users *users, struct slice nick, struct slice to) {
    struct irc_user *user = irc_users_find(users, nick);
    struct irc_user *other = irc_users_find(users, to);
    if (other != NULL && other != user) {
        remove_user(users, other); // a stranger whose nick became free unseen
    }
    if (user == NULL) {
        return;
    }
    irc_fold(users->isupport, nick, &users->key);
    table_remove(&users->by_nick, buf_str(&users->key));
    set_nick(user, to);
    irc_fold(users->isupport, to, &users->key);
    table_set(&users->by_nick, buf_str(&users->key), user);
}

void irc_users_leave(struct irc_users *users, uint32_t channel) {
    size_t at = 0;
    const char *key = NULL;
    void *user = NULL;
    while (table_next(&users->by_nick, &at, &key, &user)) {
        take_out(users, user, channel);
    }
}

void irc_users_set_modes(struct irc_user *user, uint32_t channel, uint64_t modes) {
    struct irc_seat *seat = find_seat(user, channel);
    if (seat != NULL) {
        seat->modes = modes;
    }
}

void irc_users_change_modes(struct irc_user *user, uint32_t channel, uint64_t modes,
                            bool set) {
    struct irc_seat *seat = find_seat(user, channel);
    if (seat != NULL) {
        seat->modes = set ? seat->modes | modes : seat->modes & ~modes;
    }
}

void irc_users_forget_modes(struct irc_users *users, uint32_t channel) {
    size_t at = 0;
    const char *key = NULL;
    void *user = NULL;
    while (table_next(&users->by_nick, &at, &key, &user)) {
        irc_users_set_modes(user, channel, 0);
    }
}

static bool is_account(struct slice account) {
    // "~" would be taken for a token. What is not clean is not mended: two accounts
    // that become one by it would be one person.
    return account.len > 0 && account.data[0] != '~' && !slice_is(account, "*") &&
           !slice_is(account, "0") && utf8_is_clean(account);
}

// Like the accounts of the configuration.
static void fold_account(struct slice account, struct buf *folded) {
    buf_clear(folded);
    for (size_t i = 0; i < account.len; i++) {
        buf_add_char(folded, (char)ascii_lower(account.data[i]));
    }
}

void irc_users_set_account(struct irc_users *users, struct irc_user *user,
                           struct slice account) {
    if (!is_account(account)) {
        account.len = 0;
    }
    fold_account(account, &users->key);
    const char *had = user->account != NULL ? user->account : "";
    if (strcmp(had, buf_str(&users->key)) == 0) {
        return;
    }
    unlink_identity(users, user);
    free(user->account);
    user->account = account.len > 0 ? mem_copy(buf_str(&users->key)) : NULL;
    link_identity(users, user);
}

struct irc_user *irc_users_speaker(struct irc_users *users, struct slice source) {
    struct slice nick = irc_source_split(source).nick;
    struct slice mask = mask_of(source, nick);
    struct irc_user *user = find_same(users, nick, mask);
    if (user == NULL) {
        // One more than the limit at worst: the next stranger replaces it.
        (void)make_room(users);
        user = add_user(users, nick);
        take_mask(user, mask);
        link_stranger(users, user);
    } else if (is_stranger(user)) {
        unlink_stranger(users, user);
        link_stranger(users, user);
    } else {
        irc_users_set_mask(user, mask);
    }
    return user;
}

void irc_users_forget_accounts(struct irc_users *users) {
    size_t at = 0;
    const char *key = NULL;
    void *user = NULL;
    while (table_next(&users->by_nick, &at, &key, &user)) {
        irc_users_set_account(users, user, (struct slice){0});
    }
}

void irc_users_forget_stranger(struct irc_users *users, struct slice nick) {
    struct irc_user *user = irc_users_find(users, nick);
    if (user != NULL && is_stranger(user)) {
        remove_user(users, user);
    }
}

bool irc_users_has_member(const struct irc_users *users, uint32_t channel,
                          const char *identity) {
    const struct irc_user *user = table_get(&users->by_identity, identity);
    while (user != NULL && find_seat(user, channel) == NULL) {
        user = user->next_same;
    }
    return user != NULL;
}

bool irc_users_has_mode(const struct irc_users *users, uint32_t channel,
                        const char *identity, uint64_t modes) {
    const struct irc_user *user = table_get(&users->by_identity, identity);
    for (; user != NULL; user = user->next_same) {
        const struct irc_seat *seat = find_seat(user, channel);
        if (seat != NULL && (seat->modes & modes) != 0) {
            return true;
        }
    }
    return false;
}

bool irc_users_anyone_has_mode(const struct irc_users *users, uint32_t channel,
                               uint64_t modes, bool with_account) {
    size_t at = 0;
    const char *key = NULL;
    void *value = NULL;
    while (table_next(&users->by_nick, &at, &key, &value)) {
        const struct irc_user *user = value;
        const struct irc_seat *seat = find_seat(user, channel);
        if (seat != NULL && (seat->modes & modes) != 0 &&
            (user->account != NULL || !with_account)) {
            return true;
        }
    }
    return false;
}
