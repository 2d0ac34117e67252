// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "chat/call.h"
#include "store/people.h"

static const char *const group_titles[GROUP_COUNT] = {
    [GROUP_AGENDA] = "Agenda",
    [GROUP_REFERENCES] = "References",
    [GROUP_QUESTIONS] = "Questions to the panel",
    [GROUP_MODERATORS] = "Moderators",
};

static void say_group(struct call *call, enum command_group group) {
    struct buf line = {0};
    const char *before = ": ";
    buf_add_str(&line, group_titles[group]);
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command->group == group) {
            buf_printf(&line, "%s%s", before, command->name);
            before = ", ";
        }
    }
    call_take_line(call, buf_take(&line));
}

static void say_one(struct call *call, struct slice word) {
    if (word.data[0] == '!') {
        word = slice_from(word, 1);
    }
    const struct command *command = command_find(word);
    if (command == NULL) {
        call_say_of(call, "No command ", word, ". Say help for all of them.");
        return;
    }
    call_say(call, "%s%s%s", command->name, command->usage[0] != '\0' ? " " : "",
             command->usage);
    call_say(call, "%s%s", command->help,
             command->group == GROUP_MODERATORS ? " For moderators." : "");
}

void help_run(struct call *call) {
    struct slice word = slice_take_word(&call->rest);
    if (word.len > 0) {
        say_one(call, word);
        return;
    }
    for (int group = 0; group < GROUP_MODERATORS + call->by_moderator; group++) {
        say_group(call, (enum command_group)group);
    }
    call_say(call, "In a room begin with ! or my name, directly just say it. "
                   "More of one: help COMMAND");
}

static void choose_workshop(struct call *call, struct slice word) {
    char *id = slice_copy(word);
    const struct workshop *chosen = desk_workshop(call->desk, id);
    free(id);
    if (chosen == NULL) {
        call_say_of(call, "No workshop ", word, ".");
    } else if (call->addressing != ADDRESSED_DIRECTLY && chosen != call->workshop) {
        call_say(call, "This room belongs to %s. Say it to me directly.",
                 call->workshop->id);
    } else if (people_set_workshop(call->desk->store, &call->incoming->person,
                                   chosen->id) != OK) {
        call_check(call, &(struct outcome){.code = OUTCOME_NOT_STORED});
    } else {
        call->workshop = chosen;
    }
}

static void say_workshop(struct call *call) {
    const struct agenda *agenda = &call->workshop->agenda;
    call_say(call, "%s: %s", call->workshop->id, workshop_title(call->workshop));
    if (agenda->organizer != NULL) {
        call_say(call, "Organised by %s", agenda->organizer);
    }
    if (agenda->venue != NULL) {
        call_say(call, "%s", agenda->venue);
    }
}

static void say_others(struct call *call) {
    if (call->desk->workshop_count < 2) {
        return;
    }
    struct buf line = {0};
    for (size_t i = 0; i < call->desk->workshop_count; i++) {
        buf_printf(&line, "%s%s", i == 0 ? "Workshops: " : ", ",
                   call->desk->workshops[i].id);
    }
    call_take_line(call, buf_take(&line));
}

void workshop_run(struct call *call) {
    struct slice word = slice_take_word(&call->rest);
    if (word.len > 0) {
        choose_workshop(call, word);
    }
    if (call->reply.lines == 0) {
        say_workshop(call);
        say_others(call);
    }
}

// What is said to a person opens a direct room where the network has rooms for that.
void dm_run(struct call *call) {
    static const char here[] = "Here we talk directly: say help for what I can do.";
    const struct person *person = &call->incoming->person;
    if (call->incoming->room == NULL) {
        call_say(call, "%s", here);
        return;
    }
    call->desk->welcome(call->desk->context, person->network, person->identity);
    if (desk_tell(call->desk, person->network, person->identity, here) != OK) {
        call_check(call, &(struct outcome){.code = OUTCOME_NOT_STORED});
    } else {
        call_say(call, "I wrote to you directly.");
    }
}

void links_run(struct call *call) {
    const struct agenda *agenda = &call->workshop->agenda;
    if (agenda->url != NULL) {
        call_take_item(
            call, str_printf("%s: %s", workshop_title(call->workshop), agenda->url));
    }
    for (size_t i = 0; i < agenda->link_count; i++) {
        call_take_item(
            call, str_printf("%s: %s", agenda->links[i].title, agenda->links[i].url));
    }
    if (call->reply.lines == 0) {
        call_say(call, "No links.");
    }
}
