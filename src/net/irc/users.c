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
    free(user->mask);
    free(user->account);
    free(user->channels);
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

static void link_identity(struct irc_users *users, struct irc_user *user) {
    user->next_same = table_get(&users->by_identity, irc_user_identity(user));
    table_set(&users->by_identity, irc_user_identity(user), user);
    users->changes++;
}

static void unlink_identity(struct irc_users *users, struct irc_user *user) {
    const char *identity = irc_user_identity(user);
    struct irc_user *first = table_get(&users->by_identity, identity);
    if (first != user) {
        while (first->next_same != user) {
            first = first->next_same;
        }
        first->next_same = user->next_same;
    } else if (user->next_same != NULL) {
        table_set(&users->by_identity, identity, user->next_same);
    } else {
        table_remove(&users->by_identity, identity);
    }
    user->next_same = NULL;
}

// The strangers, in the order in which they last spoke.

static bool is_stranger(const struct irc_user *user) {
    return user->channel_count == 0;
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

static struct irc_user *add_user(struct irc_users *users, struct slice nick) {
    struct irc_user *user = mem_alloc(1, sizeof *user);
    user->nick = slice_copy(nick);
    make_token(user->token);
    irc_fold(users->isupport, nick, &users->key);
    table_set(&users->by_nick, buf_str(&users->key), user);
    link_identity(users, user);
    return user;
}

static void remove_user(struct irc_users *users, struct irc_user *user) {
    if (is_stranger(user)) {
        unlink_stranger(users, user);
    }
    unlink_identity(users, user);
    irc_fold(users->isupport, slice_of(user->nick), &users->key);
    table_remove(&users->by_nick, buf_str(&users->key));
    destroy_user(user);
}

struct irc_user *irc_users_find(struct irc_users *users, struct slice nick) {
    irc_fold(users->isupport, nick, &users->key);
    return table_get(&users->by_nick, buf_str(&users->key));
}

struct irc_user *irc_users_of(const struct irc_users *users, const char *identity) {
    return table_get(&users->by_identity, identity);
}

// The part of a source after the nick; empty when it says none.
static struct slice mask_of(struct slice source, struct slice nick) {
    return slice_from(source, nick.len + 1);
}

static void set_mask(struct irc_user *user, struct slice mask) {
    if (mask.len > 0 && !(user->mask != NULL && slice_is(mask, user->mask))) {
        free(user->mask);
        user->mask = slice_copy(mask);
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

static size_t find_channel(const struct irc_user *user, uint32_t channel) {
    size_t i = 0;
    while (i < user->channel_count && user->channels[i] != channel) {
        i++;
    }
    return i;
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
    set_mask(user, mask);
    if (find_channel(user, channel) == user->channel_count) {
        user->channels = mem_grow(user->channels, user->channel_count,
                                  &user->channel_cap, sizeof *user->channels);
        user->channels[user->channel_count] = channel;
        user->channel_count++;
    }
    return user;
}

static void take_out(struct irc_users *users, struct irc_user *user, uint32_t channel) {
    size_t at = find_channel(user, channel);
    if (at == user->channel_count) {
        return;
    }
    if (user->channel_count > 1) {
        user->channels[at] = user->channels[user->channel_count - 1];
        user->channel_count--;
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
    free(user->nick);
    user->nick = slice_copy(to);
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

// Not mended: two that become one by it would be one person.
static bool is_clean(struct slice account) {
    char *clean = utf8_clean(account);
    bool same = slice_is(account, clean);
    free(clean);
    return same;
}

static bool is_account(struct slice account) {
    // "~" would be taken for a token.
    return account.len > 0 && account.data[0] != '~' && !slice_is(account, "*") &&
           !slice_is(account, "0") && is_clean(account);
}

void irc_users_set_account(struct irc_users *users, struct irc_user *user,
                           struct slice account) {
    if (!is_account(account)) {
        account.len = 0;
    }
    irc_fold(users->isupport, account, &users->key);
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
        user->mask = slice_copy(mask);
        link_stranger(users, user);
    } else if (is_stranger(user)) {
        unlink_stranger(users, user);
        link_stranger(users, user);
    } else {
        set_mask(user, mask);
    }
    return user;
}

void irc_users_forget_stranger(struct irc_users *users, struct slice nick) {
    struct irc_user *user = irc_users_find(users, nick);
    if (user != NULL && is_stranger(user)) {
        remove_user(users, user);
    }
}

bool irc_users_has_member(const struct irc_users *users, uint32_t channel,
                          const char *identity) {
    const struct irc_user *user = irc_users_of(users, identity);
    while (user != NULL && find_channel(user, channel) == user->channel_count) {
        user = user->next_same;
    }
    return user != NULL;
}
