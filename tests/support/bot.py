# SPDX-License-Identifier: MIT
"""The bot itself: writes its configuration, runs it, kills it, reads its log."""

import datetime
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from .processes import WAIT_S, end
from .recorder import Recorder

USHER = os.environ.get("USHER", "build/dev/usher")
_SANITIZER_WORDS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:")


class WorkshopClock:
    """The agenda's clock, which goes on while the bot is away."""

    def __init__(self, start):
        self.set(start)

    def set(self, start):
        self._start = datetime.datetime.fromisoformat(start)
        self._set_at = time.monotonic()

    def now(self):
        passed = datetime.timedelta(seconds=time.monotonic() - self._set_at)
        return (self._start + passed).isoformat(timespec="seconds")


class Bot:
    """One configuration in `directory`; may be started again after it ended.

    `log` is the lines of standard error of all runs, `said` those of standard
    output. Whatever a sanitizer finds fails the test when the bot ends.
    """

    def __init__(self, directory, configuration, clock=None, within=()):
        """`within` is the command that runs the bot, if it is not to run by itself."""
        self.directory = Path(directory)
        self.configuration = self.directory / "usher.json"
        self.configuration.write_text(json.dumps(configuration, indent=2))
        self.clock = clock
        self.within = list(within)
        self.log = Recorder("log of the bot")
        self.said = Recorder("output of the bot")
        self._process = None
        self._readers = []

    def start(self):
        """Starts it without waiting for anything."""
        command = [*self.within, USHER, "run", "-c", str(self.configuration)]
        if self.clock:
            command += ["--clock", self.clock.now()]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self._readers = [
            _record(self._process.stdout, self.said),
            _record(self._process.stderr, self.log)]

    def start_ready(self):
        """Starts it, and waits until all its networks are there."""
        since = len(self.log)
        self.start()
        self.wait_log("event=ready", since)
        return self

    @property
    def pid(self):
        return self._process.pid

    def type(self, line):
        """Types a line on the console; the place in `said` where answers begin."""
        since = len(self.said)
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()
        return since

    def wait_log(self, part, since=0):
        return self.log.wait_for(lambda line: part in line, since, repr(part))

    def wait_said(self, part, since=0):
        return self.said.wait_for(lambda line: part in line, since, repr(part))

    def kill(self):
        """As a power cut would: nothing of it runs any further."""
        self._process.kill()
        self._reap()

    def terminate(self):
        """SIGTERM; it must end by itself, and well."""
        self._process.send_signal(signal.SIGTERM)
        code = self._reap()
        if code != 0:
            raise AssertionError(f"exit code {code} after SIGTERM:\n{self._log_tail()}")

    def end_of_input(self):
        """Closes the console, and waits for the end; the exit code."""
        self._process.stdin.close()
        return self._reap()

    def wait_exit(self):
        """Waits for an end of its own; the exit code."""
        return self._reap()

    def _reap(self):
        code = self._process.wait(WAIT_S)
        for reader in self._readers:
            reader.join(WAIT_S)
        self._process.stdin.close()
        self.check_sanitizers()
        return code

    def check_sanitizers(self):
        if any(word in line for line in self.log.all() for word in _SANITIZER_WORDS):
            raise AssertionError(f"a sanitizer found:\n{self._log_tail()}")

    def _log_tail(self):
        return "\n".join(self.log.all()[-80:])

    def export(self, workshop):
        """The questions as `usher questions export` writes them."""
        result = self.run("questions", "export", "-c", str(self.configuration),
                          "--workshop", workshop, "--format", "json")
        if result.returncode != 0:
            raise AssertionError(f"export: {result.returncode} {result.stderr}")
        return json.loads(result.stdout)["questions"]

    @staticmethod
    def run(*arguments, text=""):
        """Runs another command of the program to its end."""
        return subprocess.run([USHER, *arguments], input=text, text=True,
                              capture_output=True, timeout=WAIT_S)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self._process and self._process.poll() is None:
            end(self._process)
            self._process.stdin.close()
        if failure[0]:
            print(f"log of the bot:\n{self._log_tail()}")


def _record(stream, recorder):
    def read():
        with stream:
            for line in stream:
                recorder.add(line.decode("utf-8", "replace").rstrip("\n"))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    return reader
