// SPDX-License-Identifier: MIT
#ifndef USHER_CHAT_COMMAND_H
#define USHER_CHAT_COMMAND_H

#include "actions/participant.h"
#include "chat/command_line.h"

// The table of commands: dispatch, rights, help and near misses all come from it.

// One command under way.
struct call {
    struct desk *desk;
    const struct incoming *incoming;
    const struct workshop *workshop;
    enum addressing addressing;
    bool by_moderator;
    bool is_present;      // said in one of the workshop's rooms
    struct slice rest;    // the arguments
    struct message reply; // what the handler answers; empty: nothing
};

enum command_group {
    GROUP_AGENDA,
    GROUP_REFERENCES,
    GROUP_QUESTIONS,
    GROUP_MODERATORS,
    GROUP_COUNT,
};

struct command {
    const char *name;
    enum command_group group; // GROUP_MODERATORS: theirs alone
    bool changes;             // carried out whatever its age
    const char *usage;        // without the name
    const char *help;         // one sentence
    void (*run)(struct call *call);
};

// All commands by name; ends with a NULL name.
extern const struct command commands[];

const struct command *command_find(struct slice word);

// The command a word of five letters or more was probably meant to be; NULL when
// none is one edit away.
const struct command *command_near(struct slice word);

// Handlers, one file a family: help.c, agenda_commands.c, document_commands.c,
// question_commands.c, queue_commands.c.
void help_run(struct call *call);
void workshop_run(struct call *call);
void links_run(struct call *call);
void dm_run(struct call *call);
void agenda_run(struct call *call);
void now_run(struct call *call);
void next_run(struct call *call);
void session_run(struct call *call);
void speaker_run(struct call *call);
void docs_run(struct call *call);
void doc_run(struct call *call);
void ask_run(struct call *call);
void questions_run(struct call *call);
void question_run(struct call *call);
void vote_run(struct call *call);
void unvote_run(struct call *call);
void mine_run(struct call *call);
void edit_run(struct call *call);
void withdraw_run(struct call *call);
void queue_run(struct call *call);
void approve_run(struct call *call);
void dismiss_run(struct call *call);
void pull_run(struct call *call);
void answered_run(struct call *call);
void open_run(struct call *call);
void close_run(struct call *call);
void announce_run(struct call *call);

#endif
