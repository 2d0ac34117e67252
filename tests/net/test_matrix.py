# SPDX-License-Identifier: MIT
"""The bot on a real Synapse, over TLS."""

import collections
import itertools
import tempfile
import unittest
from pathlib import Path

from support import chroot
from support.bot import Bot, WorkshopClock
from support.case import SESSION_1, SESSION_2, NetCase, less_late, workshop
from support.certificates import Authority
from support.matrix_client import MatrixClient, MatrixError, body_of
from support.synapse import Synapse

_numbers = itertools.count(1)


class MatrixCase(NetCase):
    """A hall with an alias, a private moderators' room and a bot's account of its
    own for each test."""

    LIMITED = False
    CLIENT = MatrixClient

    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authority = Authority(folder / "ca")
        cls.other_authority = Authority(folder / "other")
        cls.server = cls.enterClassContext(Synapse(cls.authority, cls.LIMITED))
        cls.ana = cls.enterClassContext(cls.server.participant("ana", cls.CLIENT))
        cls.chair = cls.enterClassContext(cls.server.participant("chair", cls.CLIENT))

    def setUp(self):
        super().setUp()
        number = next(_numbers)
        name = f"{type(self).__name__.lower()}{number}"
        self.network = self.server.bot(self.directory, name)
        self.bot_id = self.network["user"]
        self.alias = f"#{name}:localhost"
        self.hall = self.ana.create_room(name)
        self.chair.join(self.alias)
        self.mods = self.chair.create_room(invite=[self.bot_id])

    def start_bot(self, **network):
        configuration = {
            "store": "sqlite:usher.db",
            "networks": {"itu": {**self.network, **network}},
            "workshops": {"test": workshop(
                rooms=[{"network": "itu", "room": self.alias}],
                moderator_rooms=[{"network": "itu", "room": self.mods}],
                moderators=[{"network": "itu", "user": "@chair:localhost"}])}}
        bot = Bot(self.directory, configuration,
                  WorkshopClock("2015-09-08T14:50:00+02:00"))
        return self.use(bot).start_ready()

    def ask(self, client, room, text, answer):
        """Says it, and waits for the answer in the same room."""
        return client.wait_text(answer, client.say(room, text), room)

    def answers(self, client, since):
        """What the bot said, as the client heard it."""
        return [body_of(event) for event in client.heard.all(since)
                if event.get("sender") == self.bot_id
                and event["type"] == "m.room.message"]

    def said(self, room):
        """How often the bot said what, as the server keeps it, less the marks of what
        was answered late."""
        return collections.Counter(
            less_late(body_of(event)) for event in self.chair.history(room)
            if event["sender"] == self.bot_id and event["type"] == "m.room.message")


