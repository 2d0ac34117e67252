// SPDX-License-Identifier: MIT
#include "fetch/multi.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/memory.h"

struct multi {
    CURLM *handle;
    struct event_base *base;
    struct event *timer;
};

// What CURLOPT_PRIVATE of a handle in the multi points to.
struct transfer {
    multi_done_fn *done;
    void *context;
};

static struct transfer *transfer_of(CURL *easy) {
    char *private = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    return (struct transfer *)(void *)private;
}

// Called outside of libcurl, so that a callee may add and remove handles.
static void tell_done(struct multi *multi) {
    int left = 0;
    const CURLMsg *msg = NULL;
    while ((msg = curl_multi_info_read(multi->handle, &left)) != NULL) {
        if (msg->msg != CURLMSG_DONE) {
            continue;
        }
        // The message dies with the handle's removal.
        CURL *easy = msg->easy_handle;
        CURLcode result = msg->data.result;
        const struct transfer *transfer = transfer_of(easy);
        if (transfer != NULL) {
            transfer->done(transfer->context, easy, result);
        }
    }
}

static void act(struct multi *multi, curl_socket_t socket, int flags) {
    int running = 0;
    curl_multi_socket_action(multi->handle, socket, flags, &running);
    tell_done(multi);
}

static void on_ready(evutil_socket_t socket, short what, void *context) {
    int flags = ((what & EV_READ) != 0 ? CURL_CSELECT_IN : 0) |
                ((what & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0);
    act(context, socket, flags);
}

static void on_timer(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    act(context, CURL_SOCKET_TIMEOUT, 0);
}

static int watch_socket(CURL *easy, curl_socket_t socket, int what, void *context,
                        void *socket_event) {
    (void)easy;
    struct multi *multi = context;
    if (socket_event != NULL) {
        event_free(socket_event);
        curl_multi_assign(multi->handle, socket, NULL);
    }
    if (what == CURL_POLL_REMOVE) {
        return 0;
    }
    short wanted = (short)(EV_PERSIST | ((what & CURL_POLL_IN) != 0 ? EV_READ : 0) |
                           ((what & CURL_POLL_OUT) != 0 ? EV_WRITE : 0));
    struct event *event = event_new(multi->base, socket, wanted, on_ready, multi);
    if (event == NULL || event_add(event, NULL) != 0) {
        return -1; // libcurl then fails its transfers
    }
    curl_multi_assign(multi->handle, socket, event);
    return 0;
}

static int watch_timer(CURLM *handle, long timeout_ms, void *context) {
    (void)handle;
    struct multi *multi = context;
    if (timeout_ms < 0) {
        return event_del(multi->timer);
    }
    if (timeout_ms == 0) {
        event_active(multi->timer, EV_TIMEOUT, 0); // at once, without a look at sockets
        return 0;
    }
    struct timeval wait = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    return event_add(multi->timer, &wait);
}

struct multi *multi_create(struct event_base *base) {
    struct multi *multi = mem_alloc(1, sizeof *multi);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi->base = base;
    multi->timer = evtimer_new(base, on_timer, multi);
    multi->handle = curl_multi_init();
    if (multi->timer == NULL || multi->handle == NULL) {
        abort(); // only for want of memory
    }
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETDATA, multi);
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERFUNCTION, watch_timer);
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERDATA, multi);
    return multi;
}

void multi_destroy(struct multi *multi) {
    if (multi == NULL) {
        return;
    }
    curl_multi_cleanup(multi->handle); // closes what is kept, by watch_socket
    event_free(multi->timer);
    curl_global_cleanup();
    free(multi);
}

void multi_add(struct multi *multi, CURL *easy, multi_done_fn *done, void *context) {
    struct transfer *transfer = mem_alloc(1, sizeof *transfer);
    *transfer = (struct transfer){done, context};
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    // Sets a timer of 0, so that the work begins in the loop.
    curl_multi_add_handle(multi->handle, easy);
}

void multi_remove(struct multi *multi, CURL *easy) {
    struct transfer *transfer = transfer_of(easy);
    if (transfer == NULL) {
        return;
    }
    curl_multi_remove_handle(multi->handle, easy);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, NULL);
    free(transfer);
}
