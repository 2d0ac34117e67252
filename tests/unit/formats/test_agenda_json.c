// SPDX-License-Identifier: MIT
#include "support/check.h"

#include <string.h>

#include "base/memory.h"
#include "formats/agenda_json.h"

// Stands in for a text that a case replaces.
#define SESSION(members) \
    "{\"timezone\": \"Europe/Zurich\",\n\"sessions\": [\n{" members "}]}"
#define RIGHT                                                            \
    "\"id\": \"1\", \"title\": \"A\", \"start\": \"2015-09-08T14:30\", " \
    "\"end\": \"2015-09-08T16:00\""
#define DOCUMENT(members) \
    "{\"timezone\": \"UTC\", \"sessions\": [],\n\"documents\": [" members "]}"

static void parse(const char *text, struct agenda *agenda, struct mistakes *mistakes) {
    agenda_json_parse(agenda, "f", slice_of(text), NULL, mistakes);
}

static char *lines_of(const char *text) {
    struct agenda agenda;
    struct mistakes mistakes = {0};
    struct buf lines = {0};
    parse(text, &agenda, &mistakes);
    for (size_t i = 0; i < mistakes.count; i++) {
        mistake_add_line(&mistakes.items[i], &lines);
        buf_add_char(&lines, '\n');
    }
    mistakes_finish(&mistakes);
    agenda_finish(&agenda);
    return buf_take(&lines);
}

static const char whole[] =
    "{\"title\": \"T\", \"organizer\": \"O\", \"timezone\": \"Europe/Zurich\",\n"
    " \"venue\": \"V\", \"url\": \"https://w.example\",\n"
    " \"sessions\": [\n"
    "  {\"id\": \"2\", \"title\": \"B\", \"start\": \"2015-09-08T16:00:30\",\n"
    "   \"end\": \"2015-09-08T17:30:00+02:00\", \"status\": \"cancelled\"},\n"
    "  {\"id\": \"1\", \"title\": \"A\\u0007\", \"start\": \"2015-09-08T14:30\",\n"
    "   \"end\": \"2015-09-08T16:00\", \"room\": \"R\", \"join\": \"https://j\",\n"
    "   \"description\": \"D\", \"questions\": [\"q1?\", \"q2?\"],\n"
    "   \"speakers\": [{\"name\": \"N\", \"affiliation\": \"F\", \"bio\": \"L\"}],\n"
    "   \"documents\": [\"d1\"], \"status\": \"confirmed\"}],\n"
    " \"documents\": [\n"
    "  {\"id\": \"d1\", \"title\": \"DT\", \"url\": \"https://d\", \"session\": "
    "\"1\",\n"
    "   \"language\": \"en\", \"revision\": 2, \"published\": \"2015-09-01\",\n"
    "   \"kind\": \"contribution\", \"symbol\": \"C/13\", \"status\": \"withdrawn\"},\n"
    "  {\"id\": \"d1\", \"title\": \"DT\", \"url\": \"https://d\", \"revision\": 2,\n"
    "   \"language\": \"fr\"}],\n"
    " \"links\": [{\"title\": \"LT\", \"url\": \"https://l\"}]}";

static void check_whole(const struct agenda *agenda) {
    assert_string_equal(agenda->title, "T");
    assert_string_equal(agenda->organizer, "O");
    assert_string_equal(agenda->venue, "V");
    assert_string_equal(agenda->url, "https://w.example");
    assert_string_equal(zone_name(agenda->zone), "Europe/Zurich");
    assert_int_equal(agenda->session_count, 2);
    const struct session *first = &agenda->sessions[0];
    assert_string_equal(first->id, "1");
    assert_string_equal(first->title, "A");
    assert_int_equal(first->start_ms, 1441715400000);
    assert_int_equal(first->end_ms, 1441720800000);
    assert_string_equal(first->room, "R");
    assert_string_equal(first->join, "https://j");
    assert_string_equal(first->questions[1], "q2?");
    assert_string_equal(first->speakers[0].affiliation, "F");
    assert_string_equal(first->documents[0], "d1");
    assert_false(first->cancelled);
    assert_int_equal(agenda->sessions[1].start_ms, 1441720830000);
    assert_int_equal(agenda->sessions[1].end_ms, 1441726200000);
    assert_true(agenda->sessions[1].cancelled);
    assert_int_equal(agenda->document_count, 2);
    const struct document *document = &agenda->documents[0];
    assert_int_equal(document->revision, 2);
    assert_string_equal(document->symbol, "C/13");
    assert_true(document->withdrawn);
    assert_false(agenda->documents[1].withdrawn);
    assert_string_equal(agenda->links[0].url, "https://l");
}

static void agenda_json__parse__reads_every_key(void **state) {
    (void)state;
    struct agenda agenda;
    struct mistakes mistakes = {0};
    parse(whole, &agenda, &mistakes);
    assert_int_equal(mistakes.count, 0);
    check_whole(&agenda);
    agenda_finish(&agenda);
}

