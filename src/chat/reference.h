// SPDX-License-Identifier: MIT
#ifndef USHER_CHAT_REFERENCE_H
#define USHER_CHAT_REFERENCE_H

#include "chat/command.h"
#include "store/events.h"

// What people do to a message that is known to be about a question. Who edits the one
// that asked it gives it a new text, who takes that back withdraws it; a thumb up
// votes, as long as it is there; a moderator's tick or cross approves or dismisses.
// Changes all, so carried out whatever their age; what means nothing here is ignored.

// `event` is what call->incoming is `of`.
void reference_run(struct call *call, const struct event *event);

#endif
