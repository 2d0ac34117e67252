# SPDX-License-Identifier: MIT
"""The bot on the console: golden transcripts, its ends, its crashes."""

import json
import re
import unittest
from pathlib import Path

from support.bot import Bot, WorkshopClock
from support.case import NetCase, workshop

TRANSCRIPTS = Path(__file__).parent / "transcripts"


def configuration(**parts):
    return {
        "store": "sqlite:usher.db",
        "networks": {"console": {"type": "console", "room": "hall"}},
        "workshops": {"test": workshop(**{
            "rooms": [{"network": "console", "room": "hall"}],
            "moderators": [{"network": "console", "user": "chair"}], **parts})}}


class Transcript:
    """A file of transcripts/: its settings, then steps (line typed, answers)."""

    def __init__(self, path):
        self.clock = None
        self.settings = {"agenda": str(TRANSCRIPTS / "workshop.json")}
        self.steps = [(None, [])]
        for line in path.read_text(encoding="utf-8").splitlines():
            self._take(line)

    def _take(self, line):
        word, _, rest = line.partition(" ")
        if word == "clock":
            self.clock = rest
        elif word == "agenda":
            self.settings["agenda"] = str((TRANSCRIPTS / rest).resolve())
        elif word == "set":
            self.settings.update(json.loads(rest))
        elif word == ">":
            self.steps.append((rest, []))
        elif line and not line.startswith("#"):
            self.steps[-1][1].append(line)


def matches(expected, line):
    """Whether it is that line; `…` in the expected one stands for any text."""
    pattern = ".*".join(re.escape(part) for part in expected.split("…"))
    return re.fullmatch(pattern, line) is not None


class TranscriptCase(NetCase):
    def play(self, path):
        transcript = Transcript(path)
        bot = self.use(Bot(self.directory, configuration(**transcript.settings),
                           WorkshopClock(transcript.clock)))
        bot.start_ready()
        place = 0
        for typed, answers in transcript.steps:
            if typed is not None:
                bot.type(typed)
            for expected in answers:
                line = bot.said.wait_for(lambda _: True, place, repr(expected))
                place += 1
                self.assertTrue(matches(expected, line), f"after {typed!r}\n"
                                f"expected {expected!r}\n     got {line!r}")
        self.assertEqual(bot.end_of_input(), 0)
        self.assertEqual(bot.said.all(place), [], "said beyond the transcript")


def _add_transcripts():
    for path in sorted(TRANSCRIPTS.glob("*.txt")):
        def test(self, path=path):
            self.play(path)
        setattr(TranscriptCase, f"test_{path.stem}", test)


_add_transcripts()


class EndCase(NetCase):
    def bot(self, clock="2015-09-08T14:50:00+02:00"):
        return self.use(Bot(self.directory, configuration(), WorkshopClock(clock)))

    def test_end_of_input_ends_well(self):
        bot = self.bot().start_ready()
        bot.type("!ask What is this?")
        self.assertEqual(bot.end_of_input(), 0)
        self.assertIn("[hall] #1 is waiting for a moderator.", bot.said.all())

    def test_quit_ends_well(self):
        bot = self.bot().start_ready()
        bot.type("!ask What is this?")
        bot.type("/quit")
        self.assertEqual(bot.wait_exit(), 0)
        self.assertIn("[hall] #1 is waiting for a moderator.", bot.said.all())

    def test_sigterm_ends_well(self):
        self.bot().start_ready().terminate()

    def test_export_while_it_runs(self):
        bot = self.bot().start_ready()
        bot.wait_said("#1 is waiting", bot.type("!ask What is this?"))
        [question] = bot.export("test")
        self.assertEqual(
            {key: question[key] for key in ("number", "session", "state", "text")},
            {"number": 1, "session": 1, "state": "pending", "text": "What is this?"})
        self.assertEqual(question["asker"], {"name": "ana", "network": "console"})
        self.assertEqual(bot.end_of_input(), 0)


class CrashCase(NetCase):
    def setUp(self):
        super().setUp()
        self.clock = WorkshopClock("2015-09-08T14:00:00+02:00")
        self.bot = self.use(Bot(self.directory, configuration(), self.clock))

    def notices(self):
        return [line for line in self.bot.said.all()
                if re.match(r"\[hall\] (In \d+ min|Now:|Started|\d+ minutes left)", line)]

    def settle(self):
        """Until all that was decided before is said."""
        self.bot.wait_said("Session 2", self.bot.type("!session 2"))

    def test_what_was_acknowledged_survives(self):
        self.bot.start_ready()
        self.bot.wait_said("#1 is waiting", self.bot.type("!ask What is this?"))
        self.bot.kill()
        self.bot.start_ready()
        self.bot.wait_said("#1 pending", self.bot.type("!mine"))
        self.bot.terminate()

    def test_a_notice_is_said_once_over_a_crash(self):
        self.clock.set("2015-09-08T14:24:58+02:00")
        self.bot.start_ready()
        self.bot.wait_said("In 5 minutes: Session 1: Opening")
        self.settle()
        self.bot.kill()
        self.bot.start_ready()
        self.settle()
        self.assertEqual(len(self.notices()), 1, self.bot.said.all())
        self.bot.terminate()

    def test_of_late_notices_only_the_latest_is_said(self):
        self.bot.start_ready()
        self.settle()
        self.bot.kill()
        self.clock.set("2015-09-08T14:34:00+02:00")
        self.bot.start_ready()
        self.bot.wait_said("minutes ago: Session 1: Opening")
        self.settle()
        self.assertEqual(len(self.notices()), 1, self.bot.said.all())
        self.bot.terminate()

    def test_a_notice_due_before_the_store_was_opened_is_dropped(self):
        self.clock.set("2015-09-08T14:26:00+02:00")
        self.bot.start_ready()
        self.settle()
        self.assertEqual(self.notices(), [])
        self.bot.terminate()


class CommandCase(NetCase):
    def test_check_finds_nothing_in_the_console_configuration(self):
        result = Bot.run("check", "-c", str(TRANSCRIPTS.parents[2] / "config/console.json"))
        self.assertEqual(result.stdout.splitlines()[-1:], ["0 mistakes"])
        self.assertEqual(result.returncode, 0)

    def test_run_refuses_a_mistake(self):
        wrong = configuration(rooms=[{"network": "nowhere", "room": "hall"}])
        bot = self.use(Bot(self.directory, wrong))
        bot.start()
        self.assertEqual(bot.wait_exit(), 1)

    def test_check_names_file_place_and_what_was_expected(self):
        wrong = configuration(rooms=[{"network": "nowhere", "room": "hall"}])
        bot = Bot(self.directory, wrong)
        result = Bot.run("check", "-c", str(bot.configuration))
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"usher\.json:\d+: "
                                        r"/workshops/test/rooms/0/network: found .*, expected ")

    def test_wrong_usage(self):
        self.assertEqual(Bot.run("run").returncode, 2)
        self.assertEqual(Bot.run("dance").returncode, 2)


if __name__ == "__main__":
    unittest.main()
