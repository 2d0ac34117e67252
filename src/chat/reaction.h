// SPDX-License-Identifier: MIT
#ifndef USHER_CHAT_REACTION_H
#define USHER_CHAT_REACTION_H

#include "base/slice.h"

// What an emoji says when it is stuck to a message about a question.

enum reaction { REACTION_NONE, REACTION_VOTE, REACTION_APPROVE, REACTION_DISMISS };

// Skin tone (Unicode's emoji modifiers) and variation selectors make no difference.
enum reaction reaction_parse(struct slice text);

#endif
