// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config_parts.h"
#include "base/memory.h"
#include "formats/file_text.h"
#include "formats/values.h"
#include "net/irc/settings.h"

#define EXPECTED_WORD "a name without blanks"

enum {
    RATE_MAX = 1000000,
    PORT_MAX = 65535,
    NAME_BYTES_MAX = 255,
    FINGERPRINT_BYTES = 32
};

static bool is_host(const char *text) {
    return strpbrk(text, " /@#?\\") == NULL && strlen(text) <= NAME_BYTES_MAX;
}

// What no server takes in a nick (RFC 2812 section 2.3.1), though some take more
// than its letters.
static bool is_nick(const char *text) {
    return strpbrk(text, " ,*?!@.:#&") == NULL &&
           strchr("-0123456789$~+%", *text) == NULL && strlen(text) <= NAME_BYTES_MAX;
}

static bool is_proxy(const char *text) {
    static const char *const schemes[] = {"http://",    "https://",  "socks4://",
                                          "socks4a://", "socks5://", "socks5h://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t len = strlen(schemes[i]);
        if (strncmp(text, schemes[i], len) == 0) {
            return text[len] != '\0' && strchr(text, ' ') == NULL;
        }
    }
    return false;
}

// As `openssl x509 -fingerprint -sha256` prints it, with or without colons.
static bool is_fingerprint(const char *text) {
    for (size_t i = 0; i < FINGERPRINT_BYTES; i++) {
        if (i > 0 && *text == ':') {
            text++;
        }
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1])) {
            return false;
        }
        text += 2;
    }
    return *text == '\0';
}

// One parameter of a line, in front of others (RFC 1459 2.3.1).
static bool is_word(const char *text) {
    return strchr(text, ' ') == NULL && *text != ':' && strlen(text) <= NAME_BYTES_MAX;
}

bool config_is_matrix_user(const char *text) {
    const char *colon = strchr(text, ':');
    return text[0] == '@' && colon != NULL && colon > text + 1 && colon[1] != '\0' &&
           strchr(text, ' ') == NULL && strlen(text) <= NAME_BYTES_MAX;
}

static const char *const sasl_mechanisms[] = {"PLAIN", "EXTERNAL", "SCRAM-SHA-256",
                                              NULL};

static const struct field sasl_items[] = {
    {.name = "mechanism",
     .offset = offsetof(struct raw_network, irc.sasl_mechanism),
     .standard = "PLAIN",
     .choices = sasl_mechanisms},
    {.name = "account",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_network, irc.sasl_account)},
    {.name = "password_file",
     .flags = FIELD_HIDDEN,
     .offset = offsetof(struct raw_network, sasl_password_file)},
};

static bool is_external(const struct raw_network *raw) {
    return raw->irc.sasl_mechanism != NULL &&
           strcmp(raw->irc.sasl_mechanism, "EXTERNAL") == 0;
}

static void sasl_done(struct fields_reader *reader, void *value) {
    if (!is_external(value) && !fields_has(reader, "password_file")) {
        fields_mistake(reader, "/password_file", "nothing", "a text that is not empty");
    }
}

static const struct fields sasl_table = {FIELDS(struct raw_network, sasl_items),
                                         .done = sasl_done};

static const struct field nickserv_items[] = {
    {.name = "account",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_network, irc.nickserv_account),
     .is_good = is_word,
     .expected = EXPECTED_WORD},
    {.name = "password_file",
     .flags = FIELD_REQUIRED | FIELD_HIDDEN,
     .offset = offsetof(struct raw_network, nickserv_password_file)},
    {.name = "service",
     .offset = offsetof(struct raw_network, irc.nickserv_service),
     .standard = "NickServ",
     .is_good = is_word,
     .expected = EXPECTED_WORD},
};

static const struct fields nickserv_table = {
    FIELDS(struct raw_network, nickserv_items)};

static const struct field flood_items[] = {
    {.name = "burst",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct raw_network, irc.flood_burst),
     .min = 1,
     .max = RATE_MAX,
     .fallback = 5},
    {.name = "per_second",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct raw_network, irc.flood_per_second),
     .min = 1,
     .max = RATE_MAX,
     .fallback = 1},
};

static const struct fields flood_table = {FIELDS(struct raw_network, flood_items)};

#define FIELD_TYPE                                   \
    {                                                \
        .name = "type", .flags = FIELD_REQUIRED,     \
        .offset = offsetof(struct raw_network, type) \
    }
#define EXPECTED_PROXY "a proxy such as \"socks5h://127.0.0.1:1080\""
#define EXPECTED_NICK "a nick"

