// SPDX-License-Identifier: MIT
#include "net/irc/signon.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/irc/sasl.h"

enum { MADE_UP_NICKS = 10 }; // tries after the configured ones

static const struct {
    const char *name;
    enum irc_capability flag;
} capabilities[] = {
    {"message-tags", IRC_MESSAGE_TAGS},
    {"account-tag", IRC_ACCOUNT_TAG},
    {"account-notify", IRC_ACCOUNT_NOTIFY},
    {"extended-join", IRC_EXTENDED_JOIN},
    {"multi-prefix", IRC_MULTI_PREFIX},
    {"echo-message", IRC_ECHO_MESSAGE},
    {"server-time", IRC_SERVER_TIME},
    {"sasl", IRC_SASL},
    {"batch", IRC_BATCH},
    {"labeled-response", IRC_LABELED_RESPONSE},
    {"draft/chathistory", IRC_CHATHISTORY},
    {"away-notify", IRC_AWAY_NOTIFY},
    {"chghost", IRC_CHGHOST},
    {"invite-notify", IRC_INVITE_NOTIFY},
    {"setname", IRC_SETNAME},
    {"standard-replies", IRC_STANDARD_REPLIES},
    {"userhost-in-names", IRC_USERHOST_IN_NAMES},
};
enum { CAPABILITIES = sizeof capabilities / sizeof capabilities[0] };

void irc_signon_finish(struct irc_signon *signon) {
    irc_sasl_destroy(signon->sasl);
    buf_finish(&signon->nick);
    buf_finish(&signon->reason);
    *signon = (struct irc_signon){0};
}

static bool wants_sasl(const struct irc_signon *signon) {
    return signon->options->sasl_account != NULL;
}

static enum irc_signon_result failed(struct irc_signon *signon,
                                     enum irc_signon_result result, const char *what,
                                     struct slice detail) {
    buf_clear(&signon->reason);
    buf_add_str(&signon->reason, what);
    if (detail.len > 0) {
        buf_add_str(&signon->reason, ": ");
        buf_add_slice(&signon->reason, detail);
    }
    return result;
}

static enum irc_signon_result refused(struct irc_signon *signon, const char *what,
                                      struct slice detail) {
    return failed(signon, IRC_SIGNON_REFUSED, what, detail);
}

static enum irc_signon_result refused_without_sasl(struct irc_signon *signon,
                                                   struct slice detail) {
    char *what =
        str_printf("the server offers no SASL %s", signon->options->sasl_mechanism);
    enum irc_signon_result result = refused(signon, what, detail);
    free(what);
    return result;
}

static struct slice last_param(const struct irc_line *line) {
    return line->param_count > 0 ? line->params[line->param_count - 1]
                                 : (struct slice){0};
}

static void add_nick(const struct irc_signon *signon, struct buf *out) {
    buf_add_str(out, "NICK ");
    buf_add_str(out, buf_str(&signon->nick));
    buf_add_str(out, "\r\n");
}

static void say_password(struct irc_signon *signon, struct buf *out) {
    if (!signon->greeted && signon->options->password != NULL) {
        buf_add_str(out, "PASS :");
        buf_add_str(out, signon->options->password);
        buf_add_str(out, "\r\n");
    }
    signon->greeted = true;
}

static void introduce(struct irc_signon *signon, struct buf *out) {
    if (signon->introduced) {
        return;
    }
    signon->introduced = true;
    say_password(signon, out);
    add_nick(signon, out);
    buf_add_str(out, "USER usher 0 * :");
    buf_add_str(out, signon->options->realname);
    buf_add_str(out, "\r\n");
}

// A server that knows CAP waits for its end; one that does not needs all of this.
static void greet(struct irc_signon *signon, struct buf *out) {
    say_password(signon, out);
    if (!wants_sasl(signon)) {
        introduce(signon, out);
    }
}

void irc_signon_start(struct irc_signon *signon, const struct irc_options *options,
                      bool secure, struct buf *out) {
    irc_signon_finish(signon);
    signon->options = options;
    signon->secure = secure;
    signon->patient = !secure;
    signon->sts = irc_sts_read((struct slice){0});
    buf_add_str(&signon->nick, options->nick);
    buf_add_str(out, "CAP LS 302\r\n");
    if (secure) {
        greet(signon, out);
    }
}

static unsigned flag_of(struct slice name) {
    for (size_t i = 0; i < CAPABILITIES; i++) {
        if (slice_is(name, capabilities[i].name)) {
            return capabilities[i].flag;
        }
    }
    return 0;
}

