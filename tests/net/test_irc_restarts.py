# SPDX-License-Identifier: MIT
"""An IRC server that is killed and started again while participants speak and notices
come due: nothing acknowledged is lost, and what is said twice was in doubt.

Everybody else is back on the server before the bot is let in, so that what it says
there is heard."""

import collections
import datetime
import json
import os
import random
import re
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from support import chroot
from support.bot import Bot, WorkshopClock
from support.case import NetCase, workshop
from support.certificates import Authority
from support.ergo import Ergo
from support.ngircd import Ngircd
from support.processes import WAIT_S
from support.relay import Relay

ROUNDS = 50 if os.environ.get("USHER_TEST_LONG") else 4
BOT_TOO = 4  # in every fourth round the bot is killed, too
ROOMS = ("#hall", "#side")
START = datetime.datetime(2015, 9, 8, 14, 0, tzinfo=datetime.timezone.utc)
FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)')


def agenda():
    """A session begins every second for long enough."""
    def at(second):
        return (START + datetime.timedelta(seconds=second)).isoformat()[:19]
    return {"title": "Restarts", "timezone": "UTC", "sessions": [
        {"id": str(number), "title": f"Part {number}", "start": at(number),
         "end": at(number + 3600)} for number in range(1, 1800)]}


class RestartsCase:
    """What both servers are put through; `self.server`, `self.network` and
    `self.server_port`, where the bot connects, are the subclass's."""

    def run_the_workshop(self):
        self.use(mock.patch.dict(os.environ, {"USHER_LOG": "debug"}))
        (self.directory / "agenda.json").write_text(json.dumps(agenda()))
        self.relay = self.use(Relay(self.server_port))
        self.clock = WorkshopClock(START.isoformat())
        self.bot = self.use(Bot(self.directory, {
            "store": "sqlite:usher.db",
            "networks": {"irc": {**self.network, "port": self.relay.port}},
            "workshops": {"test": workshop(
                rooms=[{"network": "irc", "room": room} for room in ROOMS],
                notices={"before": [], "at_start": True, "before_end": []},
                questions={"open_per_person": 100000},
                limits={"commands_per_person_per_minute": 100000,
                        "answers_per_room_per_minute": 100000})}}, self.clock))
        self.said = []  # (room, text) of the bot, as heard by Ana
        self.heard = 0
        self.asked = 0
        self.come_back()
        self.bot.start_ready()
        for number in range(ROUNDS):
            self.speak()
            (self.at_any_moment, self.before_it_is_heard,
             self.before_it_is_acknowledged)[number % 3]()
            self.restart(number % BOT_TOO == BOT_TOO - 1)
        self.wait_until_all_is_said()
        self.bot.terminate()
        self.check()

    def come_back(self):
        """Ana and Bob, in all rooms."""
        self.ana = self.use(self.server.participant("ana"))
        self.bob = self.use(self.server.participant("bob"))
        for client in (self.ana, self.bob):
            for room in ROOMS:
                client.join(room)

    def speak(self):
        for room in ROOMS:
            self.ana.wait_member(room, self.network["nick"])
        for _ in range(random.randrange(3, 12)):
            self.asked += 1
            random.choice((self.ana, self.bob)).say(
                random.choice(ROOMS), f"!ask What of case {self.asked}?")

    def at_any_moment(self):
        if random.random() < 0.5:  # in the midst of the answers, or after one
            self.ana.wait_text("is waiting for a moderator.")
        time.sleep(random.random() / 4)  # any moment is right; none is waited for

    def before_it_is_heard(self):
        """Something that the bot said does not reach the server."""
        self.ana.wait_text("is waiting for a moderator.")
        since = len(self.bot.log)
        self.relay.swallows_to_server = True
        self.bot.wait_log("event=given", since)

    def before_it_is_acknowledged(self):
        """The bot does not hear that something was said."""
        self.ana.wait_text("is waiting for a moderator.")
        self.relay.swallows_to_client = True
        self.ana.wait_text("Now: ", len(self.ana.heard))

    def restart(self, with_bot):
        self.relay.is_open = False
        self.server.kill()
        if with_bot:
            self.bot.kill()
            self.bot.log.add("event=killed")
        self.relay.cut()
        self.collect()
        self.server.start_again()
        self.come_back()
        since = len(self.bot.log)
        self.relay.is_open = True
        if with_bot:
            self.bot.start()
        self.bot.wait_log("event=up", since)

    def collect(self):
        """Takes what Ana heard until her connection ended."""
        for client in (self.ana, self.bob):
            client.close()
        self.said += [tuple(line.params) for line in self.ana.heard.all()
                      if line.command == "PRIVMSG"
                      and line.prefix.startswith(self.network["nick"])]

    def wait_until_all_is_said(self):
        """A last notice, and a last answer behind all others."""
        now = datetime.datetime.fromisoformat(self.clock.now())
        self.last = int((now - START).total_seconds()) + 2
        for room in ROOMS:
            self.ana.wait_text(f"Session {self.last}:", 0, room)
            self.ana.wait_text("No question #999999",
                               self.ana.say(room, "!question 999999"), room)
        self.collect()

    def check(self):
        rows = self.read_rows()
        self.check_questions()
        for room in ROOMS:
            self.check_notices(room, rows)
        repeated = {text: count for text, count in
                    collections.Counter(self.said).items() if count > 1}
        self.assertTrue(repeated)  # of a round in which an acknowledgement was lost
        for (room, text), count in repeated.items():
            tries = [tries for (where, what), tries in rows if (where, what) == (room, text)]
            self.assertTrue(tries and count <= max(tries), (room, text, count, tries))

    def check_questions(self):
        acknowledged = {int(match[1]) for _, text in self.said
                        if (match := re.match(r"#(\d+) is waiting", text))}
        stored = self.bot.export("test")
        self.assertLessEqual(acknowledged, {one["number"] for one in stored})
        self.assertTrue(acknowledged)
        texts = [one["text"] for one in stored]
        self.assertEqual(len(set(texts)), len(texts))

    def check_notices(self, room, rows):
        heard = [int(match[1]) for where, text in self.said if where == room
                 for match in re.finditer(r"Session (\d+):", text)]
        firsts = list(dict.fromkeys(heard))
        self.assertEqual(sorted(firsts), firsts, "order of the notices")
        missing = set(range(1, self.last + 1)) - set(heard)
        self.assertEqual(set(), missing)

    def read_rows(self):
        """((room, text), times it was sent) of each row of the outbox."""
        rows = {}
        run = connection = 0
        for line in self.bot.log.all():
            fields = {key: value.strip('"') for key, value in FIELD.findall(line)}
            event, number = fields.get("event"), fields.get("row")
            run += event == "killed"
            connection += event == "irc_signed_on"
            if event == "given" and number != "0":
                row = rows.setdefault(number, Row((fields["target"], fields["text"])))
                row.given(run, connection)
            elif event in ("delivered", "row_done") and number in rows:
                rows[number].acknowledged(event, run)
        twice = [what for what, times in collections.Counter(
            row.what for row in rows.values()).items() if times > 1]
        self.assertEqual([], twice, "decided twice")
        self.assertEqual([], [row.what for row in rows.values()
                              if not row.is_done and row.delivered_in in (None, run)])
        return [(row.what, row.times) for row in rows.values()]


