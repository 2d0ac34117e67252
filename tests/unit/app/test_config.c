// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config.h"
#include "base/memory.h"

// A configuration is put together from parts, of which a case replaces some.
struct parts {
    const char *top; // keys in front of the networks, each with its comma
    const char *networks;
    const char *workshop; // keys behind agenda and rooms, each after a comma
    const char *more;     // behind the workshop
    const char *agenda;   // its value
    const char *rooms;    // their value
};

static char folder[] = "/tmp/usher-test-config-XXXXXX";

static const char two_networks[] =
    "\"irc\": {\"type\": \"irc\", \"host\": \"h\", \"nick\": \"usher\"},\n"
    "\"hs\": {\"type\": \"matrix\", \"homeserver\": \"https://m/\", \"user\": "
    "\"@u:m\", "
    "\"password_file\": \"secret\"}";

#define NO_ZONE \
    "agenda.json:1: /timezone: warning: no time zone: times are taken as UTC\n"
#define TRUSTED "whoever gets operator of this channel, by any means, moderates\n"
#define LATER "set, but not supported yet: it changes nothing\n"
#define MATRIX(members)                                                         \
    "\"irc\": {\"type\": \"irc\", \"host\": \"h\", \"nick\": \"u\"},\n\"hs\": " \
    "{\"type\": \"matrix\", " members "}"
#define IRC(members) \
    "\"irc\": {\"type\": \"irc\", \"host\": \"h\", \"nick\": \"u\", " members "}"
#define FINGERPRINT                                            \
    "0123456789ABCDEF0123456789abcdef:01:23:45:67:89:AB:CD:EF" \
    "0123456789abcdef"
#define SHA256 "the 64 hex digits of a SHA-256 fingerprint\n" NO_ZONE
#define AT_MATRIX "\"homeserver\": \"https://m\", \"user\": \"@u:m\""

static char *path_of(const char *name) {
    return str_printf("%s/%s", folder, name);
}

