# SPDX-License-Identifier: MIT
"""What the tests on real servers share: a folder each, an agenda, the ending."""

import contextlib
import json
import re
import tempfile
import unittest
from pathlib import Path

AGENDA = {
    "title": "Test workshop",
    "timezone": "Europe/Zurich",
    "sessions": [
        {"id": "1", "title": "Opening", "start": "2015-09-08T14:30",
         "end": "2015-09-08T16:00", "room": "Room A"},
        {"id": "2", "title": "Closing", "start": "2015-09-08T16:00",
         "end": "2015-09-08T17:30", "room": "Room B"}],
}
SESSION_1 = "Session 1: Opening, 14:30-16:00 CEST, Room A"
SESSION_2 = "Session 2: Closing, 16:00-17:30 CEST, Room B"
LATE = re.compile(r" \(late: you said this at [^)]*\)$")


def less_late(text):
    """A text of the bot without the mark of what is answered late."""
    return LATE.sub("", text)


def workshop(**parts):
    """A workshop of the configuration, on the agenda above."""
    return {"agenda": "agenda.json", **parts}


class NetCase(unittest.TestCase):
    """`self.directory` is a new folder with agenda.json; `self.use(x)` enters a
    context that ends with the test, the latest first."""

    def setUp(self):
        self._stack = contextlib.ExitStack()
        self.addCleanup(self._stack.close)
        self.directory = Path(self.use(tempfile.TemporaryDirectory()))
        (self.directory / "agenda.json").write_text(json.dumps(AGENDA))

    def use(self, context):
        return self._stack.enter_context(context)
