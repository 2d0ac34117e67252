# SPDX-License-Identifier: MIT
"""What a participant or a program has heard so far, in order, to be waited on."""

import threading
import time

from .processes import WAIT_S


class Recorder:
    """A list that one thread fills while another waits for something in it."""

    def __init__(self, name):
        self.name = name
        self._items = []
        self._changed = threading.Condition()
        self._closed = None

    def add(self, item):
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def close(self, reason):
        """Nothing more will come: whoever still waits fails at once."""
        with self._changed:
            self._closed = self._closed or reason
            self._changed.notify_all()

    def __len__(self):
        return len(self._items)

    def all(self, since=0):
        with self._changed:
            return self._items[since:]

    def wait_for(self, predicate, since=0, what=None, seconds=WAIT_S):
        """The first item from `since` on for which `predicate` holds, once there."""
        deadline = time.monotonic() + seconds
        position = since
        with self._changed:
            while True:
                while position < len(self._items):
                    position += 1
                    if predicate(self._items[position - 1]):
                        return self._items[position - 1]
                left = deadline - time.monotonic()
                if self._closed or left <= 0:
                    raise AssertionError(self._complaint(what, since))
                self._changed.wait(left)

    def _complaint(self, what, since):
        heard = "\n".join(f"  {item}" for item in self._items[since:][-40:])
        return (f"{self.name}: {what or 'what was waited for'} did not come "
                f"({self._closed or 'time is up'}); heard since then:\n{heard}")
