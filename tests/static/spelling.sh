#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# codespell over what git tracks; without git over all. usage: spelling.sh SOURCE_DIR
set -euo pipefail
cd "$1"
git ls-files -z 2>/dev/null | xargs -0 codespell --skip='*.pdf,*.pptx,*.png' \
    --ignore-words-list='nwo,conten'
