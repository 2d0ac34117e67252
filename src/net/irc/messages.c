// SPDX-License-Identifier: MIT
#include "net/irc/messages.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "net/irc/nick.h"
#include "net/irc/text.h"

enum {
    CTCP_ANSWERS_A_MINUTE = 3,
    CTCP_MINUTE_MS = 60 * 1000,
    CTCP_ARGUMENT_BYTES = 64,
    LINES_MAX = 5, // of an answer in a channel, by the design
};

static bool may_answer_ctcp(struct irc *irc) {
    int64_t now_ms = clock_mono_ms();
    if (now_ms - irc->ctcp_since_ms >= CTCP_MINUTE_MS) {
        irc->ctcp_since_ms = now_ms;
        irc->ctcp_count = 0;
    }
    irc->ctcp_count++;
    return irc->ctcp_count <= CTCP_ANSWERS_A_MINUTE;
}

// modern.ircdocs.horse/ctcp
static void answer_ctcp(struct irc *irc, struct slice nick, struct slice request) {
    struct slice command = slice_take_word(&request);
    bool version = slice_is_nocase(command, "VERSION");
    bool ping = slice_is_nocase(command, "PING") && request.len <= CTCP_ARGUMENT_BYTES;
    if ((!version && !ping) || !may_answer_ctcp(irc)) {
        return;
    }
    struct buf line = {0};
    buf_add_str(&line, "NOTICE ");
    buf_add_slice(&line, nick);
    buf_add_str(&line, version ? " :\x01VERSION usher " USHER_VERSION : " :\x01PING ");
    if (ping) {
        buf_add_slice(&line, request);
    }
    buf_add_char(&line, '\x01');
    irc_delivery_add_raw(&irc->delivery, IRC_CLASS_LOOKUP, buf_str(&line));
    buf_finish(&line);
}

static int64_t sent_ms_of(struct irc *irc, const struct irc_line *line) {
    int64_t sent_ms = 0;
    if (irc_has(irc, IRC_SERVER_TIME) && irc_line_tag(line, "time", &irc->tag) &&
        civil_parse_rfc3339(buf_slice(&irc->tag), &sent_ms) == OK) {
        return sent_ms;
    }
    return clock_real_ms();
}

static void name_event(struct irc *irc, const struct irc_line *line) {
    if (irc_line_tag(line, "msgid", &irc->event) && irc->event.len > 0) {
        return;
    }
    irc->message_count++;
    buf_clear(&irc->event);
    buf_printf(&irc->event, "%" PRId64 "-%" PRIu64, irc->started_ms,
               irc->message_count);
}

// With account-tag a message without the tag is from somebody without account.
static struct irc_user *find_speaker(struct irc *irc, const struct irc_line *line) {
    struct irc_user *user = irc_users_speaker(&irc->users, line->source);
    if (irc_has(irc, IRC_ACCOUNT_TAG)) {
        buf_clear(&irc->tag);
        irc_line_tag(line, "account", &irc->tag);
        irc_users_set_account(&irc->users, user, buf_slice(&irc->tag));
    }
    return user;
}

static void tell_message(struct irc *irc, const struct irc_line *line, const char *room,
                         struct slice text) {
    const struct irc_user *user = find_speaker(irc, line);
    const char *own_names[] = {buf_str(&irc->nick), NULL};
    irc_text_unformat(text, &irc->plain);
    char *clean = utf8_clean(buf_slice(&irc->plain));
    clean[utf8_prefix(slice_of(clean), LIMIT_MESSAGE_BYTES)] = '\0';
    if (clean[0] == '\0') { // formatting alone
        free(clean);
        return;
    }
    name_event(irc, line);
    char *name = utf8_clean(slice_of(user->nick));
    struct incoming incoming = {
        .person = {.network = irc->network.name,
                   .identity = irc_user_identity(user),
                   .account = user->account,
                   .name = name},
        .room = room,
        .back = {.kind = room != NULL ? TARGET_ROOM : TARGET_PERSON,
                 .network = irc->network.name,
                 .id = room != NULL ? room : irc_user_identity(user)},
        .text = clean,
        .event = buf_str(&irc->event),
        .sent_ms = sent_ms_of(irc, line),
        .own_names = own_names,
        .lines_max = LINES_MAX,
    };
    irc->network.events->message(irc->network.context, &irc->network, &incoming);
    free(name);
    free(clean);
}

static bool is_server(struct slice source) {
    return memchr(source.data, '!', source.len) == NULL &&
           memchr(source.data, '.', source.len) != NULL;
}

void irc_messages_receive(struct irc *irc, const struct irc_line *line) {
    struct slice target = line->params[0];
    struct slice text = line->params[1];
    if (irc_nick_is_own(irc, irc_line_nick(line))) {
        irc_nick_measure(irc, line->source);
        irc_delivery_echo(&irc->delivery, target, text);
        return;
    }
    if (is_server(line->source) || irc_line_tag(line, "bot", NULL)) {
        return;
    }
    bool direct = irc_nick_is_own(irc, target);
    int64_t number =
        direct ? IRC_NO_CHANNEL : irc_channels_find(&irc->channels, target);
    if (!direct && number == IRC_NO_CHANNEL) {
        return;
    }
    if (irc_text_unframe(&text) == IRC_TEXT_CTCP) {
        if (direct) {
            answer_ctcp(irc, irc_line_nick(line), text);
        }
        return;
    }
    tell_message(irc, line, direct ? NULL : irc->channels.names[number].name, text);
}

// Never a command; services speak so.
void irc_messages_notice(struct irc *irc, const struct irc_line *line) {
    (void)irc;
    (void)line;
}