// "PLAIN" in "EXTERNAL,PLAIN"; a list that is not given may hold anything.
static bool has_mechanism(struct slice mechanisms, const char *wanted) {
    struct slice name;
    if (mechanisms.len == 0) {
        return true;
    }
    while (slice_take_until(&mechanisms, ',', &name)) {
        if (slice_is_nocase(name, wanted)) {
            return true;
        }
    }
    return false;
}

static void read_offer(struct irc_signon *signon, struct slice offer) {
    struct slice name;
    struct slice word = slice_take_word(&offer);
    for (; word.len > 0; word = slice_take_word(&offer)) {
        if (!slice_take_until(&word, '=', &name)) {
            continue;
        }
        signon->offered |= flag_of(name);
        if (slice_is(name, "sts")) {
            signon->sts = irc_sts_read(word);
        }
        if (slice_is(name, "sasl") && wants_sasl(signon)) {
            signon->mechanism_offered =
                has_mechanism(word, signon->options->sasl_mechanism);
        }
    }
}

// Asks for those of the flags that are not enabled; false when there are none.
static bool request(struct irc_signon *signon, unsigned flags, struct buf *out) {
    flags &= ~signon->enabled;
    if (!wants_sasl(signon) || signon->welcome) {
        flags &= ~(unsigned)IRC_SASL;
    }
    if (flags == 0) {
        return false;
    }
    signon->asked |= flags;
    const char *separator = "CAP REQ :";
    for (size_t i = 0; i < CAPABILITIES; i++) {
        if ((flags & capabilities[i].flag) != 0) {
            buf_add_str(out, separator);
            buf_add_str(out, capabilities[i].name);
            separator = " ";
        }
    }
    buf_add_str(out, "\r\n");
    return true;
}

static enum irc_signon_result end_negotiation(struct irc_signon *signon,
                                              struct buf *out) {
    if (signon->welcome) {
        return IRC_SIGNON_GOING;
    }
    if (wants_sasl(signon) && !signon->sasl_done) {
        return refused_without_sasl(signon, (struct slice){0});
    }
    introduce(signon, out);
    buf_add_str(out, "CAP END\r\n");
    return IRC_SIGNON_GOING;
}

static bool must_upgrade(const struct irc_signon *signon) {
    return !signon->secure && signon->sts.port != 0;
}

// LS in several lines has "*" before the list in all but the last.
static enum irc_signon_result
handle_offer(struct irc_signon *signon, const struct irc_line *line, struct buf *out) {
    read_offer(signon, last_param(line));
    bool more = line->param_count > 3 && slice_is(line->params[2], "*");
    if (must_upgrade(signon)) {
        return IRC_SIGNON_UPGRADE;
    }
    if (more || signon->welcome) {
        return IRC_SIGNON_GOING;
    }
    bool no_sasl = (signon->offered & IRC_SASL) == 0 || !signon->mechanism_offered;
    if (wants_sasl(signon) && no_sasl) {
        return refused_without_sasl(signon, (struct slice){0});
    }
    greet(signon, out);
    return request(signon, signon->offered, out) ? IRC_SIGNON_GOING
                                                 : end_negotiation(signon, out);
}

// The flags of a list of names; one with "-" in front is taken out of `enabled`.
static unsigned read_flags(struct irc_signon *signon, struct slice names) {
    unsigned flags = 0;
    struct slice name = slice_take_word(&names);
    for (; name.len > 0; name = slice_take_word(&names)) {
        if (name.data[0] == '-') {
            signon->enabled &= ~flag_of(slice_from(name, 1));
        } else {
            flags |= flag_of(name);
        }
    }
    return flags;
}

static void begin_sasl(struct irc_signon *signon, struct buf *out) {
    const struct irc_options *options = signon->options;
    if (signon->sasl != NULL) {
        return;
    }
    signon->sasl = irc_sasl_create(options->sasl_mechanism, options->sasl_account,
                                   options->sasl_password);
    buf_add_str(out, "AUTHENTICATE ");
    buf_add_str(out, options->sasl_mechanism);
    buf_add_str(out, "\r\n");
}

static enum irc_signon_result handle_ack(struct irc_signon *signon,
                                         const struct irc_line *line, struct buf *out) {
    // What was not asked for is no answer: SASL least of all, without an account.
    unsigned flags = read_flags(signon, last_param(line)) & signon->asked;
    signon->enabled |= flags;
    signon->asked &= ~flags;
    if (flags == 0 || signon->welcome || signon->asked != 0) {
        return IRC_SIGNON_GOING;
    }
    if ((signon->enabled & IRC_SASL) != 0 && !signon->sasl_done) {
        begin_sasl(signon, out);
        return IRC_SIGNON_GOING;
    }
    return end_negotiation(signon, out);
}

