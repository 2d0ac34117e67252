// SPDX-License-Identifier: MIT
#include "fake_time.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "expect.h"

enum {
    TIMERS_MAX = 512,
    FIRED_AT_ONCE_MAX = 64, // more at one time is a loop that never rests
    FOREVER_S = 365 * 24 * 3600,
};

static const int64_t START_MONO_MS = 1000000;
static const int64_t START_REAL_MS = 1441715400000; // 2015-09-08T12:30:00Z

static struct {
    int64_t passed_ms;
    uint64_t random;
    uint64_t fired;
    struct timer {
        struct event *event;
        int64_t due_ms;
    } timers[TIMERS_MAX]; // an event that is NULL is free
} now;

void fake_time_reset(void) {
    for (size_t i = 0; i < TIMERS_MAX; i++) {
        expect(now.timers[i].event == NULL, "a timer was not freed");
    }
    now.passed_ms = 0;
    now.random = 0x2545f4914f6cdd1dU;
    now.fired = 0;
}

uint64_t fake_time_fired(void) {
    return now.fired;
}

// In the place of what the names without __wrap_ say.
int64_t __wrap_clock_mono_ms(void);
int64_t __wrap_clock_real_ms(void);
ssize_t __wrap_getrandom(void *bytes, size_t len, unsigned flags);
int __real_event_add(struct event *event, const struct timeval *wait);
int __wrap_event_add(struct event *event, const struct timeval *wait);
void __real_event_free(struct event *event);
void __wrap_event_free(struct event *event);

int64_t __wrap_clock_mono_ms(void) {
    return START_MONO_MS + now.passed_ms;
}

int64_t __wrap_clock_real_ms(void) {
    return START_REAL_MS + now.passed_ms;
}

// xorshift64
ssize_t __wrap_getrandom(void *bytes, size_t len, unsigned flags) {
    (void)flags;
    for (size_t i = 0; i < len; i++) {
        now.random ^= now.random << 13;
        now.random ^= now.random >> 7;
        now.random ^= now.random << 17;
        ((unsigned char *)bytes)[i] = (unsigned char)(now.random >> 32);
    }
    return (ssize_t)len;
}

static struct timer *find(const struct event *event) {
    size_t i = 0;
    while (i < TIMERS_MAX && now.timers[i].event != event) {
        i++;
    }
    return i < TIMERS_MAX ? &now.timers[i] : NULL;
}

int __wrap_event_add(struct event *event, const struct timeval *wait) {
    if (wait == NULL) {
        return __real_event_add(event, NULL);
    }
    struct timer *timer = find(event);
    timer = timer != NULL ? timer : find(NULL);
    expect(timer != NULL, "too many timers");
    timer->event = event;
    timer->due_ms = now.passed_ms + (int64_t)wait->tv_sec * 1000 + wait->tv_usec / 1000;
    // The loop itself only knows that the event waits.
    return __real_event_add(event, &(struct timeval){.tv_sec = FOREVER_S});
}

void __wrap_event_free(struct event *event) {
    struct timer *timer = find(event);
    if (event != NULL && timer != NULL) {
        timer->event = NULL;
    }
    __real_event_free(event);
}

static bool is_set(const struct timer *timer) {
    return timer->event != NULL && event_pending(timer->event, EV_TIMEOUT, NULL) != 0;
}

static struct timer *next_timer(void) {
    struct timer *next = NULL;
    for (size_t i = 0; i < TIMERS_MAX; i++) {
        struct timer *timer = &now.timers[i];
        if (is_set(timer) && (next == NULL || timer->due_ms < next->due_ms)) {
            next = timer;
        }
    }
    return next;
}

void fake_time_pass(struct event_base *base, int64_t ms) {
    int64_t end_ms = now.passed_ms + ms;
    int at_once = 0;
    event_base_loop(base, EVLOOP_NONBLOCK);
    struct timer *timer = next_timer();
    for (; timer != NULL && timer->due_ms <= end_ms; timer = next_timer()) {
        at_once = timer->due_ms > now.passed_ms ? 0 : at_once + 1;
        expect(at_once <= FIRED_AT_ONCE_MAX, "timers fire without end");
        now.passed_ms = timer->due_ms > now.passed_ms ? timer->due_ms : now.passed_ms;
        now.fired++;
        event_active(timer->event, EV_TIMEOUT, 0);
        event_base_loop(base, EVLOOP_NONBLOCK);
    }
    now.passed_ms = end_ms;
}
