# SPDX-License-Identifier: MIT
"""What was acknowledged is stored: over a full disk, kill -9, a second bot."""

import contextlib
import json
import os
import random
import re
import subprocess
import unittest

from support.bot import Bot
from support.case import NetCase, workshop

LONG = os.environ.get("USHER_TEST_LONG")
KILLS = 100 if LONG else 5
CLOCK = "2015-09-08T14:00:00+02:00"


class Fixed:
    """A clock that starts at the same time at every start."""

    @staticmethod
    def now():
        return CLOCK


def configuration(store):
    many = 1000000
    return {
        "store": f"sqlite:{store}",
        "networks": {"console": {"type": "console", "room": "hall"}},
        "workshops": {"w": workshop(
            rooms=[{"network": "console", "room": "hall"}],
            moderators=[{"network": "console", "user": "chair"}],
            questions={"open_per_person": many},
            limits={"commands_per_person_per_minute": many,
                    "answers_per_room_per_minute": many})},
    }


def acknowledged(bot):
    return [int(found[1]) for found in (
        re.match(r"\[hall\] #(\d+) is waiting for a moderator\.", line)
        for line in bot.said.all()) if found]


@contextlib.contextmanager
def small_disk(directory, kib):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs",
                    str(directory)], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", str(directory)], check=True)


def can_mount():
    return os.geteuid() == 0 and subprocess.run(
        ["unshare", "--mount", "true"], capture_output=True).returncode == 0


class StoreTest(NetCase):
    @unittest.skipUnless(can_mount(), "a full disk needs root, to mount a small tmpfs")
    def test_full_disk_is_said_and_loses_nothing(self):
        disk = self.directory / "disk"
        disk.mkdir()
        self.use(small_disk(disk, 600))
        bot = self.use(Bot(self.directory, configuration("disk/usher.db"), Fixed))
        bot.start_ready()
        asked = 0
        while not any("Not stored, please ask again" in line
                      for line in bot.said.all()):
            since = bot.type(f"!ask number {asked} {'x' * 450}")
            bot.said.wait_for(lambda line: line.startswith("[hall]"), since)
            asked += 1
            self.assertLess(asked, 2000, "the disk never got full")
        # What needs no write is answered as ever.
        since = bot.type("!agenda")
        bot.wait_said("Session 1: Opening", since)
        self.assertEqual([question["number"] for question in bot.export("w")],
                         acknowledged(bot))
        self.assertTrue(acknowledged(bot))
        bot.kill()

    def test_kill_loses_no_acknowledged_question(self):
        bot = self.use(Bot(self.directory, configuration("usher.db"), Fixed))
        asked = 0
        for _ in range(KILLS):
            bot.start_ready()
            enough = len(bot.said) + random.randrange(1, 30)
            for _ in range(50):
                asked += 1
                bot.type(f"!ask what about number {asked}")
            bot.said.wait_for(lambda _: len(bot.said) >= enough, 0, "answers")
            bot.kill()
        numbers = [question["number"] for question in bot.export("w")]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertLessEqual(set(acknowledged(bot)), set(numbers))
        texts = [question["text"] for question in bot.export("w")]
        self.assertEqual(len(texts), len(set(texts)))

    @unittest.skipUnless(can_mount(), "a full disk needs root, to mount a small tmpfs")
    def test_everybody_hears_that_the_disk_is_full(self):
        disk = self.directory / "disk"
        disk.mkdir()
        self.use(small_disk(disk, 600))
        settings = configuration("disk/usher.db")
        settings["workshops"]["w"]["limits"] = {"commands_per_person_per_minute": 12}
        bot = self.use(Bot(self.directory, settings, Fixed))
        bot.start_ready()
        (disk / "filler").write_bytes(b"x" * 200 * 1024)
        with contextlib.suppress(OSError), open(disk / "more", "wb", 0) as filler:
            while True:
                filler.write(b"x" * 1024)
        lines = "\n".join(f"!ask number {number} {'x' * 450}" for number in range(12))
        bot.type(lines)
        bot.said.wait_for(lambda _: len(bot.said) >= 12, 0, "an answer to each")
        answers = {line.replace(".", "") for line in bot.said.all()}
        self.assertLessEqual(len(answers - {"[hall] Not stored, please ask again"}),
                             len(bot.export("w")))
        bot.kill()

    def test_an_id_that_is_a_number_keeps_it(self):
        agenda = json.loads((self.directory / "agenda.json").read_text())
        first = {**agenda["sessions"][0], "id": "opening", "title": "Before all",
                 "start": "2015-09-08T14:00", "end": "2015-09-08T14:10"}
        agenda["sessions"].insert(0, first)
        (self.directory / "agenda.json").write_text(json.dumps(agenda))
        bot = self.use(Bot(self.directory, configuration("usher.db"), Fixed))
        bot.start_ready()
        bot.wait_said("Session 1: Opening", bot.type("!session 1"))
        bot.wait_said("Session 3: Before all", bot.type("!session before all"))
        bot.terminate()

    def test_a_second_bot_is_refused(self):
        first = self.use(Bot(self.directory, configuration("usher.db"), Fixed))
        first.start_ready()
        second = self.use(Bot(self.directory, configuration("usher.db"), Fixed))
        second.start()
        self.assertEqual(second.wait_exit(), 69)
        second.wait_log("in use by another usher")
        first.terminate()

    def test_a_store_that_cannot_be_had(self):
        bot = self.use(Bot(self.directory, configuration("nowhere/usher.db"), Fixed))
        bot.start()
        self.assertEqual(bot.wait_exit(), 69)

    def test_reload_keeps_what_is_good(self):
        bot = self.use(Bot(self.directory, configuration("usher.db"), Fixed))
        bot.start_ready()
        agenda = self.directory / "agenda.json"
        good = json.loads(agenda.read_text())
        good["sessions"][0]["title"] = "A new title"
        agenda.write_text(json.dumps(good))
        os.kill(bot.pid, 1)
        bot.wait_log("event=reloaded")
        bot.wait_said("A new title", bot.type("!session 1"))
        agenda.write_text("{")
        os.kill(bot.pid, 1)
        bot.wait_log("event=reload_refused")
        bot.wait_said("A new title", bot.type("!session 1"))
        bot.terminate()


