# SPDX-License-Identifier: MIT
"""Files with secrets, as the bot accepts them."""

from pathlib import Path


def secret_file(directory, name, text):
    """A new file that only its owner can read; its name relative to `directory`."""
    path = Path(directory) / name
    path.write_text(text)
    path.chmod(0o600)
    return name
