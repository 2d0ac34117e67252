// SPDX-License-Identifier: MIT
#include "net/irc/delivery.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "net/irc/text.h"

static const char ping_token[] = "usher-";

enum { REPEATS_MAX = 5, UNPROVED_MAX = 32 };

enum way { WAY_OPEN, WAY_HOLD, WAY_NONE };

void irc_delivery_init(struct irc_delivery *delivery, const struct irc_options *options,
                       const struct irc_delivery_events *events, void *context) {
    *delivery = (struct irc_delivery){.events = events, .context = context};
    irc_queue_init(&delivery->queue, options->flood_burst, options->flood_per_second,
                   0);
}

// A list of items in order: the held, and those in flight.

static void append(struct irc_item **first, struct irc_item **last,
                   struct irc_item *item) {
    item->next = NULL;
    if (*first == NULL) {
        *first = item;
    } else {
        (*last)->next = item;
    }
    *last = item;
}

// Takes the item at *place out of the list that ends with *last.
static struct irc_item *take(struct irc_item **first, struct irc_item **last,
                             struct irc_item *before) {
    struct irc_item **place = before != NULL ? &before->next : first;
    struct irc_item *item = *place;
    *place = item->next;
    if (item == *last) {
        *last = before;
    }
    item->next = NULL;
    return item;
}

static void clear_list(struct irc_item **first, struct irc_item **last) {
    while (*first != NULL) {
        irc_item_destroy(take(first, last, NULL));
    }
}

void irc_delivery_clear(struct irc_delivery *delivery, int64_t now_ms) {
    irc_queue_clear(&delivery->queue);
    irc_queue_restart(&delivery->queue, now_ms);
    clear_list(&delivery->held, &delivery->held_last);
    clear_list(&delivery->flight, &delivery->flight_last);
    delivery->held_count = 0;
    memset(delivery->raw_counts, 0, sizeof delivery->raw_counts);
    delivery->unproved = 0;
    delivery->fault_said = false;
}

void irc_delivery_finish(struct irc_delivery *delivery) {
    irc_delivery_clear(delivery, 0);
    buf_finish(&delivery->line);
    buf_finish(&delivery->key);
}

static enum irc_class class_of(enum priority priority) {
    switch (priority) {
    case PRIORITY_NOTICE:
        return IRC_CLASS_NOTICE;
    case PRIORITY_ANSWER:
        return IRC_CLASS_ANSWER;
    default:
        return IRC_CLASS_LIST;
    }
}

void irc_delivery_add(struct irc_delivery *delivery, const struct outgoing *outgoing) {
    struct irc_item *item = mem_alloc(1, sizeof *item);
    item->class = class_of(outgoing->priority);
    item->id = outgoing->id;
    item->target = mem_copy(outgoing->target.id);
    item->to_person = outgoing->target.kind == TARGET_PERSON;
    item->text = mem_copy(outgoing->text);
    irc_queue_add_take(&delivery->queue, item);
}

void irc_delivery_add_raw(struct irc_delivery *delivery, enum irc_class class,
                          const char *line) {
    if (delivery->raw_counts[class] >= LIMIT_IRC_RAW_LINES) {
        return;
    }
    delivery->raw_counts[class]++;
    struct irc_item *item = mem_alloc(1, sizeof *item);
    item->class = class;
    item->text = mem_copy(line);
    irc_queue_add_take(&delivery->queue, item);
}

static void refuse_take(struct irc_delivery *delivery, struct irc_item *item,
                        const char *reason) {
    delivery->events->refused(delivery->context, item->id, reason);
    irc_item_destroy(item);
}

static void deliver_take(struct irc_delivery *delivery, struct irc_item *item) {
    delivery->events->delivered(delivery->context, item->id);
    irc_item_destroy(item);
}

// Under what name the target is reached now.
static enum way find_way(struct irc_delivery *delivery, const struct irc_item *item,
                         const char **name) {
    if (item->to_person) {
        const struct irc_user *user = irc_users_of(delivery->users, item->target);
        if (user != NULL && strlen(user->nick) > LIMIT_IRC_NICK_BYTES) {
            *name = "a nick that is too long";
            return WAY_NONE;
        }
        *name = user != NULL ? user->nick : "gone";
        if (user != NULL) {
            return WAY_OPEN;
        }
        return item->target[0] == '~' ? WAY_NONE : WAY_HOLD;
    }
    int64_t number = irc_channels_find(delivery->channels, slice_of(item->target));
    if (number == IRC_NO_CHANNEL) {
        *name = "no such room in the configuration";
        return WAY_NONE;
    }
    *name = delivery->channels->names[number].name;
    return delivery->channels->status[number].state == IRC_CHANNEL_JOINED ? WAY_OPEN
                                                                          : WAY_HOLD;
}

