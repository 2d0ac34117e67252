// SPDX-License-Identifier: MIT
#include "chat/command.h"

// In the order in which help names them.
const struct command commands[] = {
    {"agenda", GROUP_AGENDA, false, "[DAY|all]",
     "The sessions of the day, of another day (2015-09-08), or all.", agenda_run},
    {"now", GROUP_AGENDA, false, "", "What is on now.", now_run},
    {"next", GROUP_AGENDA, false, "", "What comes next, and when.", next_run},
    {"session", GROUP_AGENDA, false, "N|WORDS",
     "One session: times, description, guiding questions, speakers, documents.",
     session_run},
    {"speaker", GROUP_AGENDA, false, "NAME", "When somebody speaks.", speaker_run},
    {"docs", GROUP_REFERENCES, false, "[WORDS] | session N | new",
     "Documents: all, by words of their titles, of one session, or new since "
     "yesterday.",
     docs_run},
    {"doc", GROUP_REFERENCES, false, "ID",
     "One document: title, languages, revisions, link.", doc_run},
    {"links", GROUP_REFERENCES, false, "", "Useful references.", links_run},
    {"workshop", GROUP_REFERENCES, true, "[ID]",
     "Which workshop this is; directly with an ID: the one you mean from now on.",
     workshop_run},
    {"dm", GROUP_REFERENCES, true, "",
     "I write to you directly; there commands need no ! in front.", dm_run},
    {"help", GROUP_REFERENCES, false, "[COMMAND]", "What I can do.", help_run},
    {"ask", GROUP_QUESTIONS, true, "[session N:] TEXT",
     "A question to the panel. A moderator looks at it first; I tell you directly "
     "what becomes of it. The question is kept with your name and address.",
     ask_run},
    {"questions", GROUP_QUESTIONS, false, "[session N] [page N]",
     "The questions that wait for the panel, by votes.", questions_run},
    {"question", GROUP_QUESTIONS, false, "N", "One question.", question_run},
    {"vote", GROUP_QUESTIONS, true, "N",
     "Says that you want question N asked, too; once, and not for your own.", vote_run},
    {"unvote", GROUP_QUESTIONS, true, "N", "Takes your vote back.", unvote_run},
    {"mine", GROUP_QUESTIONS, false, "[page N]", "Your questions and their state.",
     mine_run},
    {"edit", GROUP_QUESTIONS, true, "N TEXT",
     "Rewrites your question while it waits for a moderator.", edit_run},
    {"withdraw", GROUP_QUESTIONS, true, "N", "Takes your question back.", withdraw_run},
    {"queue", GROUP_MODERATORS, false,
     "[pending|approved|asking|answered|dismissed|all] [session N] [page N]",
     "The queue: pending and approved unless you say otherwise; votes first, then "
     "age.",
     queue_run},
    {"approve", GROUP_MODERATORS, true, "N…", "Lets questions through to the queue.",
     approve_run},
    {"dismiss", GROUP_MODERATORS, true, "N [REASON]",
     "Turns a question down; the asker is told the reason.", dismiss_run},
    {"pull", GROUP_MODERATORS, true, "[session N]",
     "The next approved question is asked now, and said in all rooms.", pull_run},
    {"answered", GROUP_MODERATORS, true, "[#N] [TEXT]",
     "Closes the question being asked, with a written answer if you give one.",
     answered_run},
    {"open", GROUP_MODERATORS, true, "[session N]", "Questions are taken again.",
     open_run},
    {"close", GROUP_MODERATORS, true, "[session N]", "No more questions are taken.",
     close_run},
    {"announce", GROUP_MODERATORS, true, "TEXT", "Says a text in all rooms.",
     announce_run},
    {0},
};

const struct command *command_find(struct slice word) {
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (slice_is_nocase(word, command->name)) {
            return command;
        }
    }
    return NULL;
}

const struct command *command_near(struct slice word) {
    enum { SHORTEST = 5 };
    if (word.len < SHORTEST) {
        return NULL;
    }
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command_line_one_edit(word, command->name)) {
            return command;
        }
    }
    return NULL;
}
