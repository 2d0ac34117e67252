// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_DISCOVERY_H
#define USHER_NET_MATRIX_DISCOVERY_H

#include "net/matrix/account.h"

// Where the client API of the configured homeserver is, and whether the bot speaks a
// version of it (v1.11, "Server discovery", "GET /_matrix/client/versions").
//
// The configured address is asked first: where it answers, it is what the operator
// meant. Where it is no client API, and only over https, its
// /.well-known/matrix/client is asked, and the address found there is used once it
// answers. For what the specification calls FAIL_PROMPT and FAIL_ERROR there is nobody
// to prompt: both are a failure, in a sentence with what was found.

struct matrix_discovery;

// `reason` is NULL when account->homeserver and account->api are set. Otherwise
// `again`: the server may only be away; else somebody has to look after it.
typedef void matrix_discovery_done_fn(void *context, const char *reason, bool again,
                                      int64_t wait_ms);

struct matrix_discovery *matrix_discovery_create(struct matrix *matrix,
                                                 matrix_discovery_done_fn *done,
                                                 void *context);
void matrix_discovery_destroy(struct matrix_discovery *discovery);

// Calls `done` from the loop, unless stopped. Does nothing while it is at it.
void matrix_discovery_start(struct matrix_discovery *discovery);
void matrix_discovery_stop(struct matrix_discovery *discovery);

#endif
