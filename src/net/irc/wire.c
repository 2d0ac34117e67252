// SPDX-License-Identifier: MIT
#include "net/irc/wire.h"

#include <curl/curl.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "fetch/multi.h"
#include "net/irc/framing.h"
#include "net/irc/pin.h"

enum {
    CONNECT_TIMEOUT_MS = 30 * 1000,
    KEEPALIVE_S = 60,
    READ_BYTES = 16 * 1024,
    READS_A_TURN = 8, // then the rest of the loop has its turn
};

enum state { CLOSED, CONNECTING, OPEN };

struct irc_wire {
    struct irc_wire_options options;
    const struct irc_wire_events *events;
    void *context;
    struct event_base *base;
    struct multi *multi; // of its own: a shared one would prune the connection
    CURL *easy;
    struct irc_pin pin;
    char reason[CURL_ERROR_SIZE];
    enum state state;
    struct event *readable;
    struct event *writable;
    struct irc_framing framing;
    struct buf sending; // libcurl may hold a pointer into it: never grows
    size_t sent;
    struct buf queued;
};

struct irc_wire *irc_wire_create(const struct irc_wire_options *options,
                                 struct event_base *base,
                                 const struct irc_wire_events *events, void *context) {
    struct irc_wire *wire = mem_alloc(1, sizeof *wire);
    *wire = (struct irc_wire){
        .options = *options, .events = events, .context = context, .base = base};
    wire->multi = multi_create(base);
    wire->pin.expected = options->fingerprint;
    return wire;
}

void irc_wire_destroy(struct irc_wire *wire) {
    if (wire == NULL) {
        return;
    }
    irc_wire_close(wire);
    multi_destroy(wire->multi);
    irc_framing_finish(&wire->framing);
    buf_finish(&wire->sending);
    buf_finish(&wire->queued);
    free(wire);
}

static void free_event(struct event **event) {
    if (*event != NULL) {
        event_free(*event);
        *event = NULL;
    }
}

void irc_wire_close(struct irc_wire *wire) {
    free_event(&wire->readable);
    free_event(&wire->writable);
    if (wire->easy != NULL) {
        multi_remove(wire->multi, wire->easy);
        curl_easy_cleanup(wire->easy);
        wire->easy = NULL;
    }
    wire->state = CLOSED;
    wire->sent = 0;
    buf_clear(&wire->sending);
    buf_clear(&wire->queued);
}

static bool is_certificate_error(CURLcode result) {
    return result == CURLE_PEER_FAILED_VERIFICATION ||
           result == CURLE_SSL_CERTPROBLEM || result == CURLE_SSL_CACERT_BADFILE ||
           result == CURLE_SSL_ISSUER_ERROR || result == CURLE_SSL_INVALIDCERTSTATUS;
}

