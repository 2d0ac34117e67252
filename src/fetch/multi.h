// SPDX-License-Identifier: MIT
#ifndef USHER_FETCH_MULTI_H
#define USHER_FETCH_MULTI_H

#include <curl/curl.h>

struct event_base;

// A libcurl multi handle driven by libevent: sockets and timers of all transfers
// in it are watched by the loop, nothing blocks. The only header that shows a
// libcurl type; it is for adapters (fetch/http.c, net/irc/wire.c).

struct multi;

// Called when the transfer is done, from the loop. The handle is still in the
// multi; the callee removes it, or keeps it there (CONNECT_ONLY).
typedef void multi_done_fn(void *context, CURL *easy, CURLcode result);

struct multi *multi_create(struct event_base *base);
void multi_destroy(struct multi *multi); // remove all handles first; NULL is fine

// Starts the transfer. CURLOPT_PRIVATE belongs to the multi from here on. The
// caller keeps owning the handle.
void multi_add(struct multi *multi, CURL *easy, multi_done_fn *done, void *context);

// Ends it without calling done; safe for a handle that is not in the multi.
void multi_remove(struct multi *multi, CURL *easy);

#endif
