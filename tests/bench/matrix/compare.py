# SPDX-License-Identifier: MIT
"""usher beside a matrix-bot-sdk bot and a bare Python client on one Synapse, a room
each, in alternating rounds.

Prints ratios with the design's figures beside them; exits 0 whatever they are.
usage: compare.py USHER PEERS [ROUNDS [QUESTIONS [BURST]]]
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
from support.certificates import Authority  # noqa: E402
from support.matrix_client import create_user  # noqa: E402
from support.processes import end  # noqa: E402
from support.secret import secret_file  # noqa: E402
from support.synapse import Synapse  # noqa: E402

AGENDA = {"title": "Bench", "timezone": "UTC", "sessions": [
    {"id": "1", "title": "Best practices for measuring", "start": "2015-09-08T14:30",
     "end": "2015-09-08T16:00", "room": "Room A"}]}
ANSWER = ("Session 1: Best practices for measuring, 14:30-16:00 UTC, Room A"
          " (ends in 1 hour 15 minutes)")
CPUCLOCK_SCHED = 2  # of linux/posix-timers.h: what clock_getcpuclockid gives


class Side:
    """A bot with its room; `cpu` is of all its threads."""

    def __init__(self, name, command, room, cwd=None, ready="ready"):
        self.name = name
        self.room = room
        self.results = []
        self._process = subprocess.Popen(
            command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self._process.stdout:
            if ready in line:
                return
        raise SystemExit(f"{name} did not get ready")

    def cpu(self):
        return time.clock_gettime(~self._process.pid << 3 | CPUCLOCK_SCHED)

    def memory(self, field):
        text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.M)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self._process)
        self._process.stdout.close()


class Asker:
    """Asks in a room and counts the answers there."""

    def __init__(self, client):
        self._client = client
        self._at = 0

    def ask(self, side, count, at_once):
        """`count` questions, never more than `at_once` without their answer."""
        self._at = len(self._client.heard)
        for asked in range(count):
            self._client.say(side.room, "!session 1")
            if (asked + 1) % at_once == 0 or asked + 1 == count:
                for _ in range(asked % at_once + 1):
                    self._wait_answer(side.room)

    def _wait_answer(self, room):
        def is_answer(event):
            self._at += 1
            return (event["room_id"] == room
                    and event["content"].get("msgtype") == "m.notice")
        self._client.heard.wait_for(is_answer, self._at, f"an answer in {room}")


def usher(directory, usher_path, synapse, alias, room):
    (directory / "agenda.json").write_text(json.dumps(AGENDA))
    secret = synapse.bot(directory)["password_file"]
    path = directory / "usher.json"
    path.write_text(json.dumps({
        "store": "sqlite:usher.db",
        "networks": {"itu": {"type": "matrix", "homeserver": synapse.url,
                             "user": "@usher:localhost", "password_file": secret}},
        "workshops": {"bench": {
            "agenda": "agenda.json", "rooms": [{"network": "itu", "room": alias}],
            "limits": {"commands_per_person_per_minute": 1000000,
                       "answers_per_room_per_minute": 1000000}}}}))
    return Side("usher", [usher_path, "run", "-c", path, "--clock",
                          "2015-09-08T14:45:00Z"], room, ready="event=ready")


def peers(synapse, folder, asker):
    for name, title, program in (
            ("sdk", "matrix-bot-sdk", ["node", HERE / "bot.js"]),
            ("bare", "bare Python", [sys.executable, HERE / "bare.py"])):
        account = create_user(synapse.url, name, "secret")
        room = asker.create_room(name)
        command = [*program, synapse.url, account["access_token"], f"#{name}:localhost",
                   ANSWER]
        yield Side(title, command, room, cwd=folder)


def measure(asker, side, questions, burst):
    results = []
    for count, at_once in ((questions, 1), (burst, 20)):
        before = side.cpu()
        asker.ask(side, count, at_once)
        results.append((side.cpu() - before) * 1e6 / count)
    return results


def show(name, values, unit, figures):
    """The first of `values` is usher's; `figures` are what is to be reached beside the
    others."""
    print(f"{name:<28}" + "".join(f"{value:>14.0f}" for value in values) + f" {unit:<4}"
          + "".join(f"   1/{value / values[0]:.1f} (<= {figure})"
                    for value, figure in zip(values[1:], figures)))


def main():
    usher_path, folder = (Path(path).resolve() for path in sys.argv[1:3])
    rounds, questions, burst = (list(map(int, sys.argv[3:])) + [5, 100, 200][
        len(sys.argv) - 3:])
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        synapse = stack.enter_context(Synapse(Authority(directory / "ca")))
        client = stack.enter_context(synapse.participant("asker"))
        asker = Asker(client)
        sides = [stack.enter_context(usher(directory, usher_path, synapse,
                                           "#usher:localhost",
                                           client.create_room("usher")))]
        sides += [stack.enter_context(side) for side in peers(synapse, folder, client)]
        for side in sides:  # not measured: what is only done once
            measure(asker, side, 20, 20)
        for _ in range(rounds):
            for side in sides:
                side.results.append(measure(asker, side, questions, burst))
        middle = [[statistics.median(column) for column in zip(*side.results)]
                  for side in sides]
        print(f"{'':<28}" + "".join(f"{side.name:>14}" for side in sides))
        show("CPU an answer, one by one", [one[0] for one in middle], "µs", ("1/10", "1/4"))
        show("CPU an answer, 20 at once", [one[1] for one in middle], "µs", ("1/10", "1/4"))
        for field in ("Pss", "Private_Dirty"):
            show(f"memory, {field}", [side.memory(field) for side in sides], "KiB",
                 ("-", "-"))
        print(f"medians of {rounds} alternating rounds of {questions} and {burst} "
              f"questions; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