static void write_file(const char *name, const char *text, mode_t mode) {
    char *path = path_of(name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    free(path);
}

static const char *or_else(const char *text, const char *other) {
    return text != NULL ? text : other;
}

static void load(const struct parts *parts, struct config *config,
                 struct mistakes *mistakes) {
    char *text =
        str_printf("{%s\"networks\": {\n%s},\n\"workshops\": {\"w\": {\n\"agenda\": "
                   "%s, \"rooms\": "
                   "%s%s}%s}}",
                   or_else(parts->top, ""), or_else(parts->networks, two_networks),
                   or_else(parts->agenda, "\"agenda.json\""),
                   or_else(parts->rooms, "[{\"network\": \"irc\", \"room\": \"#c\"}]"),
                   or_else(parts->workshop, ""), or_else(parts->more, ""));
    write_file("usher.json", text, 0644);
    char *path = path_of("usher.json");
    config_load(path, config, mistakes);
    free(path);
    free(text);
}

// All lines, without the folder in front.
static char *lines_of(const struct parts *parts) {
    struct config config;
    struct mistakes mistakes = {0};
    struct buf lines = {0};
    load(parts, &config, &mistakes);
    for (size_t i = 0; i < mistakes.count; i++) {
        struct buf line = {0};
        mistake_add_line(&mistakes.items[i], &line);
        buf_add_str(&lines, buf_str(&line) + sizeof folder);
        buf_add_char(&lines, '\n');
        buf_finish(&line);
    }
    mistakes_finish(&mistakes);
    config_finish(&config);
    return buf_take(&lines);
}

static int set_up(void **state) {
    (void)state;
    assert_non_null(mkdtemp(folder));
    write_file("secret", "hunter2\n", 0600);
    write_file("open", "hunter2\n", 0640);
    write_file("empty", "\n", 0600);
    write_file("lines", "hunter2\nhunter3\n", 0600);
    write_file("agenda.json",
               "{\"sessions\": [{\"id\": \"1\", \"title\": \"A\", \"start\": "
               "\"2015-09-08T14:30\", \"end\": \"2015-09-08T16:00\"}]}",
               0644);
    write_file("bad.json", "{\"timezone\": \"UTC\",\n\"sessions\": 1}", 0644);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    static const char *const names[] = {"secret",      "open",     "empty",     "lines",
                                        "agenda.json", "bad.json", "usher.json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = path_of(names[i]);
        unlink(path);
        free(path);
    }
    return rmdir(folder);
}

static void check_networks(const struct config *config) {
    assert_int_equal(config->network_count, 2);
    const struct irc_options *irc = &config->networks[0].irc;
    assert_string_equal(config->networks[0].name, "irc");
    assert_int_equal(config->networks[0].kind, CONFIG_IRC);
    assert_string_equal(irc->host, "h");
    assert_int_equal(irc->port, 6697);
    assert_true(irc->tls);
    assert_string_equal(irc->realname, "usher");
    assert_string_equal(irc->sasl_account, "acc");
    assert_string_equal(irc->sasl_mechanism, "PLAIN");
    assert_string_equal(irc->sasl_password, "hunter2");
    assert_int_equal(irc->flood_burst, 5);
    assert_int_equal(irc->flood_per_second, 9);
    assert_true(irc->accounts_only);
    assert_int_equal(irc->channel_count, 2);
    assert_string_equal(irc->channels[0].name, "#c");
    assert_string_equal(irc->channels[0].key, "hunter2");
    assert_string_equal(irc->channels[1].name, "#mod");
    assert_null(irc->channels[1].key);
    const struct matrix_options *matrix = &config->networks[1].matrix;
    assert_string_equal(matrix->homeserver, "https://m");
    assert_string_equal(matrix->password, "hunter2");
    assert_int_equal(matrix->room_count, 1);
    assert_string_equal(matrix->rooms[0].via[0], "m.example");
}

static void check_workshop(const struct workshop *workshop) {
    assert_string_equal(workshop->id, "w");
    assert_string_equal(zone_name(workshop->agenda.zone), "Africa/Nairobi");
    assert_int_equal(workshop->agenda.session_count, 1);
    assert_int_equal(workshop->room_count, 2);
    assert_int_equal(workshop->moderator_room_count, 2);
    assert_int_equal(workshop->moderator_count, 2);
    assert_string_equal(workshop->moderators[0].account, "chair");
    assert_string_equal(workshop->moderators[1].account, "@Chair:m");
    assert_int_equal(workshop->notices.before_count, 2);
    assert_int_equal(workshop->notices.before_ms[0], 900000);
    assert_true(workshop->notices.at_start);
    assert_int_equal(workshop->notices.before_end_count, 0);
    assert_int_equal(workshop->questions.max_length, 500);
    assert_int_equal(workshop->questions.open_per_person, 2);
    assert_int_equal(workshop->rates.commands_per_person_per_minute, 20);
    assert_int_equal(workshop->rates.answers_per_room_per_minute, 120);
    assert_int_equal(workshop->rates.persons_per_host, 3);
}

static void config__load__fills_everything(void **state) {
    (void)state;
    struct config config;
    struct mistakes mistakes = {0};
    const struct parts parts = {
        .networks =
            "\"irc\": {\"type\": \"irc\", \"host\": \"h\", \"nick\": \"usher\", "
            "\"accounts_only\": true, \"flood\": {\"per_second\": 9}, \"sasl\": "
            "{\"account\": \"acc\", "
            "\"password_file\": \"secret\"}},\n"
            "\"hs\": {\"type\": \"matrix\", \"homeserver\": \"https://m/\", \"user\": "
            "\"@u:m\", \"password_file\": \"secret\"}",
        .rooms = "[{\"network\": \"irc\", \"room\": \"#c\", \"key_file\": \"secret\"}, "
                 "{\"network\": \"hs\", \"room\": \"#c:m\", \"via\": [\"m.example\"]}]",
        .workshop =
            ", \"timezone\": \"Africa/Nairobi\", \"moderator_rooms\": [{\"network\": "
            "\"hs\", \"room\": \"#c:m\"}, {\"network\": \"irc\", \"room\": \"#mod\"}], "
            "\"moderators\": [{\"network\": \"irc\", \"account\": \"Chair\"}, "
            "{\"network\": \"hs\", \"user\": \"@Chair:m\"}], \"notices\": "
            "{\"before_end\": []}, \"questions\": {\"open_per_person\": 2}, "
            "\"limits\": {\"persons_per_host\": 3}",
    };
    load(&parts, &config, &mistakes);
    assert_int_equal(mistakes.count, 0);
    char *store = str_printf("sqlite:%s/usher.db", folder);
    assert_string_equal(config.store, store);
    free(store);
    check_networks(&config);
    assert_int_equal(config.workshop_count, 1);
    check_workshop(&config.workshops[0]);
    config_finish(&config);
}

static void config__load__takes_how_to_sign_on(void **state) {
    (void)state;
    struct config config;
    struct mistakes mistakes = {0};
    load(&(struct parts){.networks = IRC(
                             "\"nickserv\": {\"account\": \"acc\", \"password_file\": "
                             "\"secret\"}, \"client_cert_file\": \"lines\", "
                             "\"fingerprint\": \"" FINGERPRINT "\"")},
         &config, &mistakes);
    const struct irc_options *irc = &config.networks[0].irc;
    assert_string_equal(irc->nickserv_account, "acc");
    assert_string_equal(irc->nickserv_password, "hunter2");
    assert_string_equal(irc->nickserv_service, "NickServ");
    assert_null(irc->sasl_account);
    assert_string_equal(irc->fingerprint, FINGERPRINT);
    check_take(path_of("lines"), irc->client_cert_file);
    config_finish(&config);
    mistakes_finish(&mistakes);
}

// Whatever changes the connection makes another network of it.
static void config__network_same__sees_every_option(void **state) {
    (void)state;
    static const char base[] = IRC("\"client_cert_file\": \"lines\"");
    static const char *const others[] = {
        IRC("\"client_cert_file\": \"secret\""),
        IRC("\"client_cert_file\": \"lines\", \"fingerprint\": \"" FINGERPRINT "\""),
        IRC("\"client_cert_file\": \"lines\", \"sasl\": {\"mechanism\": \"EXTERNAL\", "
            "\"account\": \"a\"}"),
        IRC("\"client_cert_file\": \"lines\", \"nickserv\": {\"account\": \"a\", "
            "\"password_file\": \"secret\"}"),
    };
    struct mistakes mistakes = {0};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct config left;
        struct config right;
        load(&(struct parts){.networks = base}, &left, &mistakes);
        load(&(struct parts){.networks = others[i]}, &right, &mistakes);
        assert_true(config_network_same(&left.networks[0], &left.networks[0]));
        assert_false(config_network_same(&left.networks[0], &right.networks[0]));
        config_finish(&left);
        config_finish(&right);
    }
    mistakes_finish(&mistakes);
}