static bool is_of_proxy(const struct irc_wire *wire, CURLcode result) {
    long status = 0; // of an HTTP proxy's answer
    curl_easy_getinfo(wire->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    return result == CURLE_PROXY || result == CURLE_COULDNT_RESOLVE_PROXY ||
           status >= 300;
}

static char *explain(const struct irc_wire *wire, CURLcode result) {
    if (wire->pin.mismatched) {
        return str_printf("the server's certificate has another fingerprint: %s",
                          wire->pin.presented);
    }
    return str_printf("%s%s", is_of_proxy(wire, result) ? "the proxy: " : "",
                      wire->reason[0] != '\0' ? wire->reason
                                              : curl_easy_strerror(result));
}

// Closes first, so that the callee may open again.
static void end(struct irc_wire *wire, CURLcode result) {
    char *reason = explain(wire, result);
    irc_wire_close(wire);
    wire->events->ended(
        wire->context,
        is_certificate_error(result) ? IRC_WIRE_CERTIFICATE : IRC_WIRE_LOST, reason);
    free(reason);
}

static void end_lost(struct irc_wire *wire, const char *reason) {
    irc_wire_close(wire);
    wire->events->ended(wire->context, IRC_WIRE_LOST, reason);
}

// Tells the whole lines that have arrived; false when the wire was closed by that.
// Nothing is added to the framing before `drained`: the lines' text stays until then.
static bool tell_lines(struct irc_wire *wire) {
    struct slice line;
    while (wire->state == OPEN && irc_framing_next(&wire->framing, &line)) {
        wire->events->line(wire->context, line);
    }
    if (wire->state == OPEN) {
        wire->events->drained(wire->context);
    }
    return wire->state == OPEN;
}

// Reads until nothing is left: bytes that TLS has decrypted don't show in poll.
// CURLE_AGAIN when nothing is left, CURLE_OK when there may be more.
static CURLcode read_some(struct irc_wire *wire, bool *ended) {
    for (int i = 0; i < READS_A_TURN; i++) {
        char bytes[READ_BYTES];
        size_t len = 0;
        CURLcode result = curl_easy_recv(wire->easy, bytes, sizeof bytes, &len);
        if (result != CURLE_OK) {
            return result;
        }
        if (len == 0) {
            *ended = true;
            return CURLE_OK;
        }
        irc_framing_add(&wire->framing, bytes, len);
        if (!tell_lines(wire)) {
            return CURLE_AGAIN;
        }
    }
    return CURLE_OK;
}

// A server that leaves Nagle's algorithm on holds its next line back until this one
// is acknowledged, and a delayed acknowledgement makes that 40 ms. The kernel falls
// back to delaying by itself, so it is asked anew.
static void acknowledge_at_once(evutil_socket_t socket) {
    int on = 1;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void on_readable(evutil_socket_t socket, short what, void *context) {
    (void)what;
    struct irc_wire *wire = context;
    bool ended = false;
    CURLcode result = read_some(wire, &ended);
    if (wire->state != OPEN) {
        return;
    }
    acknowledge_at_once(socket);
    if (ended) {
        end_lost(wire, "the server closed the connection");
    } else if (result == CURLE_OK) {
        event_active(wire->readable, EV_READ, 0);
    } else if (result != CURLE_AGAIN) {
        end(wire, result);
    }
}

static void on_writable(evutil_socket_t socket, short what, void *context) {
    (void)socket;
    (void)what;
    struct irc_wire *wire = context;
    irc_wire_flush(wire);
    if (wire->state == OPEN && irc_wire_pending(wire) == 0) {
        wire->events->written(wire->context);
    }
}

// The easy handle stays in the multi: outside of it the socket is gone.
static void on_done(void *context, CURL *easy, CURLcode result) {
    struct irc_wire *wire = context;
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (result == CURLE_OK) {
        result = curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
    }
    if (result == CURLE_OK && socket == CURL_SOCKET_BAD) {
        result = CURLE_COULDNT_CONNECT;
    }
    if (result != CURLE_OK) {
        end(wire, result);
        return;
    }
    wire->readable =
        event_new(wire->base, socket, EV_READ | EV_PERSIST, on_readable, wire);
    wire->writable = event_new(wire->base, socket, EV_WRITE, on_writable, wire);
    if (wire->readable == NULL || wire->writable == NULL ||
        event_add(wire->readable, NULL) != 0) {
        end_lost(wire, "the socket cannot be watched");
        return;
    }
    wire->state = OPEN;
    // What came with the end of the TLS handshake does not show in poll either.
    event_active(wire->readable, EV_READ, 0);
    wire->events->connected(wire->context);
}

static CURLcode apply_pin(CURL *easy, void *ssl_ctx, void *pin) {
    (void)easy;
    irc_pin_apply(pin, ssl_ctx);
    return CURLE_OK;
}

static void set_url(struct irc_wire *wire, int64_t port, bool tls) {
    // The scheme only says whether there is TLS: CONNECT_ONLY speaks no HTTP.
    const char *host = wire->options.host;
    bool bare_ipv6 = strchr(host, ':') != NULL && host[0] != '[';
    char *url =
        str_printf("%s://%s%s%s:%lld/", tls ? "https" : "http", bare_ipv6 ? "[" : "",
                   host, bare_ipv6 ? "]" : "", (long long)port);
    curl_easy_setopt(wire->easy, CURLOPT_URL, url);
    free(url);
}

static void set_tls(struct irc_wire *wire) {
    CURL *easy = wire->easy;
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (wire->options.ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, wire->options.ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); // trust nothing beside it
    }
    if (wire->options.fingerprint != NULL) {
        curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, apply_pin);
        curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &wire->pin);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
        curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L); // always verified
    }
    if (wire->options.client_cert_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, wire->options.client_cert_file);
        curl_easy_setopt(easy, CURLOPT_SSLKEY, wire->options.client_cert_file);
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD, ""); // else asked for on a terminal
    }
}

static void set_connection(struct irc_wire *wire) {
    CURL *easy = wire->easy;
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); // the end waits for no look-up
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, wire->reason);
    // An empty proxy turns those of the environment off.
    curl_easy_setopt(easy, CURLOPT_PROXY,
                     wire->options.proxy != NULL ? wire->options.proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
}

void irc_wire_open(struct irc_wire *wire, int64_t port, bool tls) {
    irc_wire_close(wire);
    irc_framing_finish(&wire->framing);
    wire->reason[0] = '\0';
    wire->pin.mismatched = false;
    wire->easy = curl_easy_init();
    if (wire->easy == NULL) {
        abort(); // only for want of memory
    }
    wire->state = CONNECTING;
    set_url(wire, port, tls);
    set_connection(wire);
    set_tls(wire);
    multi_add(wire->multi, wire->easy, on_done, wire);
}

struct buf *irc_wire_out(struct irc_wire *wire) {
    return &wire->queued;
}

// Takes what is queued as the next thing to send, once the last has gone.
static bool refill(struct irc_wire *wire) {
    if (wire->sent < wire->sending.len) {
        return true;
    }
    struct buf empty = wire->sending;
    buf_clear(&empty);
    wire->sending = wire->queued;
    wire->queued = empty;
    wire->sent = 0;
    return wire->sending.len > 0;
}

void irc_wire_flush(struct irc_wire *wire) {
    while (wire->state == OPEN && refill(wire)) {
        size_t len = 0;
        CURLcode result = curl_easy_send(wire->easy, wire->sending.data + wire->sent,
                                         wire->sending.len - wire->sent, &len);
        if (result == CURLE_AGAIN) {
            event_add(wire->writable, NULL);
            return;
        }
        if (result != CURLE_OK) {
            // The read side sees the broken connection and tells it from the loop.
            event_active(wire->readable, EV_READ, 0);
            return;
        }
        wire->sent += len;
    }
}

size_t irc_wire_pending(const struct irc_wire *wire) {
    return wire->sending.len - wire->sent + wire->queued.len;
}