static const struct field irc_items[] = {
    FIELD_TYPE,
    {.name = "host",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_network, irc.host),
     .is_good = is_host,
     .expected = "the name of a host"},
    {.name = "port",
     .kind = FIELD_NUMBER,
     .offset = offsetof(struct raw_network, irc.port),
     .min = 1,
     .max = PORT_MAX,
     .fallback = 6697},
    {.name = "tls",
     .kind = FIELD_BOOL,
     .offset = offsetof(struct raw_network, irc.tls),
     .fallback = true},
    {.name = "ca_file", .offset = offsetof(struct raw_network, irc.ca_file)},
    {.name = "fingerprint",
     .offset = offsetof(struct raw_network, irc.fingerprint),
     .is_good = is_fingerprint,
     .expected = "the 64 hex digits of a SHA-256 fingerprint"},
    {.name = "client_cert_file",
     .offset = offsetof(struct raw_network, irc.client_cert_file)},
    {.name = "nick",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_network, irc.nick),
     .is_good = is_nick,
     .expected = EXPECTED_NICK},
    {.name = "alternative_nicks",
     .flags = FIELD_MANY,
     .offset = offsetof(struct raw_network, irc.alternative_nicks),
     .count = offsetof(struct raw_network, irc.alternative_nick_count),
     .is_good = is_nick,
     .expected = EXPECTED_NICK},
    {.name = "realname", .offset = offsetof(struct raw_network, irc.realname)},
    {.name = "password_file",
     .flags = FIELD_HIDDEN,
     .offset = offsetof(struct raw_network, password_file)},
    {.name = "sasl", .kind = FIELD_OBJECT, .table = &sasl_table},
    {.name = "nickserv", .kind = FIELD_OBJECT, .table = &nickserv_table},
    {.name = "flood", .kind = FIELD_OBJECT, .table = &flood_table},
    {.name = "proxy",
     .flags = FIELD_HIDDEN,
     .offset = offsetof(struct raw_network, irc.proxy),
     .is_good = is_proxy,
     .expected = EXPECTED_PROXY},
    {.name = "accounts_only",
     .kind = FIELD_BOOL,
     .offset = offsetof(struct raw_network, irc.accounts_only)},
};

static const struct field matrix_items[] = {
    FIELD_TYPE,
    {.name = "homeserver",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_network, matrix.homeserver),
     .is_good = value_is_http,
     .expected = "an address such as \"https://matrix.example.org\""},
    {.name = "ca_file", .offset = offsetof(struct raw_network, matrix.ca_file)},
    {.name = "proxy",
     .flags = FIELD_HIDDEN,
     .offset = offsetof(struct raw_network, matrix.proxy),
     .is_good = is_proxy,
     .expected = EXPECTED_PROXY},
    {.name = "user",
     .flags = FIELD_REQUIRED,
     .offset = offsetof(struct raw_network, matrix.user),
     .is_good = config_is_matrix_user,
     .expected = "a user id such as \"@usher:example.org\""},
    {.name = "password_file",
     .flags = FIELD_HIDDEN,
     .offset = offsetof(struct raw_network, password_file)},
    {.name = "access_token_file",
     .flags = FIELD_HIDDEN,
     .offset = offsetof(struct raw_network, access_token_file)},
};

static const struct field console_items[] = {
    FIELD_TYPE,
    {.name = "room",
     .offset = offsetof(struct raw_network, console_room),
     .standard = "hall"},
};

static struct config_network *add_network(struct fields_reader *reader,
                                          struct raw_network *raw,
                                          enum config_network_kind kind) {
    struct config_reading *reading = reader->context;
    struct config *config = reading->config;
    if (strpbrk(raw->name, " ") != NULL || raw->name[0] == '\0') {
        char *found = fields_quoted(raw->name);
        fields_mistake(reader, "", found, EXPECTED_WORD);
        free(found);
    }
    config->networks = mem_grow(config->networks, config->network_count,
                                &reading->network_cap, sizeof *config->networks);
    struct config_network *network = &config->networks[config->network_count++];
    *network = (struct config_network){.name = mem_copy(raw->name), .kind = kind};
    return network;
}

// Makes the path relative to the configuration; one that can't be read is a mistake.
static void find_file(struct fields_reader *reader, const char *below, char **path) {
    if (*path == NULL) {
        return;
    }
    char *full = file_text_beside(reader->file->name, *path);
    if (access(full, R_OK) != 0) {
        char *found = fields_quoted(*path);
        fields_mistake(reader, below, found, "a file that can be read");
        free(found);
    }
    free(*path);
    *path = full;
}

// Makes the path relative to the configuration; the file holds a key.
static void find_key_file(struct fields_reader *reader, const char *below,
                          char **path) {
    if (*path == NULL) {
        return;
    }
    struct error error = {0};
    char *full = file_text_beside(reader->file->name, *path);
    if (file_text_check_private(full, &error) != OK) {
        fields_mistake(reader, below, error_text(&error),
                       "a PEM file with certificate and key, mode 0600 or stricter");
    }
    error_finish(&error);
    free(*path);
    *path = full;
}