static void config__load__store_in_memory_stays_there(void **state) {
    (void)state;
    struct config config;
    struct mistakes mistakes = {0};
    load(&(struct parts){.top = "\"store\": \"sqlite::memory:\","}, &config, &mistakes);
    assert_string_equal(config.store, "sqlite::memory:");
    config_finish(&config);
    mistakes_finish(&mistakes);
}

// The agenda names no zone, so its warning ends the lines of most cases.
struct config_case {
    struct parts parts;
    const char *lines;
};

static const struct config_case network_cases[] = {
    {{.networks = IRC("\"port\": 0")},
     "usher.json:2: /networks/irc/port: found 0, expected a whole number from 1 to "
     "65535\n" NO_ZONE},
    {{.networks = IRC("\"tls\": \"yes\"")},
     "usher.json:2: /networks/irc/tls: found \"yes\", expected true or "
     "false\n" NO_ZONE},
    {{.networks = IRC("\"alternative_nicks\": [\"a b\"]")},
     "usher.json:2: /networks/irc/alternative_nicks/0: found \"a b\", expected a "
     "nick\n" NO_ZONE},
    {{.networks = IRC("\"ca_file\": \"none.pem\"")},
     "usher.json:2: /networks/irc/ca_file: found \"none.pem\", expected a file that "
     "can "
     "be read\n" NO_ZONE},
    {{.networks = IRC("\"password_file\": \"open\"")},
     "usher.json:2: /networks/irc/password_file: found mode 0640, expected a file of "
     "one line with mode 0600 or stricter\n" NO_ZONE},
    {{.networks = IRC("\"password_file\": \"empty\"")},
     "usher.json:2: /networks/irc/password_file: found an empty file, expected a file "
     "of one line with mode 0600 or stricter\n" NO_ZONE},
    {{.networks = IRC("\"password_file\": \"lines\"")},
     "usher.json:2: /networks/irc/password_file: found control characters or more "
     "lines, expected a file of one line with mode 0600 or stricter\n" NO_ZONE},
    {{.networks = IRC("\"password_file\": \"hunter2\"")},
     "usher.json:2: /networks/irc/password_file: found no such file, expected a file "
     "of "
     "one line with mode 0600 or stricter\n" NO_ZONE},
    {{.networks = IRC("\"password\": \"hunter2\"")},
     "usher.json:2: /networks/irc/password: found the unknown key \"password\", "
     "expected one of \"type\", \"host\", \"port\", \"tls\", \"ca_file\", "
     "\"fingerprint\", \"client_cert_file\", \"nick\", \"alternative_nicks\", "
     "\"realname\", \"password_file\", \"sasl\", \"nickserv\", \"flood\", \"proxy\", "
     "\"accounts_only\"\n" NO_ZONE},
    {{.networks = IRC("\"sasl\": {\"mechanism\": \"DIGEST-MD5\", \"account\": "
                      "\"a\", \"password_file\": \"secret\"}")},
     "usher.json:2: /networks/irc/sasl/mechanism: found \"DIGEST-MD5\", expected "
     "\"PLAIN\", \"EXTERNAL\" or \"SCRAM-SHA-256\"\n" NO_ZONE},
    {{.networks = IRC("\"sasl\": {\"mechanism\": \"SCRAM-SHA-256\", \"account\": "
                      "\"a\"}")},
     "usher.json:2: /networks/irc/sasl/password_file: found nothing, expected a text "
     "that is not empty\n" NO_ZONE},
    {{.networks = IRC("\"sasl\": {\"mechanism\": \"EXTERNAL\", \"account\": \"a\"}")},
     "usher.json:2: /networks/irc/client_cert_file: found nothing, expected a file, "
     "since SASL EXTERNAL proves the account by it\n" NO_ZONE},
    {{.networks = IRC("\"sasl\": {\"mechanism\": \"EXTERNAL\", \"account\": \"a\"}, "
                      "\"client_cert_file\": \"lines\"")},
     NO_ZONE},
    {{.networks = IRC("\"client_cert_file\": \"open\"")},
     "usher.json:2: /networks/irc/client_cert_file: found mode 0640, expected a PEM "
     "file with certificate and key, mode 0600 or stricter\n" NO_ZONE},
    {{.networks = IRC("\"client_cert_file\": \"none.pem\"")},
     "usher.json:2: /networks/irc/client_cert_file: found no such file, expected a PEM "
     "file with certificate and key, mode 0600 or stricter\n" NO_ZONE},
    {{.networks = IRC("\"tls\": false, \"client_cert_file\": \"lines\", "
                      "\"fingerprint\": \"" FINGERPRINT "\"")},
     "usher.json:2: /networks/irc/fingerprint: found a value without \"tls\", expected "
     "\"tls\": true beside it\n"
     "usher.json:2: /networks/irc/client_cert_file: found a value without \"tls\", "
     "expected \"tls\": true beside it\n" NO_ZONE},
    {{.networks = IRC("\"fingerprint\": \"" FINGERPRINT "\"")}, NO_ZONE},
    {{.networks = IRC("\"fingerprint\": \"" FINGERPRINT ":00\"")},
     "usher.json:2: /networks/irc/fingerprint: found \"" FINGERPRINT ":00\", "
     "expected " SHA256},
    {{.networks = IRC("\"fingerprint\": \"0:1\"")},
     "usher.json:2: /networks/irc/fingerprint: found \"0:1\", expected " SHA256},
    {{.networks =
          IRC("\"fingerprint\": \"" FINGERPRINT "\", \"proxy\": \"https://p\"")},
     "usher.json:2: /networks/irc/fingerprint: found a value with an https:// proxy, "
     "expected a proxy of another kind\n" NO_ZONE},
    {{.networks = IRC("\"nickserv\": {}")},
     "usher.json:2: /networks/irc/nickserv/account: found nothing, expected a name "
     "without blanks\n"
     "usher.json:2: /networks/irc/nickserv/password_file: found nothing, expected a "
     "text that is not empty\n" NO_ZONE},
    {{.networks = IRC("\"nickserv\": {\"account\": \"a\", \"password_file\": "
                      "\"secret\", \"service\": \"Nick Serv\"}")},
     "usher.json:2: /networks/irc/nickserv/service: found \"Nick Serv\", expected a "
     "name without blanks\n" NO_ZONE},
    {{.networks = IRC("\"nickserv\": {\"account\": \"a\", \"password_file\": "
                      "\"secret\"}, \"sasl\": {\"account\": \"a\", "
                      "\"password_file\": \"secret\"}")},
     "usher.json:2: /networks/irc/nickserv: found a second way to sign on, expected "
     "either \"sasl\" or \"nickserv\"\n" NO_ZONE},
    {{.networks = IRC("\"sasl\": {}")},
     "usher.json:2: /networks/irc/sasl/account: found nothing, expected a text that is "
     "not empty\n"
     "usher.json:2: /networks/irc/sasl/password_file: found nothing, expected a text "
     "that is not empty\n" NO_ZONE},
    {{.networks = IRC("\"proxy\": \"user:hunter2@p\"")},
     "usher.json:2: /networks/irc/proxy: found another text, expected a proxy such as "
     "\"socks5h://127.0.0.1:1080\"\n" NO_ZONE},
    {{.networks = IRC("\"accounts_only\": true")}, NO_ZONE},
    {{.networks = MATRIX(AT_MATRIX)},
     "usher.json:3: /networks/hs: found no secret, expected either \"password_file\" "
     "or "
     "\"access_token_file\"\n" NO_ZONE},
    {{.networks = MATRIX(AT_MATRIX ", \"password_file\": \"secret\", "
                                   "\"access_token_file\": \"secret\"")},
     "usher.json:3: /networks/hs: found two secrets, expected either \"password_file\" "
     "or \"access_token_file\"\n" NO_ZONE},
    {{.networks = MATRIX("\"homeserver\": \"m\", \"user\": \"u\", \"password_file\": "
                         "\"secret\"")},
     "usher.json:3: /networks/hs/homeserver: found \"m\", expected an address such as "
     "\"https://matrix.example.org\"\n"
     "usher.json:3: /networks/hs/user: found \"u\", expected a user id such as "
     "\"@usher:example.org\"\n" NO_ZONE},
    {{.networks = "\"irc\": {\"type\": \"xmpp\"}"},
     "usher.json:2: /networks/irc/type: found \"xmpp\", expected one of \"irc\", "
     "\"matrix\", \"console\"\n" NO_ZONE},
    {{.networks = "\"irc\": {}"},
     "usher.json:2: /networks/irc/type: found nothing, expected one of \"irc\", "
     "\"matrix\", \"console\"\n" NO_ZONE},
    {{.networks = "\"irc\": 5"},
     "usher.json:2: /networks/irc: found 5, expected an object\n" NO_ZONE},
    {{.top = "\"store\": \"postgresql://u:hunter2@h/d\","},
     "usher.json:1: /store: found another text, expected \"sqlite:PATH\"; PostgreSQL "
     "is "
     "not supported yet\n" NO_ZONE},
    {{.top = "\"web\": {\"listen\": \"x\"}, \"smtp\": {\"url\": \"x\"}, \"fetch\": "
             "{\"allow_hosts\": [], \"proxy\": \"x\"},"},
     "usher.json:1: /web: warning: " LATER "usher.json:1: /fetch/proxy: warning: " LATER
     "usher.json:1: /smtp: warning: " LATER NO_ZONE},
};

