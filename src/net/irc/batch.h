// SPDX-License-Identifier: MIT
#ifndef USHER_NET_IRC_BATCH_H
#define USHER_NET_IRC_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/irc/line.h"

// The batches that the server has begun and not ended (IRCv3 batch): which lines
// belong together, and which answer a labelled command of ours (labeled-response).
// Nothing is held back for a batch: it tells of its lines only what they are. Of more
// than LIMIT_IRC_BATCHES the oldest is forgotten, as if it had ended, so that one
// that never ends is in nobody's way. A nested batch takes over what the outer one
// is, so that no chain is followed.

enum irc_batch_kind {
    IRC_BATCH_OTHER,   // its lines mean what they mean elsewhere
    IRC_BATCH_HISTORY, // "chathistory": said earlier
    IRC_BATCH_TARGETS, // "draft/chathistory-targets"
};

struct irc_batch {
    char *reference;
    enum irc_batch_kind kind;
    char *target;   // the first parameter of its type; "" without one
    char *label;    // of the command that it answers; "" without one
    uint64_t group; // the same for a history and all that is nested in it; from 1
    bool is_nested; // in a history
};

struct irc_batches {
    struct irc_batch open[LIMIT_IRC_BATCHES]; // oldest first
    size_t count;
    uint64_t groups; // numbered so far
    struct buf tag;  // scratch
};

void irc_batches_finish(struct irc_batches *batches);
void irc_batches_clear(struct irc_batches *batches); // for a new connection

// BATCH +reference: the batch it begins, NULL when the line is malformed. Borrowed
// until the next call that changes the batches, as are all results.
const struct irc_batch *irc_batches_begin(struct irc_batches *batches,
                                          const struct irc_line *line);

// BATCH -reference: the batch it ends, NULL when none such is open. It is forgotten
// by irc_batches_forget.
const struct irc_batch *irc_batches_ended(const struct irc_batches *batches,
                                          const struct irc_line *line);
void irc_batches_forget(struct irc_batches *batches, const struct irc_batch *batch);

// The batch the line belongs to; NULL when it is in none that is known.
const struct irc_batch *irc_batches_of(struct irc_batches *batches,
                                       const struct irc_line *line);

// The label of our command that the line answers, its own or that of its batch; empty
// when it has none. Borrowed until the next call.
struct slice irc_batches_label(struct irc_batches *batches,
                               const struct irc_line *line);

#endif