class Row:
    """A message of the outbox, and what the log has said of it so far. It is sent
    again only when its connection was lost before it was acknowledged, or the bot
    was killed before that was stored."""

    def __init__(self, what):
        self.what = what
        self.times = 0
        self.is_done = False
        self._connection = self.delivered_in = None

    def given(self, run, connection):
        assert not self.is_done, f"sent after it was stored as said: {self.what}"
        assert self._connection != connection, f"sent twice at once: {self.what}"
        assert self.delivered_in != run, f"sent after its echo: {self.what}"
        self.times += 1
        self._connection = connection

    def acknowledged(self, event, run):
        self.is_done = self.is_done or event == "row_done"
        self.delivered_in = run


class NgircdRestartsTest(RestartsCase, NetCase):
    def test_killed_while_people_speak(self):
        self.server = self.use(Ngircd(self.directory / "irc"))
        self.network = self.server.bot()
        self.server_port = self.server.port
        self.run_the_workshop()


@chroot.needs_chroot
class ErgoRestartsTest(RestartsCase, NetCase):
    def test_killed_while_people_speak(self):
        authority = Authority(Path(self.use(tempfile.TemporaryDirectory())) / "ca")
        self.server = self.use(Ergo(authority))
        self.network = self.server.bot(self.directory)
        self.server_port = self.server.tls_port
        self.run_the_workshop()


if __name__ == "__main__":
    unittest.main()