static const struct config_case workshop_cases[] = {
    {{.agenda = "{\"url\": \"https://a\", \"every\": \"5m\"}"},
     "usher.json:5: /workshops/w/agenda: found an object, expected a file; URLs are "
     "not "
     "supported yet\n"},
    {{.agenda = "\"https://a/b.json\""},
     "usher.json:5: /workshops/w/agenda: found \"https://a/b.json\", expected a file; "
     "URLs are not supported yet\n"},
    {{.agenda = "\"none.json\""},
     "usher.json:5: /workshops/w/agenda: found \"none.json\": no such file, expected "
     "an "
     "agenda that can be read\n"},
    {{.agenda = "\"bad.json\""}, "bad.json:2: /sessions: found 1, expected an array\n"},
    {{.rooms = "[]"},
     "usher.json:5: /workshops/w/rooms: found an empty array, expected at least one "
     "room\n" NO_ZONE},
    {{.rooms = "[{\"network\": \"efnet\", \"room\": \"#c\"}]"},
     "usher.json:5: /workshops/w/rooms/0/network: found \"efnet\", expected the name "
     "of "
     "a network above\n" NO_ZONE},
    {{.rooms = "[{\"network\": \"irc\", \"room\": \"c\"}]"},
     "usher.json:5: /workshops/w/rooms/0/room: found \"c\", expected a channel such as "
     "\"#cyber\"\n" NO_ZONE},
    {{.rooms = "[{\"network\": \"hs\", \"room\": \"#c\", \"key_file\": \"secret\"}]"},
     "usher.json:5: /workshops/w/rooms/0/key_file: found a key, expected nothing: only "
     "channels on IRC have keys\n"
     "usher.json:5: /workshops/w/rooms/0/room: found \"#c\", expected "
     "\"#ALIAS:SERVER\" or \"!ID:SERVER\"\n" NO_ZONE},
    {{.rooms = "[{\"network\": \"irc\", \"room\": \"#c\"},\n"
               "{\"network\": \"irc\", \"room\": \"#C\"}]"},
     "usher.json:6: /workshops/w/rooms/1/room: found \"#C\", expected each room "
     "once\n" NO_ZONE},
    {{.more = ",\n\"v\": {\"agenda\": \"agenda.json\", \"timezone\": \"UTC\", "
              "\"rooms\": [{\"network\": \"irc\", \"room\": \"#C\"}]}"},
     NO_ZONE "usher.json:6: /workshops/v/rooms/0/room: found a room of workshop \"w\", "
             "expected a room of no other workshop\n"},
    {{.more = ",\n\"V 2\": {\"agenda\": \"agenda.json\", \"timezone\": \"UTC\", "
              "\"rooms\": [{\"network\": \"irc\", \"room\": \"#d\"}]}"},
     NO_ZONE "usher.json:6: /workshops/V 2: found \"V 2\", expected an id of a-z, 0-9 "
             "and -\n"},
    {{.workshop = ",\n\"moderators\": [{\"network\": \"irc\", \"user\": \"a\"}]"},
     "usher.json:6: /workshops/w/moderators/0: found a name under another key, "
     "expected "
     "\"account\" alone, on irc\n" NO_ZONE},
    {{.workshop = ",\n\"moderators\": [{\"network\": \"hs\"}]"},
     "usher.json:6: /workshops/w/moderators/0: found no name, expected \"user\" alone, "
     "on hs\n" NO_ZONE},
    {{.workshop = ",\n\"moderators\": [{\"network\": \"hs\", \"user\": \"chair\"}]"},
     "usher.json:6: /workshops/w/moderators/0/user: found \"chair\", expected a user "
     "id "
     "such as \"@chair:example.org\"\n" NO_ZONE},
    {{.workshop = ",\n\"timezone\": \"Mars\""},
     "usher.json:6: /workshops/w/timezone: found \"Mars\", expected an IANA time zone "
     "such as \"Europe/Zurich\"\n" NO_ZONE},
    {{.workshop = ",\n\"notices\": {\"before\": [\"5m\", \"soon\", \"300s\"]}"},
     "usher.json:6: /workshops/w/notices/before/1: found \"soon\", expected a duration "
     "such as \"15m\" or \"1h30m\"\n"
     "usher.json:6: /workshops/w/notices/before/2: found a duration that is there "
     "already, expected each duration once\n" NO_ZONE},
    {{.workshop = ",\n\"limits\": {\"answers_per_room_per_minute\": 0}"},
     "usher.json:6: /workshops/w/limits/answers_per_room_per_minute: found 0, expected "
     "a whole number from 1 to 1000000\n" NO_ZONE},
    {{.workshop = ",\n\"notices\": {\"daily\": \"08:00\", \"when_empty\": false}, "
                  "\"documents\": [\"d/\"], \"webhooks\": [{\"url\": \"https://a\"}], "
                  "\"language\": \"fr\""},
     "usher.json:6: /workshops/w/documents: warning: " LATER
     "usher.json:6: /workshops/w/notices/daily: warning: " LATER
     "usher.json:6: /workshops/w/notices/when_empty: warning: " LATER
     "usher.json:6: /workshops/w/webhooks: warning: " LATER
     "usher.json:6: /workshops/w/language: warning: " LATER NO_ZONE},
    {{.workshop = ",\n\"questions\": {\"hands\": true, \"first_time_votes\": 1, "
                  "\"digest_after\": 5, \"hold_words_file\": \"w\", \"retention\": "
                  "\"1d\", \"anonymous\": true}"},
     "usher.json:6: /workshops/w/questions/hands: warning: " LATER
     "usher.json:6: /workshops/w/questions/first_time_votes: warning: " LATER
     "usher.json:6: /workshops/w/questions/digest_after: warning: " LATER
     "usher.json:6: /workshops/w/questions/hold_words_file: warning: " LATER
     "usher.json:6: /workshops/w/questions/retention: warning: " LATER NO_ZONE},
    {{.workshop = ",\n\"moderator_rooms\": [{\"network\": \"irc\", \"room\": \"#m\", "
                  "\"trust_operators\": true}]"},
     "usher.json:6: /workshops/w/moderator_rooms/0/trust_operators: warning: " TRUSTED
         NO_ZONE},
    // What is written out as it is by default asks for nothing.
    {{.top =
          "\"web\": null, \"smtp\": null, \"fetch\": {\"allow_hosts\": [], \"proxy\": "
          "null},",
      .workshop =
          ", \"documents\": [], \"webhooks\": [], \"language\": \"en\", "
          "\"notices\": {\"daily\": null, \"when_empty\": true}, \"questions\": "
          "{\"anonymous\": true, \"hands\": false, \"first_time_votes\": 0, "
          "\"digest_after\": 10, \"hold_words_file\": null, \"retention\": "
          "\"90d\"}, \"limits\": {\"persons_per_host\": 50}"},
     NO_ZONE},
};