static void hold_take(struct irc_delivery *delivery, struct irc_item *item) {
    append(&delivery->held, &delivery->held_last, item);
    delivery->held_count++;
    if (delivery->held_count > LIMIT_IRC_HELD_MESSAGES) {
        delivery->held_count--;
        refuse_take(delivery, take(&delivery->held, &delivery->held_last, NULL),
                    "too many messages wait for who is not there");
    }
}

// Takes the first held message whose way is open now out of the list.
static struct irc_item *take_released(struct irc_delivery *delivery,
                                      struct irc_item **before) {
    const char *name = NULL;
    struct irc_item *item = *before != NULL ? (*before)->next : delivery->held;
    for (; item != NULL; item = item->next) {
        if (find_way(delivery, item, &name) != WAY_HOLD) {
            delivery->held_count--;
            return take(&delivery->held, &delivery->held_last, *before);
        }
        *before = item;
    }
    return NULL;
}

// Puts held messages whose target has come in front of the queue, in their order.
static void release_held(struct irc_delivery *delivery) {
    if (delivery->held == NULL || (delivery->held_changes == delivery->users->changes &&
                                   !delivery->room_joined)) {
        return;
    }
    delivery->held_changes = delivery->users->changes;
    delivery->room_joined = false;
    struct irc_item *reversed = NULL;
    struct irc_item *before = NULL;
    struct irc_item *item = take_released(delivery, &before);
    for (; item != NULL; item = take_released(delivery, &before)) {
        item->next = reversed;
        reversed = item;
    }
    while (reversed != NULL) {
        item = reversed;
        reversed = item->next;
        irc_queue_return_take(&delivery->queue, item);
    }
}

// FNV-1a: tells an echo from others, nothing more.
static uint64_t hash(struct slice text) {
    uint64_t h = 0xcbf29ce484222325U;
    for (size_t i = 0; i < text.len; i++) {
        h = (h ^ (unsigned char)text.data[i]) * 0x100000001b3U;
    }
    return h;
}

static void remember_line(struct irc_delivery *delivery, struct irc_item *item,
                          const char *name) {
    irc_fold(delivery->isupport, slice_of(name), &delivery->key);
    if (item->wire_target == NULL ||
        strcmp(item->wire_target, buf_str(&delivery->key)) != 0) {
        free(item->wire_target);
        item->wire_target = mem_copy(buf_str(&delivery->key));
    }
    item->last_line = hash(buf_slice(&delivery->line));
}

// The longest text that, with all around it, is a line others get whole.
static size_t text_max(const struct irc_delivery *delivery, const char *name) {
    size_t around =
        delivery->prefix_len + strlen("PRIVMSG ") + strlen(name) + strlen(" :\r\n");
    size_t least = 64; // absurdly long names: better cut by the server than lost
    return around + least < delivery->isupport->line_len
               ? delivery->isupport->line_len - around
               : least;
}

// Whether nothing but blanks and line ends is left to say.
static bool is_finished(const struct irc_item *item) {
    const char *rest = item->text + item->said;
    return rest[strspn(rest, " \t\n")] == '\0';
}

// A label is a number, and so far from the 64 bytes that it may have.
static void add_label(struct irc_delivery *delivery, struct irc_item *item,
                      struct buf *out) {
    item->label = ++delivery->labels_used;
    buf_add_str(out, "@label=");
    buf_add_number(out, (int64_t)item->label);
    buf_add_char(out, ' ');
}

// Says the item's next line to `name`; false when no line was left.
static bool say_line(struct irc_delivery *delivery, struct irc_item *item,
                     const char *name, struct buf *out) {
    struct slice rest = slice_of(item->text + item->said);
    if (!irc_text_take_line(&rest, text_max(delivery, name), &delivery->line)) {
        return false;
    }
    item->said = strlen(item->text) - rest.len;
    remember_line(delivery, item, name);
    if (delivery->labels && is_finished(item)) {
        add_label(delivery, item, out);
    }
    buf_add_str(out, "PRIVMSG ");
    buf_add_str(out, name);
    buf_add_str(out, " :");
    buf_add_slice(out, buf_slice(&delivery->line));
    buf_add_str(out, "\r\n");
    return true;
}

