// SPDX-License-Identifier: MIT
#include "app/config.h"

#include <stdlib.h>
#include <string.h>

// Two networks are compared by one text that holds every option.

static void add_text(struct buf *all, const char *text) {
    if (text == NULL) {
        buf_add_str(all, "-;");
    } else {
        buf_printf(all, "%zu:%s;", strlen(text), text);
    }
}

static void add_texts(struct buf *all, char *const *texts, size_t count) {
    buf_add_number(all, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        add_text(all, texts[i]);
    }
}

static void add_number(struct buf *all, int64_t number) {
    buf_add_number(all, number);
    buf_add_char(all, ';');
}

static void add_irc(struct buf *all, const struct irc_options *irc) {
    const char *const texts[] = {irc->host,
                                 irc->ca_file,
                                 irc->fingerprint,
                                 irc->client_cert_file,
                                 irc->proxy,
                                 irc->nick,
                                 irc->realname,
                                 irc->password,
                                 irc->sasl_account,
                                 irc->sasl_mechanism,
                                 irc->sasl_password,
                                 irc->nickserv_account,
                                 irc->nickserv_password,
                                 irc->nickserv_service};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        add_text(all, texts[i]);
    }
    add_number(all, irc->port);
    add_number(all, irc->tls);
    add_number(all, irc->flood_burst);
    add_number(all, irc->flood_per_second);
    add_number(all, irc->accounts_only);
    add_texts(all, irc->alternative_nicks, irc->alternative_nick_count);
    for (size_t i = 0; i < irc->channel_count; i++) {
        add_text(all, irc->channels[i].name);
        add_text(all, irc->channels[i].key);
    }
}

static void add_matrix(struct buf *all, const struct matrix_options *matrix) {
    const char *const texts[] = {matrix->homeserver, matrix->user,
                                 matrix->password,   matrix->access_token,
                                 matrix->ca_file,    matrix->proxy};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        add_text(all, texts[i]);
    }
    for (size_t i = 0; i < matrix->room_count; i++) {
        add_text(all, matrix->rooms[i].name);
        add_texts(all, matrix->rooms[i].via, matrix->rooms[i].via_count);
    }
}

static void add_network(struct buf *all, const struct config_network *network) {
    add_number(all, network->kind);
    add_text(all, network->name);
    add_text(all, network->console_room);
    add_irc(all, &network->irc);
    add_matrix(all, &network->matrix);
}

bool config_network_same(const struct config_network *a,
                         const struct config_network *b) {
    struct buf left = {0};
    struct buf right = {0};
    add_network(&left, a);
    add_network(&right, b);
    bool same = slice_equal(buf_slice(&left), buf_slice(&right));
    buf_finish(&left);
    buf_finish(&right);
    return same;
}
