# SPDX-License-Identifier: MIT
"""clang-tidy over all sources of src/, two at a time.

usage: tidy.py SOURCE_DIR BUILD_DIR
What was clean is remembered by the content of the file, of all headers and of the
settings, so that only what changed is looked at again.
"""

import concurrent.futures
import hashlib
import subprocess
import sys
from pathlib import Path


def digest(paths):
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.digest()


def main():
    source, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    cache = build / "tidy"
    cache.mkdir(exist_ok=True)
    shared = digest([source / ".clang-tidy", *sorted((source / "src").rglob("*.h"))])

    def check(path):
        key = hashlib.sha256(
            shared + str(path.relative_to(source)).encode() + path.read_bytes())
        mark = cache / key.hexdigest()
        if mark.exists():
            return ""
        done = subprocess.run(["clang-tidy", "--quiet", "-p", str(build), str(path)],
                              capture_output=True, text=True)
        if done.returncode == 0:
            mark.touch()
            return ""
        return done.stdout or done.stderr

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        complaints = [text for text in pool.map(
            check, sorted((source / "src").rglob("*.c"))) if text]
    print("".join(complaints) + f"{len(complaints)} files with complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
