// SPDX-License-Identifier: MIT
#include "net/matrix/discovery.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/slice.h"
#include "net/matrix/api.h"

enum {
    REDIRECTS_MAX = 5, // of the well-known file
    ANSWER_BYTES = 64 * 1024,
    ADDRESS_BYTES_MAX = 1024,
};

struct matrix_discovery {
    struct matrix *matrix;
    matrix_discovery_done_fn *done;
    void *context;
    char *configured;
    char *base; // being asked for its versions
    bool found; // base is from the well-known file
    struct http_call *call;
};

static void end(struct matrix_discovery *discovery, char *reason, bool again,
                int64_t wait_ms) {
    discovery->done(discovery->context, reason, again, wait_ms);
    free(reason);
}

static void ask(struct matrix_discovery *discovery, const char *base, const char *path,
                int redirects_max, http_done_fn *done) {
    char *url = str_printf("%s%s", base, path);
    struct http_request request = {.method = "GET",
                                   .url = url,
                                   .timeout_ms = MATRIX_REQUEST_MS,
                                   .body_max = ANSWER_BYTES,
                                   .redirects_max = redirects_max};
    discovery->call = http_send(discovery->matrix->http, &request, done, discovery);
    free(url);
}

static void ask_versions(struct matrix_discovery *discovery);

// --- the well-known file ---

// An https address, without a final slash; NULL for anything else. What was found over
// TLS does not lead to where the password goes without it.
static char *address_of(const struct cJSON *json) {
    const char *base =
        matrix_json_text(matrix_json_object(json, "m.homeserver"), "base_url");
    struct slice rest = slice_of(base);
    if (!slice_starts_nocase(rest, "https://") || rest.len > ADDRESS_BYTES_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.data[i] <= ' ' || rest.data[i] > '~') {
            return NULL;
        }
    }
    while (rest.len > 0 && rest.data[rest.len - 1] == '/') {
        rest.len--;
    }
    return slice_copy(rest);
}

static void on_well_known(void *context, const struct http_answer *http) {
    struct matrix_discovery *discovery = context;
    discovery->call = NULL;
    const char *at = discovery->configured;
    cJSON *json =
        http->status == 200 ? cJSON_ParseWithLength(http->body, http->body_len) : NULL;
    char *address = address_of(json);
    if (address != NULL) {
        free(discovery->base);
        discovery->base = address;
        discovery->found = true;
        ask_versions(discovery);
    } else if (http->status == 0 || http->status == 429 || http->status >= 500) {
        end(discovery,
            str_printf("%s/.well-known/matrix/client can't be read: %s", at,
                       http->status == 0 ? http->error : "the server failed"),
            true, http->retry_after_ms);
    } else if (http->status == 404) {
        end(discovery,
            str_printf("there is no Matrix server at %s, and no "
                       "/.well-known/matrix/client that says where one is",
                       at),
            false, -1);
    } else {
        end(discovery,
            str_printf("%s/.well-known/matrix/client names no https address of a "
                       "Matrix server (the answer was %ld)",
                       at, http->status),
            false, -1);
    }
    cJSON_Delete(json);
}

// --- the versions ---

// v1.x and r0.6.x have what is used here. Of the latter the paths are others.
static const char *api_of(const struct cJSON *versions) {
    const char *api = NULL;
    const cJSON *version = NULL;
    cJSON_ArrayForEach(version, versions) {
        struct slice text = slice_of(cJSON_GetStringValue(version));
        if (slice_starts_nocase(text, "v1.")) {
            return "v3";
        }
        if (slice_starts_nocase(text, "r0.6.")) {
            api = "r0";
        }
    }
    return api;
}

static void use(struct matrix_discovery *discovery, const char *api) {
    struct matrix *matrix = discovery->matrix;
    free(matrix->homeserver);
    matrix->homeserver = mem_copy(discovery->base);
    matrix->api = api;
    if (discovery->found) {
        LOG(LOG_INFO, "homeserver_found", LOG_S("network", matrix->network.name),
            LOG_S("configured", discovery->configured),
            LOG_S("homeserver", discovery->base));
    }
    end(discovery, NULL, false, -1);
}

// No client API: a web page, nothing, or a way to somewhere else.
static void not_here(struct matrix_discovery *discovery, long status) {
    if (discovery->found) {
        end(discovery,
            str_printf("%s/.well-known/matrix/client names %s, but there is no Matrix "
                       "server (the answer was %ld)",
                       discovery->configured, discovery->base, status),
            false, -1);
    } else if (slice_starts_nocase(slice_of(discovery->base), "https://")) {
        ask(discovery, discovery->configured, "/.well-known/matrix/client",
            REDIRECTS_MAX, on_well_known);
    } else {
        end(discovery,
            str_printf("there is no Matrix server at %s (the answer was %ld)",
                       discovery->base, status),
            false, -1);
    }
}

static void on_versions(void *context, const struct http_answer *http) {
    struct matrix_discovery *discovery = context;
    discovery->call = NULL;
    cJSON *json =
        http->status == 200 ? cJSON_ParseWithLength(http->body, http->body_len) : NULL;
    const cJSON *versions = matrix_json_array(json, "versions");
    const char *api = api_of(versions);
    if (api != NULL) {
        use(discovery, api);
    } else if (versions != NULL) {
        end(discovery,
            str_printf("%s speaks none of the versions v1 and r0.6 of the client API",
                       discovery->base),
            false, -1);
    } else if (http->status == 0 || http->status == 429 || http->status >= 500) {
        end(discovery,
            http->status == 0 ? mem_copy(http->error)
                              : str_printf("the server answered %ld", http->status),
            !http->certificate_refused, http->retry_after_ms);
    } else {
        not_here(discovery, http->status);
    }
    cJSON_Delete(json);
}

static void ask_versions(struct matrix_discovery *discovery) {
    ask(discovery, discovery->base, "/_matrix/client/versions", 0, on_versions);
}

// --- starting and stopping ---

void matrix_discovery_start(struct matrix_discovery *discovery) {
    if (discovery->call != NULL) {
        return;
    }
    free(discovery->base);
    discovery->base = mem_copy(discovery->configured);
    discovery->found = false;
    ask_versions(discovery);
}

struct matrix_discovery *matrix_discovery_create(struct matrix *matrix,
                                                 matrix_discovery_done_fn *done,
                                                 void *context) {
    struct matrix_discovery *discovery = mem_alloc(1, sizeof *discovery);
    discovery->matrix = matrix;
    discovery->done = done;
    discovery->context = context;
    discovery->configured = mem_copy(matrix->homeserver);
    return discovery;
}

void matrix_discovery_stop(struct matrix_discovery *discovery) {
    http_cancel(discovery->call);
    discovery->call = NULL;
}

void matrix_discovery_destroy(struct matrix_discovery *discovery) {
    if (discovery == NULL) {
        return;
    }
    matrix_discovery_stop(discovery);
    free(discovery->configured);
    free(discovery->base);
    free(discovery);
}