class NoticeTest(NetCase):
    """Which notices are said after which absence; the clock is the test's."""

    def start_at(self, time_of_day):
        clock = type("Clock", (), {"now": staticmethod(
            lambda: f"2015-09-08T{time_of_day}+02:00")})
        bot = self.use(Bot(self.directory, configuration("usher.db"), clock))
        bot.start_ready()
        return bot

    def test_notice_comes_by_itself_once(self):
        bot = self.start_at("14:24:58")
        bot.wait_said("[hall] In 5 minutes: Session 1: Opening (14:30 CEST, Room A)")
        # An answer behind it: its delivery is stored, the window of promise 2 over.
        bot.wait_said("Session 2", bot.type("!session 2"))
        bot.kill()
        again = self.start_at("14:25:01")
        again.type("/quit")
        again.wait_exit()
        self.assertEqual([], [line for line in again.said.all() if "minutes:" in line])

    def test_a_new_rule_repeats_no_notice(self):
        bot = self.start_at("14:24:58")
        bot.wait_said("In 5 minutes: Session 1")
        changed = configuration("usher.db")
        changed["workshops"]["w"]["notices"] = {"before": ["10m", "5m", "1m"]}
        bot.configuration.write_text(json.dumps(changed))
        os.kill(bot.pid, 1)
        bot.wait_log("event=reloaded")
        bot.wait_said("Session 2", bot.type("!session 2"))
        self.assertEqual(1, len([line for line in bot.said.all() if "Opening" in line]))
        bot.terminate()

    def test_late_notice_is_the_latest_and_says_so(self):
        first = self.start_at("14:10:00")
        first.kill()
        late = self.start_at("14:34:00")
        late.wait_said("[hall] Started 4 minutes ago: Session 1: Opening")
        late.type("/quit")
        late.wait_exit()
        self.assertEqual(1, len([line for line in late.said.all() if "Opening" in line]))
        self.assertTrue(any("notice_dropped" in line for line in late.log.all()))

    def test_nothing_of_before_the_store_was_opened(self):
        bot = self.start_at("14:34:00")
        bot.type("/quit")
        bot.wait_exit()
        self.assertEqual([], bot.said.all())

    def test_two_at_the_same_time_come_together(self):
        first = self.start_at("15:45:00")
        first.kill()
        bot = self.start_at("15:54:58")
        bot.wait_said("In 5 minutes: Session 2: Closing (16:00 CEST, Room B)")
        self.assertEqual(
            ["[hall] 5 minutes left: Session 1: Opening (14:30 CEST, Room A)",
             "[hall] In 5 minutes: Session 2: Closing (16:00 CEST, Room B)"],
            sorted(line for line in bot.said.all() if "15 minutes" not in line))
        bot.kill()


if __name__ == "__main__":
    unittest.main()