static void check_cases(const struct config_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        check_take(lines_of(&cases[i].parts), cases[i].lines);
    }
}

static void config__load__names_each_mistake_of_networks(void **state) {
    (void)state;
    check_cases(network_cases, sizeof network_cases / sizeof network_cases[0]);
}

static void config__load__names_each_mistake_of_workshops(void **state) {
    (void)state;
    check_cases(workshop_cases, sizeof workshop_cases / sizeof workshop_cases[0]);
}

static void config__load__console_has_one_room(void **state) {
    (void)state;
    check_take(lines_of(&(struct parts){
                   .networks = "\"c\": {\"type\": \"console\"}",
                   .rooms = "[{\"network\": \"c\", \"room\": \"attic\"}]",
               }),
               "usher.json:4: /workshops/w/rooms/0/room: found \"attic\", expected the "
               "console's one room, \"hall\"\n" NO_ZONE);
}

static void config__load__wants_networks_and_workshops(void **state) {
    (void)state;
    struct config config;
    struct mistakes mistakes = {0};
    write_file("usher.json", "{\"networks\": {}}", 0644);
    char *path = path_of("usher.json");
    config_load(path, &config, &mistakes);
    assert_int_equal(mistakes.mistake_count, 2);
    assert_string_equal(mistakes.items[0].pointer, "/workshops");
    assert_string_equal(mistakes.items[0].found, "nothing");
    assert_string_equal(mistakes.items[1].pointer, "/networks");
    assert_string_equal(mistakes.items[1].found, "an empty object");
    mistakes_finish(&mistakes);
    config_finish(&config);
    free(path);
}

