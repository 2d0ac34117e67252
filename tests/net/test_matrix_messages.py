# SPDX-License-Identifier: MIT
"""What people do to messages, on a real Synapse: edits, reactions, redactions, replies,
threads, mentions; and how the bot's own messages refer to others."""

import unittest

from support import chroot
from support.matrix_client import body_of, relation_of

from .test_matrix import MatrixCase

THUMB, DARK_THUMB = "\U0001F44D\uFE0F", "\U0001F44D\U0001F3FF"
TICK, CROSS = "\u2705", "\u274C"


class MessagesCase(MatrixCase):
    def put_question(self, client, text, number=1):
        """Asks in the hall: the ids of what asked, of the bot's answer, and of its
        message in the moderators' room."""
        asked = client.send_text(self.hall, f"!ask {text}")
        return (asked, self.id_of(f"#{number} is waiting", self.hall),
                self.id_of(f"#{number} new", self.mods))

    def id_of(self, part, room):
        return self.chair.wait_text(part, room_id=room)["event_id"]

    def settle(self, client, room):
        """What was done before in that room is handled: a last command is."""
        self.ask(client, room, "!session 2", "Session 2: Closing")

    def questions(self, bot, *keys):
        return [tuple(question[key] for key in keys) for question in bot.export("test")]

    def votes(self, bot):
        return [question["votes"] for question in bot.export("test")]

    def assert_said_once(self, room):
        said = self.said(room)
        self.assertEqual(set(said.values()), {1}, said)


@chroot.needs_chroot
class QuestionCase(MessagesCase):
    def test_a_question_from_its_asking_by_what_is_done_to_messages(self):
        bot = self.start_bot()
        asked, answer, queued = self.put_question(self.ana, "What is that?")
        self.ana.send_edit(self.hall, asked, "!ask What is this?")
        self.chair.wait_edit(queued, "#1 pending 0 votes [session 1] ana: What is this?")
        vote = self.chair.react(self.hall, answer, THUMB)
        self.settle(self.chair, self.hall)
        self.assertEqual(self.votes(bot), [1])
        self.chair.redact(self.hall, vote)
        self.settle(self.chair, self.hall)
        self.assertEqual(self.votes(bot), [0])
        self.chair.react(self.mods, queued, TICK)
        self.chair.wait_edit(queued, "#1 approved 0 votes [session 1] ana: What is this?")
        self.ana.redact(self.hall, asked)
        self.chair.wait_edit(queued, "#1 withdrawn 0 votes")
        self.chair.wait_text("#1 withdrawn.", room_id=self.hall)
        bot.terminate()
        self.assertEqual(self.questions(bot, "state", "text", "original_text"),
                         [("withdrawn", "What is this?", "What is that?")])
        self.assert_said_once(self.mods)

    def test_one_person_is_one_vote_as_long_as_a_thumb_is_there(self):
        bot = self.start_bot()
        asked, answer, queued = self.put_question(self.ana, "What is this?")
        self.ana.react(self.hall, answer, THUMB)  # their own
        first = self.chair.react(self.hall, asked, THUMB)
        second = self.chair.react(self.hall, answer, DARK_THUMB)
        self.chair.react(self.mods, queued, THUMB)
        self.settle(self.chair, self.mods)
        self.settle(self.chair, self.hall)
        self.assertEqual(self.votes(bot), [1])
        self.chair.redact(self.hall, first)
        self.chair.redact(self.hall, second)
        self.settle(self.chair, self.hall)
        self.assertEqual(self.votes(bot), [1])
        bot.terminate()
        said = self.said(self.hall)
        self.assertEqual(sum(said.values()), 1 + 2, said)  # none answers a reaction

    def test_a_cross_of_a_moderator_dismisses_and_nobody_elses(self):
        bot = self.start_bot()
        invited = len(self.ana.heard)
        _, answer, queued = self.put_question(self.ana, "What is this?")
        self.ana.react(self.hall, answer, CROSS)
        self.ana.react(self.hall, answer, TICK)
        self.settle(self.ana, self.hall)
        self.assertEqual(self.questions(bot, "state"), [("pending",)])
        self.chair.react(self.mods, queued, CROSS)
        self.chair.wait_edit(queued, "#1 dismissed")
        self.ana.join(self.ana.wait_invited(invited))
        self.ana.wait_text("#1 dismissed", invited)
        bot.terminate()

    def test_a_moderator_who_removes_a_question_dismisses_it(self):
        bot = self.start_bot()
        asked, _, queued = self.put_question(self.ana, "What is this?")
        other = self.ana.send_text(self.hall, "Good morning.")
        self.ana.set_power(self.hall, users={self.chair.user_id: 50})
        self.chair.redact(self.hall, other)
        self.chair.redact(self.hall, asked)
        self.chair.wait_edit(queued, "#1 dismissed")
        bot.terminate()
        self.assertEqual(self.questions(bot, "state", "reason"),
                         [("dismissed", "removed")])

    def test_edits_that_change_no_question(self):
        bot = self.start_bot()
        asked, answer, queued = self.put_question(self.ana, "What is this?")
        self.chair.send_edit(self.hall, asked, "!ask Something else?")  # not theirs
        chatter = self.ana.send_text(self.hall, "Good morning.")
        self.ana.send_edit(self.hall, chatter, "!ask And now?")
        self.ana.send_edit(self.hall, answer, "!ask The bot's?")
        self.ana.send_edit(self.hall, asked, "!next")  # another command
        self.settle(self.chair, self.hall)
        self.settle(self.ana, self.hall)
        self.chair.react(self.mods, queued, TICK)
        self.chair.wait_edit(queued, "#1 approved")
        late = self.ana.send_edit(self.hall, asked, "!ask Too late?")
        refusal = self.ana.wait_text("#1 is approved", room_id=self.hall)
        self.assertEqual(relation_of(refusal)["m.in_reply_to"]["event_id"], asked)
        self.assertNotEqual(late, asked)
        bot.terminate()
        self.assertEqual(self.questions(bot, "text"), [("What is this?",)])
        said = self.said(self.hall)
        self.assertEqual(sum(said.values()), 1 + 2 + 1, said)

    def test_reactions_are_not_answered_however_many(self):
        bot = self.start_bot()
        asked, answer, _ = self.put_question(self.ana, "What is this?")
        tones = ["", *(chr(0x1F3FB + tone) for tone in range(5))]
        for message in (asked, answer):  # more than a person's rate
            for key in (THUMB[0] + tone + look for tone in tones for look in ("", "\uFE0F")):
                self.ana.react(self.hall, message, key)
        self.settle(self.chair, self.hall)
        bot.terminate()
        said = self.said(self.hall)
        self.assertEqual(sum(said.values()), 1 + 1, said)

    def test_a_direct_question_is_edited_without_a_command(self):
        bot = self.start_bot()
        direct = self.ana.create_room(invite=[self.bot_id], direct=True)
        self.ana.wait_member(direct, self.bot_id)
        asked = self.ana.send_text(direct, "ask What is that?")
        self.ana.wait_text("#1 is waiting", room_id=direct)
        self.ana.send_edit(direct, asked, "What is this?")
        self.ana.wait_text("#1 changed", room_id=direct)
        bot.terminate()
        self.assertEqual(self.questions(bot, "text"), [("What is this?",)])


