# SPDX-License-Identifier: MIT
"""Participants by matrix-nio, which no one here wrote, over a whole workshop."""

import unittest

from net.test_matrix import MatrixCase
from support import chroot
from support.case import SESSION_1, SESSION_2
from support.nio_client import NioClient

THUMB = "\N{THUMBS UP SIGN}"


@chroot.needs_chroot
class NioCase(MatrixCase):
    """ann and ben speak by nio."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.enterClassContext(NioClient(cls.server.url, "ann"))
        cls.ben = cls.enterClassContext(NioClient(cls.server.url, "ben"))

    def setUp(self):
        super().setUp()
        self.bot = self.start_bot()
        for client in (self.ann, self.ben):
            client.join(self.alias)

    def ask_by_nio(self, client, room, text, answer, **more):
        """Says it, and waits for the answer there: the ids of both."""
        since = len(client.heard)
        asked = client.say(room, text, **more)
        return asked, client.wait_text(answer, since, room)["event_id"]

    def question(self):
        [question] = self.bot.export("test")
        return question

    def settle(self):
        """Until the bot has done all that was asked for in the hall so far."""
        self.ask_by_nio(self.ben, self.hall, "!session 2", SESSION_2)

    def test_a_workshop_from_joining_to_the_answer(self):
        self.ask_by_nio(self.ann, self.hall, "!agenda", SESSION_1)
        since = len(self.chair.heard)
        self.ask_by_nio(self.ann, self.hall, "!ask What is this?",
                        "#1 is waiting for a moderator.")
        self.chair.wait_text("#1 new [session 1] ann: What is this?", since, self.mods)
        self.ask_by_nio(self.ben, self.hall, "!vote 1", "#1 has 1 vote now.")
        invitations = len(self.ann.invited)
        self.ask(self.chair, self.mods, "!approve 1", "#1 approved")
        direct = self.ann.invited.wait_for(lambda room: True, invitations)
        self.ann.join(direct)
        since = len(self.ann.heard)
        self.chair.say(self.mods, "!pull")
        self.ann.wait_text("Question #1 from ann: What is this?", since, self.hall)
        self.ann.wait_text("#1 is being asked now", since, direct)
        self.ask(self.chair, self.mods, "!answered A test.", "#1 answered: A test.")
        self.ann.wait_text("#1 answered: A test.", since, direct)
        self.assertEqual(self.question()["votes"], 1)
        self.bot.terminate()

    def test_a_direct_room_that_it_is_invited_to(self):
        direct = self.ann.open_direct(self.bot_id)
        self.ann.wait_join(direct, self.bot_id)
        self.ask_by_nio(self.ann, direct, "now", SESSION_1)
        self.ask_by_nio(self.ann, direct, "ask What is this?",
                        "#1 is waiting for a moderator.")
        since = len(self.ann.heard)
        self.ask(self.chair, self.mods, "!approve 1", "#1 approved")
        self.ann.wait_text("#1 approved", since, direct)
        self.bot.terminate()

    def test_an_edit_changes_the_question_until_it_is_approved(self):
        asked, _ = self.ask_by_nio(self.ann, self.hall, "!ask What is this?",
                                   "#1 is waiting for a moderator.")
        self.ann.edit(self.hall, asked, "!ask What is that?")
        self.settle()
        self.assertEqual(self.question()["text"], "What is that?")
        self.ask(self.chair, self.mods, "!approve 1", "#1 approved")
        self.ann.edit(self.hall, asked, "!ask Why not?")
        self.settle()
        self.assertEqual(self.question()["text"], "What is that?")
        self.bot.terminate()

    def test_nobody_edits_the_question_of_another(self):
        asked, _ = self.ask_by_nio(self.ann, self.hall, "!ask What is this?",
                                   "#1 is waiting for a moderator.")
        self.ben.edit(self.hall, asked, "!ask What is that?")
        self.settle()
        self.assertEqual([question["text"] for question in self.bot.export("test")],
                         ["What is this?"])
        self.bot.terminate()

    def test_a_thumb_votes_and_taking_it_back_does_too(self):
        _, answer = self.ask_by_nio(self.ann, self.hall, "!ask What is this?",
                                    "#1 is waiting for a moderator.")
        self.ann.react(self.hall, answer, THUMB)  # not for one's own
        thumb = self.ben.react(self.hall, answer, THUMB)
        self.settle()
        self.assertEqual(self.question()["votes"], 1)
        self.ben.redact(self.hall, thumb)
        self.settle()
        self.assertEqual(self.question()["votes"], 0)
        self.bot.terminate()

    def test_a_command_in_a_thread_is_answered_in_the_thread(self):
        root = self.ann.say(self.hall, "Let us speak of it here.")
        since = len(self.ann.heard)
        asked = self.ann.say_in_thread(self.hall, root, "!ask What is this?")
        answer = self.ann.wait_text("#1 is waiting for a moderator.", since, self.hall)
        relation = answer["content"].get("m.relates_to", {})
        self.assertEqual((relation.get("rel_type"), relation.get("event_id")),
                         ("m.thread", root))
        self.assertEqual(relation.get("m.in_reply_to", {}).get("event_id"), asked)
        self.bot.terminate()

    def test_an_answer_is_a_reply(self):
        since = len(self.ann.heard)
        asked = self.ann.say(self.hall, "!agenda")
        answer = self.ann.wait_text(SESSION_1, since, self.hall)
        relation = answer["content"].get("m.relates_to", {})
        self.assertEqual(relation.get("m.in_reply_to", {}).get("event_id"), asked)
        self.bot.terminate()

    def test_a_redaction_withdraws_the_question(self):
        asked, _ = self.ask_by_nio(self.ann, self.hall, "!ask What is this?",
                                   "#1 is waiting for a moderator.")
        self.ann.redact(self.hall, asked)
        self.settle()
        self.assertEqual(self.question()["state"], "withdrawn")
        self.bot.terminate()


if __name__ == "__main__":
    unittest.main()