// A line with a name of the server's in it may be longer than the server takes.
static void pump_raw(struct irc_delivery *delivery, struct buf *out) {
    struct irc_item *item = irc_queue_pop(&delivery->queue);
    delivery->raw_counts[item->class]--;
    if (strlen(item->text) + strlen("\r\n") <= delivery->isupport->line_len) {
        buf_add_str(out, item->text);
        buf_add_str(out, "\r\n");
    }
    irc_item_destroy(item);
}

static void pump_message(struct irc_delivery *delivery, struct irc_item *item,
                         const char *name, struct buf *out) {
    bool said = say_line(delivery, item, name, out);
    if (said && !is_finished(item)) {
        return;
    }
    irc_queue_pop(&delivery->queue);
    if (item->said == 0) {
        refuse_take(delivery, item, "nothing to say");
        return;
    }
    item->ping = delivery->pings + 1;
    append(&delivery->flight, &delivery->flight_last, item);
    delivery->unproved++;
}

// Says one line of the item; false when the pace does not allow it now.
static bool pump_item(struct irc_delivery *delivery, struct irc_item *item,
                      int64_t now_ms, struct buf *out) {
    const char *name = NULL;
    enum way way = item->target != NULL ? find_way(delivery, item, &name) : WAY_OPEN;
    if (way == WAY_OPEN && !irc_queue_spend(&delivery->queue, now_ms)) {
        return false;
    }
    if (item->target == NULL) {
        pump_raw(delivery, out);
    } else if (way == WAY_OPEN) {
        pump_message(delivery, item, name, out);
    } else if (way == WAY_HOLD) {
        hold_take(delivery, irc_queue_pop(&delivery->queue));
    } else {
        refuse_take(delivery, irc_queue_pop(&delivery->queue), name);
    }
    return true;
}

void irc_delivery_pump(struct irc_delivery *delivery, int64_t now_ms, struct buf *out,
                       size_t max) {
    release_held(delivery);
    struct irc_item *item = irc_queue_next(&delivery->queue);
    while (item != NULL && out->len < max && pump_item(delivery, item, now_ms, out)) {
        item = irc_queue_next(&delivery->queue);
    }
    if (delivery->unproved >= UNPROVED_MAX && !delivery->echo) {
        irc_delivery_add_ping(delivery, out);
    }
}

int64_t irc_delivery_wait_ms(const struct irc_delivery *delivery, int64_t now_ms) {
    return irc_queue_next(&delivery->queue) != NULL
               ? irc_queue_wait_ms(&delivery->queue, now_ms)
               : -1;
}

int64_t irc_delivery_control_ms(const struct irc_delivery *delivery, int64_t now_ms) {
    return irc_queue_wait_ms(&delivery->queue, now_ms) +
           irc_queue_lines_ms(&delivery->queue,
                              delivery->raw_counts[IRC_CLASS_CONTROL]);
}

bool irc_delivery_is_open(const struct irc_delivery *delivery) {
    return delivery->flight != NULL;
}

bool irc_delivery_wants_ping(const struct irc_delivery *delivery) {
    return delivery->unproved > 0 && !delivery->echo;
}

void irc_delivery_add_ping(struct irc_delivery *delivery, struct buf *out) {
    delivery->pings++;
    delivery->unproved = 0;
    buf_add_str(out, "PING :");
    buf_add_str(out, ping_token);
    buf_add_number(out, (int64_t)delivery->pings);
    buf_add_str(out, "\r\n");
}

void irc_delivery_echo(struct irc_delivery *delivery, struct slice target,
                       struct slice text) {
    irc_fold(delivery->isupport, target, &delivery->key);
    uint64_t wanted = hash(text);
    struct irc_item *before = NULL;
    for (struct irc_item *item = delivery->flight; item != NULL; item = item->next) {
        if (item->label == 0 && item->last_line == wanted &&
            strcmp(item->wire_target, buf_str(&delivery->key)) == 0) {
            deliver_take(delivery,
                         take(&delivery->flight, &delivery->flight_last, before));
            return;
        }
        before = item;
    }
}

static void say_fault(struct irc_delivery *delivery, const struct irc_item *item) {
    if (!delivery->fault_said) {
        delivery->fault_said = true;
        LOG(LOG_WARN, item->label != 0 ? "no_answer_to_label" : "no_echo",
            LOG_N("id", item->id));
    }
}

