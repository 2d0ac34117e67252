# SPDX-License-Identifier: MIT
"""The chroot with the servers that Debian 12 does not have (make_servers.sh)."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("USHER_TEST_ROOT", "/var/cache/usher-test")) / "sid"

needs_chroot = unittest.skipUnless(
    (ROOT / ".complete").exists(), f"{ROOT} with Synapse and ergo could not be made")


def command(*arguments):
    """The command that runs `arguments` in the chroot, also for who is not root."""
    as_root = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user"]
    return [*as_root, "chroot", str(ROOT), *map(str, arguments)]


class Folder:
    """A new folder in the chroot: `outside` is its path here, `inside` in there."""

    def __init__(self):
        self.outside = Path(tempfile.mkdtemp(prefix="usher-", dir=ROOT / "tmp"))
        self.inside = Path("/") / self.outside.relative_to(ROOT)

    def remove(self):
        shutil.rmtree(self.outside, ignore_errors=True)
