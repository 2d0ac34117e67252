// SPDX-License-Identifier: MIT
#ifndef USHER_TESTS_FUZZ_FAKE_SERVER_H
#define USHER_TESTS_FUZZ_FAKE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

// In the place of fetch/http.c: a homeserver that answers only when the harness says
// so. Each request is held against what HTTP and the client-server API ask of it.

// The oldest request that waits and whose path, behind the API's prefix, has the
// part; NULL when there is none. Borrowed until it is answered.
struct http_call *fake_server_waiting(const char *part);
size_t fake_server_waiting_count(void);

const char *fake_server_path(const struct http_call *call);
bool fake_server_is_sync(const struct http_call *call);

// Answers it from the loop, as it were. Status 0: there is no answer.
void fake_server_answer(struct http_call *call, long status, struct slice body);

// Requests since the start of the program.
size_t fake_server_asked(void);

#endif
