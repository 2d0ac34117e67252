// SPDX-License-Identifier: MIT
#include "chat/chat.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "chat/call.h"
#include "chat/rate.h"
#include "chat/reaction.h"
#include "chat/reference.h"
#include "core/rights.h"
#include "core/wording.h"
#include "store/events.h"
#include "store/people.h"

struct chat {
    struct desk *desk;
    struct rate persons;
    struct rate hosts;
    struct rate rooms;
};

struct chat *chat_create(struct desk *desk) {
    struct chat *chat = mem_alloc(1, sizeof *chat);
    chat->desk = desk;
    return chat;
}

void chat_destroy(struct chat *chat) {
    if (chat == NULL) {
        return;
    }
    rate_finish(&chat->persons);
    rate_finish(&chat->hosts);
    rate_finish(&chat->rooms);
    free(chat);
}

// In a direct room: the workshop the person chose, else the first whose rooms they are
// in, else the first of all, to read in.
static const struct workshop *direct_workshop(const struct desk *desk,
                                              const struct person *person) {
    char *chosen_id = people_workshop(desk->store, person);
    const struct workshop *chosen =
        chosen_id != NULL ? desk_workshop(desk, chosen_id) : NULL;
    free(chosen_id);
    for (size_t i = 0; i < desk->workshop_count && chosen == NULL; i++) {
        if (desk_is_member(desk, &desk->workshops[i], person)) {
            chosen = &desk->workshops[i];
        }
    }
    return chosen != NULL || desk->workshop_count == 0 ? chosen : &desk->workshops[0];
}

static const struct workshop *workshop_of(const struct desk *desk,
                                          const struct incoming *incoming) {
    return incoming->room != NULL
               ? desk_workshop_of_room(desk, incoming->person.network, incoming->room)
               : direct_workshop(desk, &incoming->person);
}

static void run_unknown(struct call *call, struct slice word) {
    const struct command *near = command_near(word);
    if (near != NULL && (near->group != GROUP_MODERATORS || call->by_moderator)) {
        char *question = str_printf(", did you mean %s?", near->name);
        call_say_of(call, "No command ", word, question);
        free(question);
    } else {
        call_say(call, "I answer to commands. Say help for what I can do.");
    }
}

// How long ago it was said, in real time; 0 for what is said now.
static int64_t age_ms(const struct incoming *incoming) {
    int64_t age = clock_real_ms() - incoming->sent_ms;
    return incoming->may_be_old && age > 0 ? age : 0;
}

// A change is carried out whatever its age; anything else said while the bot was away
// is of no use to anybody later.
static bool is_too_old(const struct command *command, const struct incoming *incoming) {
    return (command == NULL || !command->changes) && age_ms(incoming) > LIMIT_STALE_MS;
}

// Where only persons with an account are answered, others are told so, unless it may
// have been meant for another bot.
static bool may_be_answered(struct call *call) {
    const struct incoming *incoming = call->incoming;
    bool may = !incoming->accounts_only || incoming->person.account != NULL;
    if (!may && call->addressing != ADDRESSED_BY_BANG) {
        call_say(call, "Here I answer only to who is logged in to an account.");
    }
    return may;
}

static void run_command(struct call *call, const struct command *command,
                        struct slice word) {
    if (is_too_old(command, call->incoming)) {
        LOG(LOG_INFO, "query_too_old",
            LOG_S("network", call->incoming->person.network));
    } else if (command == NULL) {
        run_unknown(call, word);
    } else if (command->group != GROUP_MODERATORS || call->by_moderator) {
        command->run(call);
    } else if (call->addressing != ADDRESSED_BY_BANG) {
        call_say(call, "Only moderators can %s.", command->name);
    }
}

// An answer to what was said while the bot was away says so, behind the text: its
// beginning is what others rely on. The time is that of the workshop's clock.
static void mark_late(struct call *call) {
    if (!call->incoming->may_be_old || call->reply.lines == 0) {
        return;
    }
    struct buf mark = {0};
    buf_add_str(&mark, "(late: you said this at ");
    wording_add_time(&mark, &call->workshop->agenda,
                     call->desk->now_ms - age_ms(call->incoming), call->desk->now_ms);
    buf_add_char(&mark, ')');
    message_append(&call->reply, buf_str(&mark));
    buf_finish(&mark);
}

static void bound_reply(struct message *reply) {
    if (reply->text.len > LIMIT_REPLY_BYTES) {
        message_finish(reply);
        message_line(reply, "That is too long for the chat.");
    }
}

static enum err answer_in(struct call *call, const struct target *target,
                          struct message *message, struct outbox_answer *answer) {
    enum err err = outbox_add_answer(call->desk->outbox, target, message, answer);
    answer->part++;
    return err;
}

// An answer that is too long for the room goes to the person alone.
static void answer(struct call *call, bool changed) {
    const struct incoming *incoming = call->incoming;
    struct outbox_answer answer = {
        .event = incoming->event, .stored = changed, .priority = PRIORITY_ANSWER};
    bool too_long = incoming->room != NULL && incoming->lines_max > 0 &&
                    call->reply.lines > incoming->lines_max;
    enum err err = OK;
    if (too_long) {
        struct message pointer = {0};
        message_line(&pointer, "That is long; I sent it to you directly.");
        err = answer_in(call, &incoming->back, &pointer, &answer);
        message_finish(&pointer);
    }
    if (err == OK) {
        struct target person = {.kind = TARGET_PERSON,
                                .network = incoming->person.network,
                                .id = incoming->person.identity};
        answer.priority = too_long ? PRIORITY_LIST : PRIORITY_ANSWER;
        err = answer_in(call, too_long ? &person : &incoming->back, &call->reply,
                        &answer);
    }
    if (err != OK) {
        LOG(LOG_WARN, "answer_not_stored", LOG_S("network", incoming->person.network));
    }
}