static void config__load__survives_damage(void **state) {
    (void)state;
    static const char replacements[] = "\"{}[],0\n";
    char *path = path_of("usher.json");
    struct config config;
    struct mistakes mistakes = {0};
    load(&(struct parts){.workshop =
                             ", \"moderators\": [{\"network\": \"hs\", \"user\": "
                             "\"@a:m\"}]"},
         &config, &mistakes);
    config_finish(&config);
    mistakes_finish(&mistakes);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    char text[1024] = {0};
    size_t len = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; i < len * (sizeof replacements - 1); i++) {
        char before = text[i % len];
        text[i % len] = replacements[i / len];
        write_file("usher.json", text, 0644);
        text[i % len] = before;
        config_load(path, &config, &mistakes);
        config_finish(&config);
        mistakes_finish(&mistakes);
    }
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config__load__fills_everything),
        cmocka_unit_test(config__load__takes_how_to_sign_on),
        cmocka_unit_test(config__network_same__sees_every_option),
        cmocka_unit_test(config__load__store_in_memory_stays_there),
        cmocka_unit_test(config__load__names_each_mistake_of_networks),
        cmocka_unit_test(config__load__names_each_mistake_of_workshops),
        cmocka_unit_test(config__load__console_has_one_room),
        cmocka_unit_test(config__load__wants_networks_and_workshops),
        cmocka_unit_test(config__load__survives_damage),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
