# SPDX-License-Identifier: MIT
"""Holds the includes of src/ against the arrows of the architecture.

usage: architecture.py SOURCE_DIR [CC]
Also: library headers only where their adapter is, no cycle, every header compiles
alone. First shows on a made-up tree that a wrong include would be found.
"""

import concurrent.futures
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# What each folder may include beside itself.
_BELOW_ACTIONS = {"base", "core", "store", "formats", "documents", "fetch", "outbox"}
_ALLOWED = {
    "base": set(),
    "core": {"base"},
    "store": {"base", "core"},
    **{folder: {"base", "core", "store"}
       for folder in ("formats", "documents", "fetch", "outbox")},
    "actions": _BELOW_ACTIONS,
    **{folder: _BELOW_ACTIONS | {"actions"} for folder in ("chat", "net", "web")},
}
_ALLOWED["app"] = set(_ALLOWED) | {"app"}
_ALLOWED["main.c"] = {"app", "base"}

# Folders whose files may include a library's headers.
_LIBRARIES = {
    "sqlite3.h": {"store"},
    "curl/": {"fetch", "net/irc"},
    "libircclient.h": {"net/irc"},
    "gsasl.h": {"net/irc"},
    "openssl/": {"net/irc"},
    "cjson/": {"formats", "net/matrix", "app"},
    "libical/": {"base"},
    "utf8proc.h": {"base"},
}

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def folder_of(path):
    """The folder of a file of src/ ("net/irc/wire.c" -> "net"), or the file itself."""
    return path.split("/")[0]


def place_of(path):
    """Like folder_of, with a network's own folder ("net/irc")."""
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "net" and len(parts) > 2 else parts[0]


def mistakes_in(path, text):
    for kind, target in _INCLUDE.findall(text):
        if kind == '"':
            yield from wrong_arrow(path, target)
        else:
            yield from wrong_library(path, target)


def wrong_arrow(path, target):
    source, goal = folder_of(path), folder_of(target)
    if source not in _ALLOWED:
        yield f"{path}: the folder {source} has no place in the architecture"
    elif source != goal and goal not in _ALLOWED[source]:
        yield f"{path}: {source} may not include {target}"
    elif source == goal == "net" and "/" in target[4:] and (
            place_of(path) != place_of(target)):
        yield f"{path}: networks may not include each other ({target})"


def wrong_library(path, target):
    for header, places in _LIBRARIES.items():
        if target.startswith(header) and place_of(path) not in places:
            yield f"{path}: <{target}> belongs to {', '.join(sorted(places))}"


def mistakes_of_tree(source):
    for path in sorted(source.rglob("*.[ch]")):
        yield from mistakes_in(str(path.relative_to(source)), path.read_text())


def headers_that_fail(source, compiler):
    def compiles(header):
        name = str(header.relative_to(source))
        done = subprocess.run(
            [compiler, "-std=c17", "-D_POSIX_C_SOURCE=200809L", "-fsyntax-only",
             "-I", str(source), "-x", "c", "-"],
            input=f'#include "{name}"\n', text=True, capture_output=True)
        return None if done.returncode == 0 else f"{name} does not compile alone"

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        yield from filter(None, pool.map(compiles, sorted(source.rglob("*.h"))))


def prove_that_it_finds():
    wrong = {
        "core/a.c": '#include "store/store.h"\n',
        "net/irc/a.c": '#include "net/matrix/matrix.h"\n',
        "chat/a.c": '#include "net/network.h"\n',
        "chat/b.c": "#include <cjson/cJSON.h>\n",
        "odd/a.c": '#include "base/buf.h"\n',
        "base/a.c": '#  include "core/agenda.h"\n',
    }
    right = {"net/irc/b.c": '#include "net/network.h"\n#include <curl/curl.h>\n'}
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        for path, text in {**wrong, **right}.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text)
        found = {mistake.split(":")[0] for mistake in mistakes_of_tree(tree)}
    assert found == set(wrong), f"found {found}"


def main():
    source = Path(sys.argv[1]).resolve()
    prove_that_it_finds()
    mistakes = [*mistakes_of_tree(source),
                *headers_that_fail(source, (sys.argv + ["cc"])[2])]
    for mistake in mistakes:
        print(mistake)
    print(f"{len(mistakes)} mistakes in the architecture")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
