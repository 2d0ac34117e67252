// SPDX-License-Identifier: MIT
#include "net/matrix/tell.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/matrix/direct.h"
#include "net/matrix/pill.h"
#include "net/matrix/receipts.h"

static const enum incoming_kind incoming_kinds[] = {
    [MATRIX_EVENT_MESSAGE] = INCOMING_TEXT,
    [MATRIX_EVENT_EDIT] = INCOMING_EDIT,
    [MATRIX_EVENT_REDACTION] = INCOMING_REDACTION,
    [MATRIX_EVENT_REACTION] = INCOMING_REACTION,
};

// What an answer to it is a reply to: what was said. That is gone after a redaction,
// which may also be of a reaction.
static const char *reply_to(const struct matrix_event *event) {
    switch (event->kind) {
    case MATRIX_EVENT_MESSAGE:
        return event->id;
    case MATRIX_EVENT_EDIT:
        return event->of;
    default:
        return NULL;
    }
}

static bool mentions(const struct matrix_event *event, const char *user) {
    char *word = str_printf(" %s ", user);
    bool found = event->mentioned != NULL && strstr(event->mentioned, word) != NULL;
    free(word);
    return found;
}

void matrix_tell(struct matrix *matrix, const struct matrix_room_state *room,
                 const struct matrix_event *event, bool may_be_old) {
    if (!matrix_room_is_heard(room) || strcmp(event->sender, matrix->own_id) == 0) {
        return;
    }
    if (room->name == NULL) {
        matrix_direct_welcome(matrix->direct, event->sender);
    }
    char *name = matrix_room_name_of(room, event->sender);
    char *text = matrix_pill_open(event->text, matrix->own_id);
    struct incoming incoming = {
        .kind = incoming_kinds[event->kind],
        .person = {.network = matrix->network.name,
                   .identity = event->sender,
                   .account = event->sender,
                   .name = name},
        .room = room->name,
        .back = {.kind = TARGET_ROOM,
                 .network = matrix->network.name,
                 .id = room->name != NULL ? room->name : room->id,
                 .reply_to = reply_to(event),
                 .thread = event->thread,
                 .mention = event->sender},
        .text = text,
        .of = event->of,
        .event = event->id,
        .sent_ms = event->sent_ms,
        .own_names = matrix->names,
        .mentions_bot = mentions(event, matrix->own_id),
        .may_be_old = may_be_old,
    };
    matrix->network.events->message(matrix->network.context, &matrix->network,
                                    &incoming);
    if (!matrix_only_looks(matrix)) {
        matrix_receipts_note(matrix->receipts, room->id, event->id);
    }
    free(text);
    free(name);
}
