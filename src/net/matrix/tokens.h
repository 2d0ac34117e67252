// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_TOKENS_H
#define USHER_NET_MATRIX_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "net/matrix/account.h"

struct cJSON;

// What a sign-on gave, kept over restarts: the device's id, the access token, and,
// where the server makes tokens that expire, the refresh token and when. All of one
// answer is stored in one turn of the loop, and no request goes out with a new token
// before that turn is over: a server gives up the old tokens once a new one is used.

struct matrix_tokens {
    struct matrix *matrix;
    bool is_fixed;      // the access token is from the configuration
    char *refresh;      // NULL: none
    int64_t expires_ms; // real time; 0: never
};

// matrix->token is one that was kept, if any.
void matrix_tokens_load(struct matrix_tokens *tokens);
void matrix_tokens_finish(struct matrix_tokens *tokens);

// From the answer of POST /login or /refresh. False where it lacks a usable access
// token; then nothing changes.
bool matrix_tokens_take(struct matrix_tokens *tokens, const struct cJSON *answer);

// Those that were refused, unless they are from the configuration.
void matrix_tokens_forget(struct matrix_tokens *tokens);

// The id of the one device; a new one is kept before the server sees it, so that a
// crash on the way does not leave a second device behind. The caller frees.
char *matrix_tokens_device(const struct matrix_tokens *tokens);

// NULL: another one from now on. False where it can't be one.
bool matrix_tokens_set_device(const struct matrix_tokens *tokens, const char *device);

// How long until the access token is to be refreshed; -1: never.
int64_t matrix_tokens_refresh_in_ms(const struct matrix_tokens *tokens);

#endif