@chroot.needs_chroot
class OnceCase(MessagesCase):
    def test_what_was_done_while_it_was_away_is_done_once(self):
        bot = self.start_bot()
        first, first_answer, first_queued = self.put_question(self.ana, "One?")
        second, _, _ = self.put_question(self.ana, "Two?", 2)
        bot.kill()
        self.ana.send_edit(self.hall, first, "!ask One and a half?")
        self.chair.react(self.hall, first_answer, THUMB)
        for number in range(120):  # more than a synchronisation holds
            self.ana.say(self.hall, f"chatter {number}")
        self.ana.redact(self.hall, second)
        bot.start_ready()
        self.chair.wait_text("#1 changed", room_id=self.hall)
        self.chair.wait_text("#2 withdrawn.", room_id=self.hall)
        bot.kill()
        bot.start_ready()
        self.chair.wait_edit(first_queued, "#1 pending")
        self.settle(self.chair, self.hall)
        bot.terminate()
        self.assertEqual(self.questions(bot, "state", "text", "votes"),
                         [("pending", "One and a half?", 1), ("withdrawn", "Two?", 0)])
        for question in bot.export("test"):
            actions = [entry["action"] for entry in question["history"]]
            self.assertEqual(len(actions), len(set(actions)), actions)
        self.assert_said_once(self.hall)
        self.assert_said_once(self.mods)

    def test_what_it_said_is_known_though_it_was_killed_as_it_arrived(self):
        bot = self.start_bot()
        for number in range(1, 4):
            self.ana.say(self.hall, f"!ask What of {number}?")
            queued = self.id_of(f"#{number} new", self.mods)
            bot.kill()  # perhaps before it has stored under which id that was
            bot.start_ready()
            self.chair.react(self.mods, queued, TICK)
            self.chair.wait_edit(queued, f"#{number} approved")
        bot.terminate()
        self.assert_said_once(self.mods)

    def test_the_message_of_the_queue_ends_right_over_kills(self):
        bot = self.start_bot()
        asked, _, queued = self.put_question(self.ana, "Try 0?")
        for number in range(1, 7):
            self.ana.send_edit(self.hall, asked, f"!ask Try {number}?")
            if number % 2 == 0:  # in the midst of it
                self.ana.wait_text("#1 changed", room_id=self.hall)
                bot.kill()
                bot.start_ready()
        self.chair.wait_edit(queued, "#1 pending 0 votes [session 1] ana: Try 6?")
        self.chair.react(self.mods, queued, TICK)
        bot.kill()
        bot.start_ready()
        self.chair.wait_edit(queued, "#1 approved 0 votes [session 1] ana: Try 6?")
        bot.terminate()
        self.assert_said_once(self.mods)
        self.assertEqual(body_of(self.chair.history(self.mods)[-1])[:13], "* #1 approved")


