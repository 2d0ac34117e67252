// SPDX-License-Identifier: MIT
#include "app/check_rooms.h"

#include <stdlib.h>
#include <string.h>

#include "formats/fields.h"
#include "formats/json_file.h"

struct checking {
    struct json_file file;
    const struct check_network *networks;
    size_t network_count;
    struct mistakes *mistakes;
};

static void add_mistake(const struct checking *checking, const char *pointer,
                        const char *sentence, const char *expected) {
    char *found = fields_quoted(sentence);
    json_file_mistake(&checking->file, checking->mistakes, pointer, found, expected);
    free(found);
}

static void warn(const struct checking *checking, const char *pointer,
                 const char *sentence) {
    if (sentence != NULL) {
        json_file_warn(&checking->file, checking->mistakes, pointer, sentence);
    }
}

static void free_report(struct network_report *report) {
    free(report->hindrance);
    free(report->remark);
}

// --- networks ---

// NULL for a console.
static const struct check_network *find(const struct checking *checking,
                                        const char *name) {
    for (size_t i = 0; i < checking->network_count; i++) {
        if (strcmp(checking->networks[i].network->name, name) == 0) {
            return &checking->networks[i];
        }
    }
    return NULL;
}

static struct network_report inspect(const struct check_network *one,
                                     const char *room) {
    struct network_report report = {0};
    one->network->functions->inspect(one->network, room, &report);
    return report;
}

static bool is_signed_on(const struct check_network *one,
                         const struct network_report *report) {
    return one->link != CHECK_DOWN && report->is_in;
}

static const char *first_of(const char *first, const char *second, const char *third) {
    const char *text = first != NULL ? first : second;
    return text != NULL ? text : third;
}

static void check_network(const struct checking *checking,
                          const struct check_network *one) {
    struct network_report report = inspect(one, NULL);
    const char *trouble = table_get(&one->troubles, "");
    struct buf pointer = {0};
    buf_add_str(&pointer, "/networks");
    json_pointer_add_key(&pointer, one->network->name);
    if (!is_signed_on(one, &report)) {
        add_mistake(checking, buf_str(&pointer),
                    first_of(report.hindrance, trouble, "no answer in time"),
                    "to sign on");
    } else {
        if (report.hindrance != NULL) {
            add_mistake(checking, buf_str(&pointer), report.hindrance, "to sign on");
        }
        warn(checking, buf_str(&pointer), trouble);
        warn(checking, buf_str(&pointer), report.remark);
    }
    buf_finish(&pointer);
    free_report(&report);
}

// --- rooms ---

// What was told of a room that all is well with is news all the same.
static void check_room(const struct checking *checking, const struct check_network *one,
                       const struct room *room, const char *pointer) {
    static const char expected[] = "to join, hear and speak there";
    struct network_report report = inspect(one, room->name);
    const char *trouble = table_get(&one->troubles, room->name);
    if (!report.is_in) {
        add_mistake(checking, pointer,
                    first_of(trouble, report.hindrance, "no answer in time"), expected);
    } else if (report.hindrance != NULL) {
        add_mistake(checking, pointer, report.hindrance, expected);
    } else {
        warn(checking, pointer, trouble);
    }
    free_report(&report);
}

// Where the network is not there, its own mistake says enough.
static void check_list(const struct checking *checking, struct buf *pointer,
                       const struct room *rooms, size_t count) {
    size_t len = pointer->len;
    for (size_t i = 0; i < count; i++) {
        const struct check_network *one = find(checking, rooms[i].network);
        if (one == NULL) {
            continue;
        }
        struct network_report report = inspect(one, NULL);
        if (is_signed_on(one, &report)) {
            json_pointer_add_index(pointer, i);
            check_room(checking, one, &rooms[i], buf_str(pointer));
            json_pointer_cut(pointer, len);
        }
        free_report(&report);
    }
}

// On a console anybody moderates.
static bool has_moderator(const struct checking *checking, const struct room *room) {
    const struct check_network *one = find(checking, room->network);
    if (one == NULL) {
        return true;
    }
    struct network_report report = inspect(one, room->name);
    free_report(&report);
    return report.has_named_operator || (report.has_operator && room->trust_operators);
}

// Operators may come later; hence no mistake.
static void check_moderators(const struct checking *checking,
                             const struct workshop *workshop, const char *pointer) {
    if (workshop->moderator_count > 0) {
        return;
    }
    for (size_t i = 0; i < workshop->moderator_room_count; i++) {
        if (has_moderator(checking, &workshop->moderator_rooms[i])) {
            return;
        }
    }
    warn(checking, pointer,
         "nobody can moderate: there are no \"moderators\", and nobody in "
         "\"moderator_rooms\" is an operator now");
}

static void check_workshop(const struct checking *checking,
                           const struct workshop *workshop) {
    struct buf pointer = {0};
    buf_add_str(&pointer, "/workshops");
    json_pointer_add_key(&pointer, workshop->id);
    size_t len = pointer.len;
    size_t before = checking->mistakes->mistake_count;
    json_pointer_add_key(&pointer, "rooms");
    check_list(checking, &pointer, workshop->rooms, workshop->room_count);
    json_pointer_cut(&pointer, len);
    json_pointer_add_key(&pointer, "moderator_rooms");
    check_list(checking, &pointer, workshop->moderator_rooms,
               workshop->moderator_room_count);
    json_pointer_cut(&pointer, len);
    // Who is in a room that could not be looked into is not known.
    if (checking->mistakes->mistake_count == before) {
        check_moderators(checking, workshop, buf_str(&pointer));
    }
    buf_finish(&pointer);
}

void check_rooms(const char *file, const struct config *config,
                 const struct check_network *networks, size_t network_count,
                 struct mistakes *mistakes) {
    struct checking checking = {
        .networks = networks, .network_count = network_count, .mistakes = mistakes};
    if (json_file_read(&checking.file, file, mistakes) == OK) {
        for (size_t i = 0; i < network_count; i++) {
            check_network(&checking, &networks[i]);
        }
        for (size_t i = 0; i < config->workshop_count; i++) {
            check_workshop(&checking, &config->workshops[i]);
        }
    }
    json_file_finish(&checking.file);
}