static void agenda_json__write__is_read_back_the_same(void **state) {
    (void)state;
    struct agenda agenda;
    struct mistakes mistakes = {0};
    struct buf once = {0};
    struct buf twice = {0};
    parse(whole, &agenda, &mistakes);
    assert_int_equal(agenda_json_write(&agenda, &once), OK);
    agenda_finish(&agenda);
    parse(buf_str(&once), &agenda, &mistakes);
    assert_int_equal(mistakes.count, 0);
    check_whole(&agenda);
    assert_int_equal(agenda_json_write(&agenda, &twice), OK);
    assert_string_equal(buf_str(&once), buf_str(&twice));
    agenda_finish(&agenda);
    buf_finish(&once);
    buf_finish(&twice);
}

static void agenda_json__write__keeps_the_second_of_a_repeated_hour(void **state) {
    (void)state;
    struct agenda agenda;
    struct mistakes mistakes = {0};
    struct buf text = {0};
    parse(SESSION(
              "\"id\": \"1\", \"title\": \"A\", \"start\": \"2015-10-25T02:30+02:00\","
              "\"end\": \"2015-10-25T02:30+01:00\""),
          &agenda, &mistakes);
    assert_int_equal(mistakes.count, 0);
    assert_int_equal(agenda_json_write(&agenda, &text), OK);
    assert_non_null(strstr(buf_str(&text), "\"2015-10-25T02:30\""));
    assert_non_null(strstr(buf_str(&text), "\"2015-10-25T01:30:00Z\""));
    buf_finish(&text);
    agenda_finish(&agenda);
}

static int64_t start_of(const char *start, const char *end) {
    struct agenda agenda;
    struct mistakes mistakes = {0};
    char *text = str_printf(SESSION("\"id\": \"1\", \"title\": \"A\","
                                    "\"start\": \"%s\", \"end\": \"%s\""),
                            start, end);
    parse(text, &agenda, &mistakes);
    assert_int_equal(mistakes.count, 0);
    int64_t start_ms = agenda.sessions[0].start_ms;
    agenda_finish(&agenda);
    free(text);
    return start_ms;
}

// RFC 5545 3.3.5: before a gap the offset from before it, of a repeated time the
// first.
static void agenda_json__parse__local_times_around_a_change(void **state) {
    (void)state;
    int64_t gap = start_of("2015-03-29T02:30", "2015-03-29T05:00");
    assert_int_equal(gap, start_of("2015-03-29T01:30Z", "2015-03-29T05:00"));
    int64_t repeated = start_of("2015-10-25T02:30", "2015-10-25T05:00");
    assert_int_equal(repeated, start_of("2015-10-25T00:30Z", "2015-10-25T05:00"));
}

static void agenda_json__parse__zone_of_the_workshop_or_utc(void **state) {
    (void)state;
    static const char text[] = "{\"sessions\": [{" RIGHT "}]}";
    struct agenda agenda;
    struct mistakes mistakes = {0};
    agenda_json_parse(&agenda, "f", slice_of(text), zone_find("Africa/Nairobi"),
                      &mistakes);
    assert_int_equal(mistakes.count, 0);
    assert_string_equal(zone_name(agenda.zone), "Africa/Nairobi");
    assert_int_equal(agenda.sessions[0].start_ms, 1441711800000);
    agenda_finish(&agenda);
    check_take(lines_of(text),
               "f:1: /timezone: warning: no time zone: times are taken as UTC\n");
}