// All were refused for one of them: then the one that can't be done without.
static enum irc_signon_result handle_nak(struct irc_signon *signon,
                                         const struct irc_line *line, struct buf *out) {
    unsigned flags = read_flags(signon, last_param(line));
    signon->asked &= ~flags;
    if (!signon->welcome && flags != IRC_SASL && request(signon, IRC_SASL, out)) {
        return IRC_SIGNON_GOING;
    }
    return signon->asked != 0 ? IRC_SIGNON_GOING : end_negotiation(signon, out);
}

static enum irc_signon_result handle_new(struct irc_signon *signon,
                                         const struct irc_line *line, struct buf *out) {
    signon->offered = 0;
    read_offer(signon, last_param(line));
    if (must_upgrade(signon)) {
        return IRC_SIGNON_UPGRADE;
    }
    if (signon->welcome) {
        request(signon, signon->offered, out);
    }
    return IRC_SIGNON_GOING;
}

static enum irc_signon_result handle_del(struct irc_signon *signon,
                                         const struct irc_line *line, struct buf *out) {
    (void)out;
    signon->enabled &= ~read_flags(signon, last_param(line));
    return IRC_SIGNON_GOING;
}

static enum irc_signon_result handle_authenticate(struct irc_signon *signon,
                                                  const struct irc_line *line,
                                                  struct buf *out) {
    if (signon->sasl == NULL || signon->sasl_done) {
        return IRC_SIGNON_GOING;
    }
    struct error error = {0};
    enum irc_signon_result result = IRC_SIGNON_GOING;
    if (irc_sasl_take(signon->sasl, irc_line_param(line, 0), out, &error) != OK) {
        result = refused(signon, "the SASL sign-on went wrong",
                         slice_of(error_text(&error)));
    }
    error_finish(&error);
    return result;
}

// 903, 907. Whoever is in the server's place can say so: where the mechanism proves
// that the server knows the password, the proof must have come.
static enum irc_signon_result handle_sasl_success(struct irc_signon *signon,
                                                  const struct irc_line *line,
                                                  struct buf *out) {
    (void)line;
    if (signon->sasl == NULL || signon->sasl_done) {
        return IRC_SIGNON_GOING;
    }
    if (!irc_sasl_is_complete(signon->sasl)) {
        return refused(signon, "the server ended SASL before its time",
                       (struct slice){0});
    }
    signon->sasl_done = true;
    return end_negotiation(signon, out);
}

static enum irc_signon_result handle_sasl_failure(struct irc_signon *signon,
                                                  const struct irc_line *line,
                                                  struct buf *out) {
    (void)out;
    if (signon->welcome || !wants_sasl(signon)) {
        return IRC_SIGNON_GOING;
    }
    return refused(signon, "the SASL account or its password was refused",
                   last_param(line));
}

// 906: by the server, since the bot aborts by closing the connection. It has run out
// of patience, or of services.
static enum irc_signon_result handle_sasl_aborted(struct irc_signon *signon,
                                                  const struct irc_line *line,
                                                  struct buf *out) {
    (void)out;
    if (signon->welcome || !wants_sasl(signon)) {
        return IRC_SIGNON_GOING;
    }
    return failed(signon, IRC_SIGNON_FAILED, "the server broke SASL off",
                  last_param(line));
}

// 908: nick, mechanisms, text
static enum irc_signon_result handle_sasl_mechanisms(struct irc_signon *signon,
                                                     const struct irc_line *line,
                                                     struct buf *out) {
    (void)out;
    if (signon->welcome || !wants_sasl(signon)) {
        return IRC_SIGNON_GOING;
    }
    return refused_without_sasl(signon, irc_line_param(line, 1));
}

// 421: a server that does not know CAP goes on by itself.
static enum irc_signon_result handle_unknown_command(struct irc_signon *signon,
                                                     const struct irc_line *line,
                                                     struct buf *out) {
    if (signon->welcome || !slice_is(irc_line_param(line, 1), "CAP")) {
        return IRC_SIGNON_OTHER;
    }
    if (wants_sasl(signon)) {
        return refused(signon, "the server does not know SASL", (struct slice){0});
    }
    greet(signon, out);
    return IRC_SIGNON_GOING;
}