// Where there are echoes, a message without one (a server that changed its text) is
// given one more round before it counts. So is one whose label was not answered, which
// is a fault of the server: the PONG proves that it has taken the line, which is all
// there is to go by where there are no echoes, either. To say it again would be a
// repeat without a crash, and on a server that never answers labels one without end.
void irc_delivery_pong(struct irc_delivery *delivery, struct slice token) {
    int64_t number = 0;
    if (!slice_starts_nocase(token, ping_token) ||
        !slice_to_number(slice_from(token, strlen(ping_token)), &number)) {
        return;
    }
    uint64_t rounds = delivery->echo ? 1 : 0;
    while (delivery->flight != NULL &&
           delivery->flight->ping + rounds <= (uint64_t)number) {
        if (delivery->echo) {
            say_fault(delivery, delivery->flight);
        }
        deliver_take(delivery, take(&delivery->flight, &delivery->flight_last, NULL));
    }
}

// Takes the message whose last line had the label out of flight; NULL when none had.
static struct irc_item *take_labelled(struct irc_delivery *delivery,
                                      struct slice label) {
    int64_t number = 0;
    if (!slice_to_number(label, &number) || number <= 0) {
        return NULL;
    }
    struct irc_item *before = NULL;
    for (struct irc_item *item = delivery->flight; item != NULL; item = item->next) {
        if (item->label == (uint64_t)number) {
            return take(&delivery->flight, &delivery->flight_last, before);
        }
        before = item;
    }
    return NULL;
}

void irc_delivery_acknowledge_label(struct irc_delivery *delivery, struct slice label) {
    struct irc_item *item = take_labelled(delivery, label);
    if (item != NULL) {
        deliver_take(delivery, item);
    }
}

static void refuse_for(struct irc_delivery *delivery, struct irc_item *item,
                       struct slice reason) {
    if (item != NULL) {
        char *text = utf8_clean(reason);
        refuse_take(delivery, item, text);
        free(text);
    }
}

void irc_delivery_refuse_label(struct irc_delivery *delivery, struct slice label,
                               struct slice reason) {
    refuse_for(delivery, take_labelled(delivery, label), reason);
}

// A message half said is the first of its class.
static struct irc_item *take_half_said(struct irc_delivery *delivery,
                                       const char *target) {
    for (size_t class = 0; class < IRC_CLASS_COUNT; class ++) {
        struct irc_item *item = delivery->queue.first[class];
        if (item != NULL && item->wire_target != NULL &&
            strcmp(item->wire_target, target) == 0) {
            delivery->queue.first[class] = item->next;
            return item;
        }
    }
    return NULL;
}

// The message that an error about the target is about; the caller owns it. NULL when
// there is none. Where lines have labels an error without one is about no message's
// last line; that an earlier line was refused does not end it: the last line's answer
// does.
static struct irc_item *take_blamed(struct irc_delivery *delivery,
                                    struct slice target) {
    irc_fold(delivery->isupport, target, &delivery->key);
    struct irc_item *before = NULL;
    struct irc_item *item = delivery->flight;
    while (item != NULL && (item->label != 0 ||
                            strcmp(item->wire_target, buf_str(&delivery->key)) != 0)) {
        before = item;
        item = item->next;
    }
    if (item != NULL) {
        return take(&delivery->flight, &delivery->flight_last, before);
    }
    return delivery->labels ? NULL : take_half_said(delivery, buf_str(&delivery->key));
}

void irc_delivery_refuse(struct irc_delivery *delivery, struct slice target,
                         struct slice reason) {
    refuse_for(delivery, take_blamed(delivery, target), reason);
}

static void repeat_for(struct irc_delivery *delivery, struct irc_item *item,
                       struct slice reason) {
    if (item == NULL) {
        return;
    }
    // One that waits to be said again is blamed for each of its lines.
    item->repeats += item->said > 0 ? 1 : 0;
    if (item->repeats > REPEATS_MAX) {
        refuse_for(delivery, item, reason);
        return;
    }
    item->said = 0;
    item->label = 0;
    irc_queue_return_take(&delivery->queue, item);
}

void irc_delivery_repeat(struct irc_delivery *delivery, struct slice target,
                         struct slice reason) {
    repeat_for(delivery, take_blamed(delivery, target), reason);
}

void irc_delivery_repeat_label(struct irc_delivery *delivery, struct slice label,
                               struct slice reason) {
    repeat_for(delivery, take_labelled(delivery, label), reason);
}
