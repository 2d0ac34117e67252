// SPDX-License-Identifier: MIT
#include "net/matrix/tokens.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/slice.h"
#include "net/matrix/api.h"

// Keys of what is kept.
static const char KEY_TOKEN[] = "access_token";
static const char KEY_REFRESH[] = "refresh_token";
static const char KEY_EXPIRES[] = "token_expires";
static const char KEY_DEVICE[] = "device_id";

enum {
    TOKEN_BYTES_MAX = 4096,
    DEVICE_BYTES_MAX = 255,
    EARLY_MS = 60 * 1000, // before the end a token is refreshed, of a short life sooner
};

static char *load(const struct matrix_tokens *tokens, const char *key) {
    const struct network *network = &tokens->matrix->network;
    return network->events->recall(network->context, network, key);
}

static void save(const struct matrix_tokens *tokens, const char *key,
                 const char *value) {
    const struct network *network = &tokens->matrix->network;
    network->events->remember(network->context, network, key, value);
}

// Tokens and device ids go into headers and JSON: printable ASCII only.
static bool is_plain(const char *text, size_t max) {
    if (text == NULL || text[0] == '\0' || strlen(text) > max) {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return false;
        }
    }
    return true;
}

static char *load_token(const struct matrix_tokens *tokens, const char *key) {
    char *token = load(tokens, key);
    if (!is_plain(token, TOKEN_BYTES_MAX)) {
        free(token);
        return NULL;
    }
    return token;
}

void matrix_tokens_load(struct matrix_tokens *tokens) {
    struct matrix *matrix = tokens->matrix;
    if (tokens->is_fixed || matrix->token != NULL) {
        return;
    }
    matrix->token = load_token(tokens, KEY_TOKEN);
    if (matrix_only_looks(matrix)) {
        return; // who runs on it refreshes it
    }
    free(tokens->refresh);
    tokens->refresh = load_token(tokens, KEY_REFRESH);
    char *expires = load(tokens, KEY_EXPIRES);
    tokens->expires_ms = 0;
    slice_to_number(slice_of(expires), &tokens->expires_ms);
    free(expires);
}

void matrix_tokens_finish(struct matrix_tokens *tokens) {
    free(tokens->matrix->token);
    free(tokens->refresh);
    tokens->matrix->token = tokens->refresh = NULL;
}

static void save_all(const struct matrix_tokens *tokens) {
    char *expires = tokens->expires_ms > 0
                        ? str_printf("%lld", (long long)tokens->expires_ms)
                        : NULL;
    save(tokens, KEY_TOKEN, tokens->matrix->token);
    save(tokens, KEY_REFRESH, tokens->refresh);
    save(tokens, KEY_EXPIRES, expires);
    free(expires);
}

// v1.11, "Refreshing access tokens": where no new refresh token comes, the old one
// stays good.
bool matrix_tokens_take(struct matrix_tokens *tokens, const struct cJSON *answer) {
    const char *token = matrix_json_text(answer, "access_token");
    const char *refresh = matrix_json_text(answer, "refresh_token");
    int64_t life_ms = matrix_json_number(answer, "expires_in_ms");
    if (!is_plain(token, TOKEN_BYTES_MAX)) {
        return false;
    }
    free(tokens->matrix->token);
    tokens->matrix->token = mem_copy(token);
    if (is_plain(refresh, TOKEN_BYTES_MAX)) {
        free(tokens->refresh);
        tokens->refresh = mem_copy(refresh);
    }
    int64_t early_ms = life_ms / 4 < EARLY_MS ? life_ms / 4 : EARLY_MS;
    tokens->expires_ms = life_ms > 0 ? clock_real_ms() + life_ms - early_ms : 0;
    save_all(tokens);
    return true;
}

void matrix_tokens_forget(struct matrix_tokens *tokens) {
    if (tokens->is_fixed) {
        return;
    }
    matrix_tokens_finish(tokens);
    tokens->expires_ms = 0;
    save_all(tokens);
}

bool matrix_tokens_set_device(const struct matrix_tokens *tokens, const char *device) {
    if (device != NULL && !is_plain(device, DEVICE_BYTES_MAX)) {
        return false;
    }
    save(tokens, KEY_DEVICE, device);
    return true;
}

char *matrix_tokens_device(const struct matrix_tokens *tokens) {
    char *kept = matrix_only_looks(tokens->matrix) ? NULL : load(tokens, KEY_DEVICE);
    if (is_plain(kept, DEVICE_BYTES_MAX)) {
        return kept;
    }
    free(kept);
    unsigned char random[8] = {0};
    if (getrandom(random, sizeof random, 0) != sizeof random) {
        abort(); // never on Linux for so few bytes
    }
    struct buf id = {0};
    buf_add_str(&id, "USHER");
    for (size_t i = 0; i < sizeof random; i++) {
        buf_printf(&id, "%02X", (unsigned)random[i]);
    }
    save(tokens, KEY_DEVICE, buf_str(&id));
    return buf_take(&id);
}

int64_t matrix_tokens_refresh_in_ms(const struct matrix_tokens *tokens) {
    if (tokens->refresh == NULL || tokens->expires_ms == 0) {
        return -1;
    }
    int64_t wait_ms = tokens->expires_ms - clock_real_ms();
    return wait_ms > 0 ? wait_ms : 0;
}