@chroot.needs_chroot
class SynapseCase(MatrixCase):
    def test_joins_by_alias_and_by_id(self):
        bot = self.start_bot()
        self.assertIn(self.bot_id, self.ana.members(self.hall))
        self.assertIn(self.bot_id, self.chair.members(self.mods))
        bot.terminate()

    def test_answers_are_notices_with_plain_and_formatted_text(self):
        bot = self.start_bot()
        event = self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        self.assertEqual(event["content"]["msgtype"], "m.notice")
        self.assertIn(SESSION_2, body_of(event))
        self.assertEqual(event["content"]["format"], "org.matrix.custom.html")
        self.assertIn("Opening", event["content"]["formatted_body"])
        bot.terminate()

    def test_a_name_addresses_it(self):
        bot = self.start_bot()
        name = self.bot_id[1:].partition(":")[0]
        self.ask(self.ana, self.hall, f"{name}: agenda", SESSION_1)
        self.ask(self.ana, self.hall, f"@{name.upper()} agenda", SESSION_1)
        bot.terminate()

    def test_markup_of_people_stays_text(self):
        bot = self.start_bot()
        text = "Is <b>1 < 2</b> & \"so\"?"
        self.ask(self.ana, self.hall, f"!ask {text}", "#1 is waiting for a moderator.")
        event = self.ask(self.chair, self.mods, "!queue", "#1 pending")
        self.assertIn(text, body_of(event))
        formatted = event["content"].get("formatted_body", "")
        self.assertNotIn("<b>1", formatted)
        bot.terminate()

    def test_a_question_from_its_asking_to_its_answer(self):
        bot = self.start_bot()
        since = len(self.chair.heard)
        invited = len(self.ana.heard)
        self.ask(self.ana, self.hall, "!ask What is this?",
                 "#1 is waiting for a moderator.")
        self.chair.wait_text("#1 new [session 1] ana: What is this?", since, self.mods)
        self.ask(self.chair, self.mods, "!approve 1", "#1 approved")
        # Told directly: in a room that the bot opens.
        direct = self.ana.wait_invited(invited)
        self.ana.join(direct)
        heard = len(self.ana.heard)
        self.chair.say(self.mods, "!pull")
        self.ana.wait_text("Question #1 from ana: What is this?", heard, self.hall)
        self.ana.wait_text("#1 is being asked now", heard, direct)
        self.ask(self.chair, self.hall, "!answered A test.", "#1 answered: A test.")
        self.ana.wait_text("#1 answered: A test.", heard, direct)
        [question] = bot.export("test")
        self.assertEqual((question["state"], question["answer"]),
                         ("answered", "A test."))
        bot.terminate()
        said = self.said(self.hall)
        self.assertEqual(said["Question #1 from ana: What is this?"], 1)

    def test_who_is_no_moderator_is_refused_by_name_and_not_answered_otherwise(self):
        bot = self.start_bot()
        since = self.ana.say(self.hall, "!queue")
        name = self.bot_id[1:].partition(":")[0]
        self.ana.wait_text("Only moderators", self.ana.say(self.hall, f"{name}: queue"))
        answers = self.answers(self.ana, since)
        self.assertEqual(len(answers), 1, answers)
        bot.terminate()

    def test_a_direct_room_needs_no_prefix(self):
        bot = self.start_bot()
        direct = self.ana.create_room(invite=[self.bot_id], direct=True)
        self.ana.wait_member(direct, self.bot_id)
        self.ask(self.ana, direct, "agenda", SESSION_1)
        self.ask(self.ana, direct, "ask What is this?", "#1 is waiting for a moderator.")
        self.assertEqual([question["asker"]["name"] for question in bot.export("test")],
                         ["ana"])
        bot.terminate()

    def test_what_was_said_while_it_was_away_is_answered_once(self):
        bot = self.start_bot()
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        bot.kill()
        since = self.ana.say(self.hall, "!ask What is this?")
        self.ana.say(self.hall, "!next")
        bot.start_ready()
        self.ana.wait_text("#1 is waiting for a moderator.", since, self.hall)
        self.ana.wait_text("Session 2", since, self.hall)
        bot.kill()
        bot.start_ready()
        self.ask(self.ana, self.hall, "!session 1", SESSION_1)
        bot.terminate()
        said = self.said(self.hall)
        self.assertEqual(said["#1 is waiting for a moderator."], 1)
        self.assertEqual(sum(count for text, count in said.items()
                             if text.startswith("Session 2")), 1, said)

    def test_more_than_a_sync_holds_is_answered_too(self):
        bot = self.start_bot()
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        bot.kill()
        since = self.ana.say(self.hall, "!ask What is this?")
        for number in range(150):
            self.ana.say(self.hall, f"chatter {number}")
        self.ana.say(self.hall, "!ask And that?")
        bot.start_ready()
        self.ana.wait_text("#1 is waiting for a moderator.", since, self.hall)
        self.ana.wait_text("#2 is waiting for a moderator.", since, self.hall)
        self.assertEqual([question["text"] for question in bot.export("test")],
                         ["What is this?", "And that?"])
        bot.terminate()

    def test_what_was_said_before_the_first_start_is_not_answered(self):
        since = self.ana.say(self.hall, "!ask Too early?")
        bot = self.start_bot()
        self.ana.wait_text(SESSION_1, self.ana.say(self.hall, "!agenda"), self.hall)
        self.assertEqual(bot.export("test"), [])
        self.assertGreater(len(self.ana.heard), since)
        bot.terminate()

    def test_it_stays_one_device(self):
        bot = self.start_bot()
        for _ in range(2):
            bot.kill()
            bot.start_ready()
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        bot.terminate()
        self.assertEqual(len(self.server.bot_devices(self.bot_id)), 1)

    def test_an_m_notice_is_no_command(self):
        bot = self.start_bot()
        since = self.ana.say(self.hall, "!session 1", msgtype="m.notice")
        self.ask(self.ana, self.hall, "!session 2", "Session 2")
        self.assertNotIn(SESSION_1, "".join(self.answers(self.ana, since)))
        bot.terminate()

    def test_a_certificate_of_another_authority_is_refused(self):
        bot = self.start_bot(ca_file=str(self.other_authority.ca_file))
        self.assertNotIn(self.bot_id, self.ana.members(self.hall))
        self.assertTrue(any("level=error" in line for line in bot.log.all()))
        bot.terminate()

    def test_a_wrong_password_is_said_once(self):
        secret = self.directory / "wrong"
        secret.write_text("not-the-password")
        secret.chmod(0o600)
        bot = self.start_bot(password_file="wrong")
        errors = [line for line in bot.log.all() if "level=error" in line]
        self.assertEqual(len(errors), 1, errors)
        self.assertFalse(any("not-the-password" in line for line in bot.log.all()))
        bot.terminate()


@chroot.needs_chroot
class RateLimitedCase(MatrixCase):
    """Synapse as it is installed: ten messages at once, then one in five seconds."""

    LIMITED = True

    def assert_limited(self):
        """That the server does refuse who says twelve lines at once."""
        with self.assertRaises(MatrixError) as refusal:
            for number in range(12):
                self.ana.say(self.hall, f"chatter {number}")
        self.assertEqual(refusal.exception.status, 429)

    def test_nothing_is_lost_or_doubled_by_rate_limits(self):
        bot = self.start_bot()
        asked = 6  # each is answered in one room and shown in another
        since = len(self.ana.heard)
        at_chair = len(self.chair.heard)
        for number in range(1, asked + 1):
            asker = self.ana if number <= 3 else self.chair
            asker.say(self.hall, f"!ask What of {number}?")
        for number in range(1, asked + 1):
            self.ana.wait_text(f"#{number} is waiting", since, self.hall)
            self.chair.wait_text(f"#{number} new", at_chair, self.mods)
        bot.terminate()
        self.assert_limited()
        said = self.said(self.hall) + self.said(self.mods)
        self.assertEqual(len(said), 2 * asked)
        self.assertEqual(set(said.values()), {1}, said)


if __name__ == "__main__":
    unittest.main()
