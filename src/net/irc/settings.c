// SPDX-License-Identifier: MIT
#include "net/irc/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

// NULL stays NULL.
static char *copy(const char *text) {
    char *made = mem_copy(text);
    if (made == NULL) {
        return NULL;
    }
    char *to = made;
    for (const char *from = made; *from != '\0'; from++) {
        if (*from != '\r' && *from != '\n') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return made;
}

void irc_settings_copy(struct irc_options *to, const struct irc_options *from) {
    *to = (struct irc_options){
        .host = copy(from->host),
        .port = from->port,
        .tls = from->tls,
        .ca_file = copy(from->ca_file),
        .fingerprint = copy(from->fingerprint),
        .client_cert_file = copy(from->client_cert_file),
        .proxy = copy(from->proxy),
        .nick = copy(from->nick),
        .alternative_nick_count = from->alternative_nick_count,
        .realname = copy(from->realname != NULL ? from->realname : from->nick),
        .password = copy(from->password),
        .sasl_account = copy(from->sasl_account),
        .sasl_mechanism = copy(from->sasl_mechanism),
        .sasl_password = copy(from->sasl_password),
        .nickserv_account = copy(from->nickserv_account),
        .nickserv_password = copy(from->nickserv_password),
        .nickserv_service = copy(from->nickserv_service),
        .flood_burst = from->flood_burst,
        .flood_per_second = from->flood_per_second,
        .accounts_only = from->accounts_only,
        .channel_count = from->channel_count,
    };
    to->alternative_nicks = mem_alloc(from->alternative_nick_count + 1, sizeof(char *));
    for (size_t i = 0; i < from->alternative_nick_count; i++) {
        to->alternative_nicks[i] = copy(from->alternative_nicks[i]);
    }
    to->channels = mem_alloc(from->channel_count + 1, sizeof *to->channels);
    for (size_t i = 0; i < from->channel_count; i++) {
        to->channels[i].name = copy(from->channels[i].name);
        to->channels[i].key = copy(from->channels[i].key);
    }
}

void irc_settings_finish(struct irc_options *settings) {
    for (size_t i = 0; i < settings->alternative_nick_count; i++) {
        free(settings->alternative_nicks[i]);
    }
    for (size_t i = 0; i < settings->channel_count; i++) {
        free(settings->channels[i].name);
        free(settings->channels[i].key);
    }
    free(settings->alternative_nicks);
    free(settings->channels);
    free(settings->host);
    free(settings->ca_file);
    free(settings->fingerprint);
    free(settings->client_cert_file);
    free(settings->proxy);
    free(settings->nick);
    free(settings->realname);
    free(settings->password);
    free(settings->sasl_account);
    free(settings->sasl_mechanism);
    free(settings->sasl_password);
    free(settings->nickserv_account);
    free(settings->nickserv_password);
    free(settings->nickserv_service);
    *settings = (struct irc_options){0};
}
