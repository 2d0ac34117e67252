// SPDX-License-Identifier: MIT
#ifndef USHER_FORMATS_NEAREST_H
#define USHER_FORMATS_NEAREST_H

#include <stddef.h>

// How far apart two short words are: the fewest letters put in, left out, changed
// or swapped with a neighbour (optimal string alignment). Words longer than 40
// bytes are as far from everything as they are long.
size_t nearest_distance(const char *a, const char *b);

#endif
