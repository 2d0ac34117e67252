# SPDX-License-Identifier: MIT
"""How long usher takes for one /sync of so many events, and how much memory.

In one answer, over 100 rooms and over one; and as a gap of one room that is filled by
/messages (LIMIT_MATRIX_GAP_EVENTS of it). A quarter of the events beside it shows
whether the time grows faster than they do. Exits 0 whatever is measured.
usage: sync.py USHER [EVENTS]
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import homeserver  # noqa: E402
from support.processes import WAIT_S, end  # noqa: E402
from support.secret import secret_file  # noqa: E402

CPUCLOCK_SCHED = 2  # of linux/posix-timers.h: what clock_getcpuclockid gives


def configuration(directory, url, rooms):
    (directory / "agenda.json").write_text(json.dumps(
        {"title": "Bench", "timezone": "UTC", "sessions": [
            {"id": "1", "title": "Measuring", "start": "2015-09-08T14:30",
             "end": "2015-09-08T16:00"}]}))
    secret = secret_file(directory, "password", "secret")
    path = directory / "usher.json"
    path.write_text(json.dumps({
        "store": "sqlite:usher.db",
        "networks": {"net": {"type": "matrix", "homeserver": url, "user": "@usher:x",
                             "password_file": secret}},
        "workshops": {"bench": {
            "agenda": "agenda.json",
            "rooms": [{"network": "net", "room": f"#r{number}:x"}
                      for number in range(rooms)],
            "limits": {"commands_per_person_per_minute": 1000000,
                       "answers_per_room_per_minute": 1000000}}}}))
    return path


def peak_kib(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+)", text, re.M)[1])


def measure(usher, news, rooms, count):
    """Milliseconds until the bot asks on, and of CPU; peak memory before and after."""
    with (tempfile.TemporaryDirectory() as name,
          homeserver.Homeserver(news, count) as server):
        path = configuration(Path(name), server.url, rooms)
        bot = subprocess.Popen([usher, "run", "-c", path, "--clock",
                                "2015-09-08T14:45:00Z"], stderr=subprocess.PIPE, text=True)
        try:
            for line in bot.stderr:
                if "event=ready" in line:
                    break
            clock = ~bot.pid << 3 | CPUCLOCK_SCHED
            before = peak_kib(bot.pid)
            cpu, start = time.clock_gettime(clock), time.monotonic()
            server.may_tell.set()
            if not server.asked_again.wait(WAIT_S):
                raise SystemExit("the bot did not ask on")
            wall = time.monotonic() - start
            cpu = time.clock_gettime(clock) - cpu
            return wall * 1e3, cpu * 1e3, before, peak_kib(bot.pid), server.bytes
        finally:
            end(bot)
            bot.stderr.close()


def show(name, usher, news_of, rooms, count):
    small, large = (measure(usher, news_of(part), rooms, part)
                    for part in (count // 4, count))
    wall, cpu, before, after, size = large
    print(f"{name:<24}{count:>7} events {size / 1e6:>6.1f} MB {wall:>8.0f} ms "
          f"{cpu:>8.0f} ms CPU  {cpu / small[1]:>5.1f} x of a quarter  peak "
          f"{before} -> {after} KiB")


def main():
    usher = Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    show("one answer, 100 rooms", usher, lambda part: homeserver.all_at_once(100, part),
         100, count)
    show("one answer, one room", usher, lambda part: homeserver.all_at_once(1, part),
         1, count)
    show("gap of one room", usher, lambda part: homeserver.gap(), 1, count)


if __name__ == "__main__":
    main()