@chroot.needs_chroot
class AnswerCase(MessagesCase):
    def test_an_answer_is_a_reply_that_mentions_who_asked_alone(self):
        bot = self.start_bot()
        said = self.ana.send_text(self.hall, "!agenda")
        answer = self.ana.wait_text("Session 1", room_id=self.hall)
        self.assertEqual(relation_of(answer), {"m.in_reply_to": {"event_id": said}})
        self.assertEqual(answer["content"]["m.mentions"], {"user_ids": ["@ana:localhost"]})
        self.chair.say(self.mods, "!announce Hello @room and @ana:localhost")
        notice = self.ana.wait_text("Hello @room", room_id=self.hall)
        self.assertEqual(relation_of(notice), {})
        self.assertEqual(notice["content"]["m.mentions"], {})
        bot.terminate()

    def test_an_answer_is_in_the_thread_where_it_was_asked(self):
        bot = self.start_bot()
        root = self.ana.send_text(self.hall, "About the agenda:")
        for text, answer in (("!session 1", "Session 1"), ("!ask What is that?", "#1 is")):
            said = self.ana.say_in_thread(self.hall, root, text)
            heard = self.ana.wait_text(answer, room_id=self.hall)
            self.assertEqual(relation_of(heard), {
                "rel_type": "m.thread", "event_id": root, "is_falling_back": True,
                "m.in_reply_to": {"event_id": said}})
        self.ana.send_edit(self.hall, said, "!ask What is this?")
        changed = relation_of(self.ana.wait_text("#1 changed", room_id=self.hall))
        self.assertEqual((changed["event_id"], changed["m.in_reply_to"]["event_id"]),
                         (root, said))
        bot.terminate()

    def test_a_reply_may_be_a_command(self):
        bot = self.start_bot()
        said = self.chair.send_text(self.hall, "When is the end?")
        self.ana.reply(self.hall, said, "!session 2")
        self.ana.wait_text("Session 2: Closing", room_id=self.hall)
        bot.terminate()

    def test_it_is_addressed_as_clients_write_it(self):
        bot = self.start_bot()
        name = self.bot_id[1:].partition(":")[0]
        link = f"https://matrix.to/#/{self.bot_id}"
        pill = f'<a href="{link}">{name}</a>'
        mentions = {"m.mentions": {"user_ids": [self.bot_id]}}
        for body, html in ((f"{name}: session 1", f"{pill}: session 1"),
                           (f"{name} session 1", f"{pill} session 1"),
                           (f"[{self.bot_id}]({link}) session 1", f"{pill} session 1"),
                           (f"[{name}]({link}): session 1", f"{pill}: session 1"),
                           (f"{self.bot_id} session 1", f"{pill} session 1")):
            with self.subTest(body):
                since = len(self.ana.heard)
                self.ana.send_text(self.hall, body, format="org.matrix.custom.html",
                                   formatted_body=html, **mentions)
                self.ana.wait_text("Session 1", since, self.hall)
        # Named in passing, not addressed.
        since = self.ana.say(self.hall, f"{name} session 1")
        self.settle(self.ana, self.hall)
        self.assertEqual(len(self.answers(self.ana, since)), 1)
        bot.terminate()

    def test_people_see_that_it_has_read(self):
        bot = self.start_bot()
        said = self.ana.send_text(self.hall, "Good morning.")
        self.ana.receipts.wait_for(
            lambda receipt: receipt == (self.hall, said, self.bot_id), what="a receipt")
        bot.terminate()


if __name__ == "__main__":
    unittest.main()
