#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every C file as clang-format writes it. usage: format.sh SOURCE_DIR
set -euo pipefail
find "$1/src" "$1/tests" -name '*.[ch]' -print0 |
    xargs -0 clang-format --dry-run -Werror --style=file
