// SPDX-License-Identifier: MIT
#ifndef USHER_APP_CHECK_ONLINE_H
#define USHER_APP_CHECK_ONLINE_H

#include "app/config.h"

// What only the networks can say about a configuration without mistakes: signs on to
// each, joins its rooms and leaves again, and adds a mistake for each network that
// can't be signed on to and each room that can't be joined, heard or spoken in, and a
// warning where nobody could moderate. Says nothing in any room; writes nothing to the
// store, which need not exist. A bot that runs on the same accounts is not disturbed,
// but may be seen in the channels beside this one, under another nick.
//
// `file` is the configuration's, read again for the lines. ERR_UNAVAILABLE when there
// is no loop to be had, ERR_IO when it was interrupted; then nothing was found out.
enum err check_online(const char *file, const struct config *config,
                      struct mistakes *mistakes, struct error *error) ATTR_MUST_USE;

#endif