static const struct {
    const char *text;
    const char *lines;
} mistake_cases[] = {
    {"{\"timezone\": \"UTC\"}", "f:1: /sessions: found nothing, expected an array\n"},
    {"{\"timezone\": \"Mars/Olympus\", \"sessions\": []}",
     "f:1: /timezone: found \"Mars/Olympus\", expected an IANA time zone such as "
     "\"Europe/Zurich\"\n"},
    {SESSION(RIGHT ", \"ROOM\": \"x\""),
     "f:3: /sessions/0/ROOM: found the unknown key \"ROOM\", expected one of "
     "\"id\", \"title\", \"start\", \"end\", \"room\", \"join\", \"description\", "
     "\"questions\", \"speakers\", \"documents\", \"status\"\n"},
    {SESSION(RIGHT "},\n{" RIGHT),
     "f:4: /sessions/1/id: found an id that is there already, expected a unique "
     "id\n"},
    {SESSION(RIGHT "},\n{\"id\": \"01\", \"title\": \"B\", \"start\": "
                   "\"2015-09-08T14:30\", \"end\": \"2015-09-08T16:00\""),
     "f:4: /sessions/1/id: found an id that is there already, expected a unique "
     "id\n"},
    {SESSION("\"title\": \"A\", \"start\": \"2015-09-08T14:30\", \"end\": "
             "\"2015-09-08T15:30\""),
     "f:3: /sessions/0/id: found nothing, expected an id of up to 100 bytes "
     "without "
     "blanks\n"},
    {SESSION("\"id\": \"1\", \"title\": \"A\", \"start\": \"2015-02-29T14:30\", "
             "\"end\": \"2015-03-08T15:30\""),
     "f:3: /sessions/0/start: found \"2015-02-29T14:30\", expected a time such as "
     "\"2015-09-08T14:30\"\n"},
    {SESSION("\"id\": \"1\", \"title\": \"A\", \"start\": \"2015-03-01T14:30\",\n"
             "\"end\": \"2015-03-01T14:30\""),
     "f:4: /sessions/0/end: found a time at or before the start, expected a time "
     "after the start\n"},
    {SESSION("\"id\": \"1\", \"title\": \"A\", \"start\": 5, "
             "\"end\": \"2015-03-01T14:30\""),
     "f:3: /sessions/0/start: found 5, expected a time such as "
     "\"2015-09-08T14:30\"\n"},
    {SESSION(RIGHT ", \"join\": \"javascript:alert(1)\""),
     "f:3: /sessions/0/join: found \"javascript:alert(1)\", expected an http or "
     "https address\n"},
    {SESSION(RIGHT ", \"status\": \"maybe\""),
     "f:3: /sessions/0/status: found \"maybe\", expected \"confirmed\" or "
     "\"cancelled\"\n"},
    {SESSION(RIGHT ", \"documents\": [\"d9\"]"),
     "f:3: /sessions/0/documents/0: found \"d9\", expected the id of a document of "
     "this agenda\n"},
    {SESSION(RIGHT ", \"speakers\": [{\"bio\": \"x\"}, \"y\"]"),
     "f:3: /sessions/0/speakers/0/name: found nothing, expected a text that is not "
     "empty\n"
     "f:3: /sessions/0/speakers/1: found \"y\", expected an object\n"},
    {DOCUMENT("{\"id\": \"d\", \"title\": \"t\"}"),
     "f:2: /documents/0: found neither \"url\" nor \"file\", expected one of "
     "them\n"},
    {DOCUMENT("{\"id\": \"d\", \"title\": \"t\", \"url\": \"https://a\", \"file\": "
              "\"f\"}"),
     "f:2: /documents/0: found both \"url\" and \"file\", expected one of them\n"},
    {DOCUMENT("{\"id\": \"d\", \"title\": \"t\", \"file\": \"/nowhere/f\"}"),
     "f:2: /documents/0/file: warning: no such file, or not readable\n"},
    {DOCUMENT("{\"id\": \"d\", \"title\": \"t\", \"url\": \"https://a\"},\n"
              "{\"id\": \"d\", \"title\": \"t\", \"url\": \"https://a\"}"),
     "f:3: /documents/1/id: found an id that is there already, expected a unique "
     "id\n"},
    {DOCUMENT("{\"id\": \"d\", \"title\": \"t\", \"url\": \"https://a\", "
              "\"session\": \"7\"}"),
     "f:2: /documents/0/session: found \"7\", expected the id of a session of this "
     "agenda\n"},
    {DOCUMENT("{\"id\": \"d\", \"title\": \"t\", \"url\": \"https://a\", \"kind\": "
              "\"poem\"}"),
     "f:2: /documents/0/kind: found \"poem\", expected \"agenda\", "
     "\"presentation\", \"contribution\", \"report\" or \"reference\"\n"},
    {"{\"timezone\": \"UTC\", \"sessions\": [], \"links\": [{\"title\": \"a\"}]}",
     "f:1: /links/0/url: found nothing, expected an http or https address\n"},
    {"[]", "f:1: /: found an array, expected an object\n"},
    {"{", "f:1: /: found the end of the file, expected a text in \"quotes\"\n"},
};

static void agenda_json__parse__names_each_mistake(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof mistake_cases / sizeof mistake_cases[0]; i++) {
        check_take(lines_of(mistake_cases[i].text), mistake_cases[i].lines);
    }
}

static void agenda_json__parse__survives_damage(void **state) {
    (void)state;
    static const char replacements[] = "\"{}[],:0\\n";
    char *damaged = mem_copy(whole);
    for (size_t i = 0; i < strlen(whole); i++) {
        for (size_t j = 0; j < sizeof replacements - 1; j++) {
            damaged[i] = replacements[j];
            free(lines_of(damaged));
        }
        damaged[i] = '\0';
        free(lines_of(damaged));
        damaged[i] = whole[i];
    }
    free(damaged);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agenda_json__parse__reads_every_key),
        cmocka_unit_test(agenda_json__write__is_read_back_the_same),
        cmocka_unit_test(agenda_json__write__keeps_the_second_of_a_repeated_hour),
        cmocka_unit_test(agenda_json__parse__local_times_around_a_change),
        cmocka_unit_test(agenda_json__parse__zone_of_the_workshop_or_utc),
        cmocka_unit_test(agenda_json__parse__names_each_mistake),
        cmocka_unit_test(agenda_json__parse__survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
