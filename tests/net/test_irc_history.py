# SPDX-License-Identifier: MIT
"""What is said on IRC while the bot is away, on a real ergo that keeps history."""

import collections
import itertools
import json
import os
import random
import signal
import tempfile
import time
import unittest
from pathlib import Path

from support import chroot
from support.bot import Bot, WorkshopClock
from support.case import LATE, NetCase, SESSION_1, less_late, workshop
from support.certificates import Authority
from support.ergo import Ergo
from support.relay import Relay

KILLS = 60 if os.environ.get("USHER_TEST_LONG") else 6
_numbers = itertools.count(1)


@chroot.needs_chroot
class HistoryTest(NetCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authority = Authority(cls.folder / "ca")
        cls.server = cls.enterClassContext(Ergo(cls.authority))

    def setUp(self):
        super().setUp()
        number = next(_numbers)
        self.hall, self.side = f"#hall{number}", f"#side{number}"
        self.nick = f"usher{number}"
        self.network = self.server.bot(self.directory, self.nick)
        self.relay = self.use(Relay(self.server.tls_port))
        self.network["port"] = self.relay.port
        self.ana = self.use(self.server.participant("ana"))
        self.ana.join(self.hall)
        self.bot = self.use(Bot(self.directory, {
            "store": "sqlite:usher.db",
            "networks": {"irc": self.network},
            "workshops": {"test": workshop(
                rooms=[{"network": "irc", "room": self.hall},
                       {"network": "irc", "room": self.side}],
                questions={"open_per_person": 100000},
                limits={"commands_per_person_per_minute": 100000,
                        "answers_per_room_per_minute": 100000})}},
            WorkshopClock("2015-09-08T14:50:00+02:00")))

    def stored(self):
        return [question["text"] for question in self.bot.export("test")]

    def wait_live(self, client=None):
        """Until something said now is answered, and so all that came before it."""
        client = client or self.ana
        word = f"word{next(_numbers)}"
        client.wait_text(f"No command {word}", client.say(self.hall, f"!help {word}"))

    def answers(self, since):
        """What the bot answered in the hall to questions."""
        return [text for text in self.ana.texts(self.hall, since) if text[0] == "#"]

    def expect_late(self, texts, since):
        said = self.answers(since)
        self.assertEqual(texts, [less_late(text) for text in said])
        self.assertEqual([], [text for text in said if not LATE.search(text)])

    def test_killed_it_answers_what_was_said_meanwhile_once_and_late(self):
        self.bot.start_ready()
        self.wait_live()
        self.bot.kill()
        since = self.ana.say(self.hall, "!ask One?")
        self.ana.say(self.hall, "not for the bot")
        self.ana.say(self.hall, "!ask Two?")
        self.ana.say(self.hall, f"{self.nick}: question 99")
        self.bot.start_ready()
        self.wait_live()
        expected = ["#1 is waiting for a moderator.", "#2 is waiting for a moderator."]
        self.expect_late(expected, since)
        self.assertEqual(1, len([text for text in self.ana.texts(self.hall, since)
                                 if text.startswith("No question #99. (late: ")]))
        self.assertEqual(["One?", "Two?"], self.stored())
        # Not again, whether it is killed or ends well.
        for end in (self.bot.kill, self.bot.terminate):
            end()
            self.bot.start_ready()
            self.wait_live()
        self.expect_late(expected, since)
        self.assertEqual(["One?", "Two?"], self.stored())
        self.bot.terminate()

    def test_cut_off_it_answers_what_was_said_meanwhile_once(self):
        self.bot.start_ready()
        self.ana.wait_text("#1 is waiting", self.ana.say(self.hall, "!ask Before?"))
        # A query: how far the hall was heard is known, and not stored yet.
        asked = self.ana.say(self.hall, "!question 99")
        self.ana.wait_text("No question #99", asked)
        self.wait_live()  # so the echo of that answer has come
        log = len(self.bot.log)
        self.relay.cut()
        self.bot.wait_log("event=down", log)
        since = self.ana.say(self.hall, "!ask Meanwhile?")
        self.bot.wait_log("event=up", log)
        self.wait_live()
        self.expect_late(["#2 is waiting for a moderator."], since)
        self.assertEqual(["Before?", "Meanwhile?"], self.stored())
        self.assertEqual(["No question #99."],
                         [text for text in self.ana.texts(self.hall, asked)
                          if text.startswith("No question")])
        self.bot.terminate()

    def test_reloaded_with_another_network_it_answers_nothing_again(self):
        self.bot.start_ready()
        self.wait_live()
        asked = self.ana.say(self.hall, "!question 99")  # heard, and not stored yet
        self.ana.wait_text("No question #99", asked)
        log = len(self.bot.log)
        configuration = json.loads(self.bot.configuration.read_text())
        configuration["networks"]["irc"]["realname"] = "another"
        self.bot.configuration.write_text(json.dumps(configuration))
        os.kill(self.bot.pid, signal.SIGHUP)
        self.bot.wait_log("event=up", log)
        self.wait_live()
        self.assertEqual(["No question #99."],
                         [less_late(text) for text in self.ana.texts(self.hall, asked)
                          if text.startswith("No question")])
        self.bot.terminate()

    def test_the_first_start_answers_nothing_old(self):
        since = self.ana.say(self.hall, "!ask Early?")
        self.bot.start_ready()
        self.wait_live()
        self.assertEqual([], self.answers(since))
        # Not at the second start either, when nothing was heard before it.
        self.ana.join(self.side)
        self.bot.kill()
        self.ana.say(self.side, "!ask Later?")
        self.bot.start_ready()
        self.ana.wait_text("#1 is waiting for a moderator. (late:", since, self.side)
        self.assertEqual(["Later?"], self.stored())
        self.bot.terminate()

    def test_several_pages_are_told_in_order(self):
        self.bot.start_ready()
        self.wait_live()
        self.bot.kill()
        for number in range(1, 261):
            self.ana.say(self.hall, f"!ask Case {number}?" if number % 13 == 0
                         else f"word {number}")
        self.bot.start_ready()
        self.wait_live()
        self.assertEqual([f"Case {number}?" for number in range(13, 261, 13)],
                         self.stored())
        self.bot.terminate()

    def test_what_is_said_while_it_catches_up_comes_after(self):
        self.bot.start_ready()
        self.wait_live()
        self.bot.kill()
        asked = [f"Case {number}?" for number in range(1, 501)]
        for text in asked[:300]:
            self.ana.say(self.hall, f"!ask {text}")
        self.ana.wait_for(lambda line: line.command == "PONG",
                          self.ana.say(self.nick, "x") and self._ping(), "PONG")
        self.bot.start()
        for text in asked[300:]:
            self.ana.say(self.hall, f"!ask {text}")
            time.sleep(0.002)  # spread over its coming back; no moment is waited for
        self.bot.wait_log("event=ready")
        self.wait_live()
        self.assertEqual(asked, self.stored())
        self.bot.terminate()

    def _ping(self):
        since = len(self.ana.heard)
        self.ana.send("PING :all-said")
        return since

    def test_who_spoke_meanwhile_is_who_is_there_only_if_all_is_the_same(self):
        bea = self.use(self.server.participant("bea"))
        bea.join(self.hall)
        chris = self.use(self.server.account("chris"))
        chris.join(self.hall)
        self.bot.start_ready()
        self.wait_live()
        self.bot.kill()
        self.ana.say(self.hall, "!ask From ana?")
        bea.say(self.hall, "!ask From bea?")
        chris.say(self.hall, "!ask From chris?")
        for text in ("From ana?", "From chris?"):
            bea.wait_text(text)
        # Somebody else under the nick of who asked.
        bea.close()
        self.ana.wait_for(lambda line: line.command == "QUIT"
                          and line.prefix.startswith("bea!"), what="QUIT of bea")
        other = self.use(self.server.participant("dora"))
        other.join(self.hall)
        other.send("NICK bea")
        other.wait_for(lambda line: line.command == "NICK", what="NICK")
        other.nick = "bea"
        self.bot.start_ready()
        self.wait_live()
        for client, answer in ((self.ana, "From ana?"), (chris, "From chris?"),
                               (other, "No questions.")):
            client.wait_text(answer, client.say(self.nick, "mine"), client.nick)
        self.bot.terminate()

    def test_private_messages_are_answered_where_the_server_keeps_them(self):
        self.server.keep(self.nick, "bot-secret")
        self.bot.start_ready()
        self.ana.wait_text(SESSION_1, self.ana.say(self.nick, "agenda"))
        bea = self.use(self.server.participant("bea"))
        bea.join(self.hall)
        for end in ("kill", "terminate"):
            getattr(self.bot, end)()
            at_ana = self.ana.say(self.nick, f"ask From ana, {end}?")
            at_bea = bea.say(self.nick, f"ask From bea, {end}?")
            self.ana.say(self.nick, "session 1")
            self.bot.start_ready()
            self.ana.wait_text("is waiting for a moderator. (late: ", at_ana, "ana")
            self.ana.wait_text("(late: ", at_ana, "ana")
            bea.wait_text("is waiting for a moderator. (late: ", at_bea, "bea")
            self.ana.wait_text("No command x", self.ana.say(self.nick, "help x"))
        self.assertCountEqual(
            ["From ana, kill?", "From bea, kill?", "From ana, terminate?",
             "From bea, terminate?"], self.stored())
        self.bot.terminate()

    def test_killed_at_random_every_question_is_stored_once(self):
        bea = self.use(self.server.participant("bea"))
        bea.join(self.hall)
        self.bot.start_ready()
        asked = []
        for _ in range(KILLS):
            for _ in range(random.randrange(1, 30)):
                client = random.choice((self.ana, bea))
                asked.append(f"Case {len(asked) + 1}?")
                # One after the other, so that there is an order.
                other = bea if client is self.ana else self.ana
                since = len(other.heard)
                client.say(self.hall, f"!ask {asked[-1]}")
                other.wait_text(asked[-1], since, self.hall)
            time.sleep(random.random() / 4)  # any moment is right; none is waited for
            self.bot.kill()
            self.bot.start()
        self.wait_live()
        self.assertEqual(asked, self.stored())
        said = collections.Counter(less_late(text) for text in self.answers(0))
        self.assertEqual({f"#{number + 1} is waiting for a moderator."
                          for number in range(len(asked))}, set(said))
        self.bot.terminate()


if __name__ == "__main__":
    unittest.main()