// Counts one for what is so called in the message's network, at the time at which it
// was said: all that comes at once after an absence was not. How many there are in the
// minute.
static int64_t count_one(struct rate *rate, const struct incoming *incoming,
                         const char *name) {
    char *key = str_printf("%s %s", incoming->person.network, name);
    int64_t count = rate_count(rate, key, clock_mono_ms() - age_ms(incoming));
    free(key);
    return count;
}

// The first message beyond the rate is answered, the rest met with silence.
static bool is_within(struct call *call, int64_t count, int64_t max) {
    if (count == max + 1) {
        call_say(call, "That was much at once; I listen to you again in a minute.");
    }
    return count <= max;
}

// Whether the person, all those of the person's host and the room are within their
// rates, which don't bind moderators. Who speaks too often does not use up the others'.
static bool is_within_rates(struct chat *chat, struct call *call) {
    const struct incoming *incoming = call->incoming;
    const struct person *person = &incoming->person;
    const struct rate_rules *rules = &call->workshop->rates;
    int64_t max = rules->commands_per_person_per_minute;
    if (!is_within(call, count_one(&chat->persons, incoming, person->identity), max)) {
        return false;
    }
    if (person->account == NULL && person->host != NULL &&
        !is_within(call, count_one(&chat->hosts, incoming, person->host),
                   max * rules->persons_per_host)) {
        return false;
    }
    return incoming->room == NULL ||
           count_one(&chat->rooms, incoming, incoming->back.id) <=
               rules->answers_per_room_per_minute;
}

// Who it is to the workshop, and whether to listen.
static bool begin(struct chat *chat, struct call *call, bool repeated) {
    const struct incoming *incoming = call->incoming;
    call->by_moderator =
        desk_is_moderator(chat->desk, call->workshop, &incoming->person);
    call->is_present = incoming->room != NULL &&
                       desk_workshop_of_room(chat->desk, incoming->person.network,
                                             incoming->room) == call->workshop;
    return (repeated || call->by_moderator || is_within_rates(chat, call)) &&
           may_be_answered(call);
}

static void end(struct call *call, bool changed) {
    bound_reply(&call->reply);
    mark_late(call);
    if (call->reply.lines > 0) {
        answer(call, changed);
    }
    message_finish(&call->reply);
}

static void handle_text(struct chat *chat, const struct incoming *incoming,
                        bool repeated) {
    struct command_line line;
    if (!command_line_parse(incoming, &line)) {
        return;
    }
    const struct command *command = command_find(line.word);
    if (command == NULL && line.addressing == ADDRESSED_BY_BANG) {
        return; // meant for another bot
    }
    struct call call = {
        .desk = chat->desk,
        .incoming = incoming,
        .workshop = workshop_of(chat->desk, incoming),
        .addressing = line.addressing,
        .rest = line.rest,
    };
    if (call.workshop == NULL) {
        return;
    }
    uint64_t writes = store_write_count(chat->desk->store);
    if (begin(chat, &call, repeated)) {
        run_command(&call, command, line.word);
    }
    end(&call, store_write_count(chat->desk->store) != writes);
}

// Reactions are not answered, however they end, nor is that there were too many: they
// come by the dozen.
static void handle_known(struct chat *chat, const struct incoming *incoming,
                         const struct event *event, bool repeated) {
    struct incoming here = *incoming;
    here.back.thread = event->thread;
    struct call call = {
        .desk = chat->desk,
        .incoming = &here,
        .workshop = desk_workshop(chat->desk, event->workshop),
        .addressing = ADDRESSED_DIRECTLY,
    };
    if (call.workshop == NULL) {
        return;
    }
    uint64_t writes = store_write_count(chat->desk->store);
    if (begin(chat, &call, repeated)) {
        reference_run(&call, event);
    }
    if (incoming->kind == INCOMING_REACTION) {
        message_finish(&call.reply);
    }
    end(&call, store_write_count(chat->desk->store) != writes);
}

static void handle(struct chat *chat, const struct incoming *incoming, bool repeated) {
    if (incoming->kind == INCOMING_TEXT) {
        handle_text(chat, incoming, repeated);
        return;
    }
    if (incoming->kind == INCOMING_REACTION &&
        reaction_parse(slice_of(incoming->text)) == REACTION_NONE) {
        return; // a smile counts for nothing, nor towards the rates
    }
    struct event event;
    if (events_find(chat->desk->store, incoming->person.network, incoming->of,
                    &event) == OK) {
        handle_known(chat, incoming, &event, repeated);
    }
    event_finish(&event);
}

void chat_handle(struct chat *chat, const struct incoming *incoming) {
    handle(chat, incoming, false);
}

void chat_repeat(struct chat *chat, const struct incoming *incoming) {
    handle(chat, incoming, true);
}
