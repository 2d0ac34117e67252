// SPDX-License-Identifier: MIT
#ifndef USHER_NET_MATRIX_PILL_H
#define USHER_NET_MATRIX_PILL_H

// A person named at the front of a message. Most clients put the display name into the
// plain text; some put a link in the manner of Markdown there, "[NAME](https://matrix.
// to/#/@user:server)", which is brought to the user id alone.

// The text, its link to that user replaced; a copy, the caller frees.
char *matrix_pill_open(const char *text, const char *user);

#endif