static void check_tls(struct fields_reader *reader, const struct irc_options *irc) {
    static const char tls_proxy[] = "https://";
    const char *const texts[] = {irc->fingerprint, irc->client_cert_file};
    const char *const names[] = {"/fingerprint", "/client_cert_file"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i] != NULL && !irc->tls) {
            fields_mistake(reader, names[i], "a value without \"tls\"",
                           "\"tls\": true beside it");
        }
    }
    // The proxy's own certificate would be held against it.
    if (irc->fingerprint != NULL && irc->proxy != NULL &&
        strncmp(irc->proxy, tls_proxy, strlen(tls_proxy)) == 0) {
        fields_mistake(reader, "/fingerprint", "a value with an https:// proxy",
                       "a proxy of another kind");
    }
}

static void check_account(struct fields_reader *reader, const struct raw_network *raw) {
    if (fields_has(reader, "sasl") && fields_has(reader, "nickserv")) {
        fields_mistake(reader, "/nickserv", "a second way to sign on",
                       "either \"sasl\" or \"nickserv\"");
    }
    if (is_external(raw) && raw->irc.client_cert_file == NULL) {
        fields_mistake(reader, "/client_cert_file", "nothing",
                       "a file, since SASL EXTERNAL proves the account by it");
    }
}

static void irc_done(struct fields_reader *reader, void *value) {
    struct raw_network *raw = value;
    struct irc_options *irc = &raw->irc;
    find_file(reader, "/ca_file", &irc->ca_file);
    find_key_file(reader, "/client_cert_file", &irc->client_cert_file);
    check_tls(reader, irc);
    check_account(reader, raw);
    if (irc->realname == NULL) {
        irc->realname = mem_copy(irc->nick);
    }
    irc->password = config_secret(reader, "/password_file", raw->password_file);
    irc->sasl_password =
        config_secret(reader, "/sasl/password_file", raw->sasl_password_file);
    irc->nickserv_password =
        config_secret(reader, "/nickserv/password_file", raw->nickserv_password_file);
    add_network(reader, raw, CONFIG_IRC)->irc = *irc;
    *irc = (struct irc_options){0};
}

static void drop_final_slashes(char *address) {
    size_t len = address != NULL ? strlen(address) : 0;
    while (len > 0 && address[len - 1] == '/') {
        address[--len] = '\0';
    }
}

static void matrix_done(struct fields_reader *reader, void *value) {
    struct raw_network *raw = value;
    struct matrix_options *matrix = &raw->matrix;
    find_file(reader, "/ca_file", &matrix->ca_file);
    drop_final_slashes(matrix->homeserver);
    bool has_password = fields_has(reader, "password_file");
    bool has_token = fields_has(reader, "access_token_file");
    if (has_password == has_token) {
        fields_mistake(reader, "", has_token ? "two secrets" : "no secret",
                       "either \"password_file\" or \"access_token_file\"");
    }
    matrix->password = config_secret(reader, "/password_file", raw->password_file);
    matrix->access_token =
        config_secret(reader, "/access_token_file", raw->access_token_file);
    add_network(reader, raw, CONFIG_MATRIX)->matrix = *matrix;
    *matrix = (struct matrix_options){0};
}

static void console_done(struct fields_reader *reader, void *value) {
    struct raw_network *raw = value;
    add_network(reader, raw, CONFIG_CONSOLE)->console_room =
        config_take(&raw->console_room);
}

static const struct fields irc_table = {FIELDS(struct raw_network, irc_items),
                                        .done = irc_done};
static const struct fields matrix_table = {FIELDS(struct raw_network, matrix_items),
                                           .done = matrix_done};
static const struct fields console_table = {FIELDS(struct raw_network, console_items),
                                            .done = console_done};

static const struct fields_variant network_types[] = {
    {"irc", &irc_table}, {"matrix", &matrix_table}, {"console", &console_table}, {0}};

const struct fields config_network_table = {
    .size = sizeof(struct raw_network), .variants = network_types, .chosen_by = "type"};

static void matrix_room_finish(struct matrix_room *room) {
    free(room->name);
    for (size_t i = 0; i < room->via_count; i++) {
        free(room->via[i]);
    }
    free(room->via);
}

static void matrix_finish(struct matrix_options *matrix) {
    free(matrix->homeserver);
    free(matrix->user);
    free(matrix->password);
    free(matrix->access_token);
    free(matrix->ca_file);
    free(matrix->proxy);
    for (size_t i = 0; i < matrix->room_count; i++) {
        matrix_room_finish(&matrix->rooms[i]);
    }
    free(matrix->rooms);
}

void config_network_finish(struct config_network *network) {
    irc_settings_finish(&network->irc);
    matrix_finish(&network->matrix);
    free(network->console_room);
    free(network->name);
    *network = (struct config_network){0};
}
