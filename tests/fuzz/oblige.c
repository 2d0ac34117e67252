// SPDX-License-Identifier: MIT
#include "oblige.h"

// Every user the bot may be known as is called usher here.
#define SERVER ":irc.test "
#define OWN ":usher!~usher@irc.test "

// One line of the bot.
struct order {
    struct slice tags; // with "@" and the blank; empty without
    struct slice verb;
    struct slice rest;
};

static void add_line(struct buf *answers, struct slice tags, const char *start,
                     struct slice rest) {
    buf_add_slice(answers, tags);
    buf_add_str(answers, start);
    buf_add_slice(answers, rest);
    buf_add_str(answers, "\r\n");
}

static void pong(const struct order *order, struct buf *answers) {
    add_line(answers, order->tags, SERVER "PONG irc.test ", order->rest);
}

static void echo(const struct order *order, struct buf *answers) {
    add_line(answers, order->tags, OWN "PRIVMSG ", order->rest);
}

// With who is there: the bot, an operator with and one without account.
static void join(const struct order *order, struct buf *answers) {
    struct slice names = order->rest;
    struct slice list = slice_take_word(&names);
    struct slice channel;
    while (slice_take_until(&list, ',', &channel)) {
        add_line(answers, order->tags, OWN "JOIN ", channel);
        buf_add_str(answers, SERVER "353 usher = ");
        add_line(answers, channel, " :usher @chair @+ana Bob", (struct slice){0});
        buf_add_str(answers, SERVER "366 usher ");
        add_line(answers, channel, " :End", (struct slice){0});
    }
}

static void negotiate(const struct order *order, struct buf *answers) {
    struct slice rest = order->rest;
    struct slice subcommand = slice_take_word(&rest);
    if (slice_is(subcommand, "LS")) {
        buf_add_str(
            answers,
            SERVER "CAP * LS :message-tags account-tag account-notify "
                   "extended-join multi-prefix echo-message server-time batch "
                   "labeled-response draft/chathistory draft/event-playback "
                   "away-notify chghost invite-notify setname userhost-in-names "
                   "standard-replies cap-notify sasl=PLAIN,EXTERNAL,SCRAM-SHA-256\r\n");
    } else if (slice_is(subcommand, "REQ")) {
        add_line(answers, (struct slice){0}, SERVER "CAP * ACK ", rest);
    } else if (slice_is(subcommand, "END")) {
        buf_add_str(answers,
                    SERVER "001 usher :Welcome\r\n" SERVER
                           "005 usher CASEMAPPING=rfc1459 CHANMODES=b,k,l,imnt "
                           "PREFIX=(qaohv)~&@%+ WHOX MONITOR=100 NICKLEN=30 "
                           "CHATHISTORY=50 BOT=B :are supported\r\n" SERVER
                           "422 usher :No MOTD\r\n");
    }
}

static bool is_mechanism(struct slice word) {
    return slice_is(word, "PLAIN") || slice_is(word, "EXTERNAL") ||
           slice_is(word, "SCRAM-SHA-256");
}

static void authenticate(const struct order *order, struct buf *answers) {
    buf_add_str(answers, is_mechanism(order->rest) ? "AUTHENTICATE +\r\n"
                                                   : SERVER "903 usher :done\r\n");
}

// draft/chathistory: one message, or one person who wrote.
static void history(const struct order *order, struct buf *answers) {
    struct slice rest = order->rest;
    bool persons = slice_is(slice_take_word(&rest), "TARGETS");
    struct slice target = slice_take_word(&rest);
    struct slice none = {0};
    buf_add_slice(answers, order->tags);
    if (persons) {
        buf_add_str(answers,
                    SERVER "BATCH +h draft/chathistory-targets\r\n@batch=h " SERVER
                           "CHATHISTORY TARGETS ana 2015-09-08T12:30:00.000Z");
        add_line(answers, none, "", none);
    } else {
        add_line(answers, none, SERVER "BATCH +h chathistory ", target);
        buf_add_str(answers, "@batch=h;msgid=past;time=2015-09-08T12:29:30.000Z "
                             ":ana!a@host PRIVMSG ");
        add_line(answers, target, " :!ask what?", none);
    }
    buf_add_str(answers, SERVER "BATCH -h\r\n");
}

static void answer_line(struct slice line, struct buf *answers) {
    static const struct {
        const char *verb;
        void (*answer)(const struct order *order, struct buf *answers);
    } kinds[] = {{"PING", pong},
                 {"PRIVMSG", echo},
                 {"JOIN", join},
                 {"CAP", negotiate},
                 {"AUTHENTICATE", authenticate},
                 {"CHATHISTORY", history}};
    struct order order = {.rest = line};
    if (line.len > 0 && line.data[0] == '@') {
        order.tags = slice_take_word(&order.rest);
        order.tags.len++; // the blank
    }
    order.verb = slice_take_word(&order.rest);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (slice_is(order.verb, kinds[i].verb)) {
            kinds[i].answer(&order, answers);
        }
    }
}

void oblige_answer(struct slice lines, struct buf *answers) {
    struct slice line;
    while (slice_take_until(&lines, '\n', &line)) {
        line.len -= line.len > 0 ? 1 : 0; // CR
        answer_line(line, answers);
    }
}