// 451: so, too, does one that wants NICK before all else.
static enum irc_signon_result handle_not_registered(struct irc_signon *signon,
                                                    const struct irc_line *line,
                                                    struct buf *out) {
    (void)line;
    if (signon->welcome) {
        return IRC_SIGNON_OTHER;
    }
    if (!wants_sasl(signon)) {
        greet(signon, out);
    }
    return IRC_SIGNON_GOING;
}

// The nick is taken or not allowed: the next alternative, then made-up ones.
static enum irc_signon_result handle_nick_refused(struct irc_signon *signon,
                                                  const struct irc_line *line,
                                                  struct buf *out) {
    const struct irc_options *options = signon->options;
    if (signon->welcome) {
        return IRC_SIGNON_OTHER;
    }
    size_t made_up = signon->nick_tries - options->alternative_nick_count;
    buf_clear(&signon->nick);
    if (signon->nick_tries < options->alternative_nick_count) {
        buf_add_str(&signon->nick, options->alternative_nicks[signon->nick_tries]);
    } else if (made_up < MADE_UP_NICKS) {
        // Short enough for the nine characters of RFC 2812.
        buf_printf(&signon->nick, "%.6s%zu", options->nick, made_up + 1);
    } else {
        return failed(signon, IRC_SIGNON_FAILED, "no nick was accepted",
                      last_param(line));
    }
    signon->nick_tries++;
    add_nick(signon, out);
    return IRC_SIGNON_GOING;
}

static enum irc_signon_result
handle_banned(struct irc_signon *signon, const struct irc_line *line, struct buf *out) {
    (void)out;
    if (signon->welcome) {
        return IRC_SIGNON_OTHER;
    }
    return refused(signon, "the server refused the sign-on", last_param(line));
}

static enum irc_signon_result handle_welcome(struct irc_signon *signon,
                                             const struct irc_line *line,
                                             struct buf *out) {
    (void)out;
    // Not before SASL: NICK has not even been sent.
    if (signon->welcome || !signon->introduced || line->param_count == 0) {
        return IRC_SIGNON_OTHER;
    }
    signon->welcome = true;
    buf_clear(&signon->nick);
    buf_add_slice(&signon->nick, line->params[0]);
    return IRC_SIGNON_WELCOME;
}

static const struct {
    const char *verb;
    const char *subcommand; // of CAP
    enum irc_signon_result (*handle)(struct irc_signon *signon,
                                     const struct irc_line *line, struct buf *out);
} handlers[] = {
    {"CAP", "LS", handle_offer},          {"CAP", "ACK", handle_ack},
    {"CAP", "NAK", handle_nak},           {"CAP", "NEW", handle_new},
    {"CAP", "DEL", handle_del},           {"AUTHENTICATE", NULL, handle_authenticate},
    {"001", NULL, handle_welcome},        {"421", NULL, handle_unknown_command},
    {"432", NULL, handle_nick_refused},   {"433", NULL, handle_nick_refused},
    {"436", NULL, handle_nick_refused},   {"437", NULL, handle_nick_refused},
    {"451", NULL, handle_not_registered}, {"464", NULL, handle_banned},
    {"465", NULL, handle_banned},         {"902", NULL, handle_sasl_failure},
    {"903", NULL, handle_sasl_success},   {"904", NULL, handle_sasl_failure},
    {"905", NULL, handle_sasl_failure},   {"906", NULL, handle_sasl_aborted},
    {"907", NULL, handle_sasl_success},   {"908", NULL, handle_sasl_mechanisms},
};

enum irc_signon_result irc_signon_handle(struct irc_signon *signon,
                                         const struct irc_line *line, struct buf *out) {
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (!slice_is(line->verb, handlers[i].verb)) {
            continue;
        }
        if (handlers[i].subcommand == NULL ||
            slice_is_nocase(irc_line_param(line, 1), handlers[i].subcommand)) {
            return handlers[i].handle(signon, line, out);
        }
    }
    return IRC_SIGNON_OTHER;
}

enum irc_signon_result irc_signon_time_out(struct irc_signon *signon, struct buf *out) {
    if (signon->patient) {
        signon->patient = false;
        if (!wants_sasl(signon)) {
            greet(signon, out);
        }
        return IRC_SIGNON_GOING;
    }
    if (wants_sasl(signon) && !signon->sasl_done) {
        return refused(signon, "the server did not answer about SASL",
                       (struct slice){0});
    }
    return failed(signon, IRC_SIGNON_FAILED, "the sign-on took too long",
                  (struct slice){0});
}
