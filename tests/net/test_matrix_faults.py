# SPDX-License-Identifier: MIT
"""The bot on a real Synapse behind a proxy that does wrong, and on one that is
killed: whatever happens, each line is answered once, and in order."""

import os
import random
import threading
import time
import unittest

from net.test_matrix import MatrixCase
from support import chroot, http_fault_proxy as faults
from support.bot import Bot, WorkshopClock
from support.case import LATE, SESSION_1, workshop
from support.matrix_client import body_of
from support.patient_client import PatientMatrixClient

LONG = bool(os.environ.get("USHER_TEST_LONG"))
SEND = "/send/m.room.message/"
LINES = 3  # pairs of a query and a question
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
HUGE = b'{"next_batch":"' + b"x" * (40 << 20) + b'"}'
CROWD = b'{"joined":{"@x:y":{"display_name":"' + b"x" * (17 << 20) + b'"}}}'
DEEP = b'{"a":' * 100000


class FaultCase(MatrixCase):
    """The bot speaks to the server through `self.proxy`."""

    def setUp(self):
        super().setUp()
        self.proxy = self.use(faults.HttpFaultProxy(self.server.port))
        self.bot = self.use(Bot(self.directory, self.configuration(),
                                WorkshopClock("2015-09-08T14:50:00+02:00")))
        self.asked = 0

    def configuration(self):
        network = {**self.network, "homeserver": self.proxy.url, "ca_file": None}
        return {
            "store": "sqlite:usher.db",
            "networks": {"itu": network},
            "workshops": {"test": workshop(
                rooms=[{"network": "itu", "room": self.alias}],
                moderator_rooms=[{"network": "itu", "room": self.mods}],
                moderators=[{"network": "itu", "user": "@chair:localhost"}],
                questions={"open_per_person": 10000},
                limits={"commands_per_person_per_minute": 10000,
                        "answers_per_room_per_minute": 10000})}}

    def start(self):
        """Starts the bot, and waits until it hears what is said in its rooms."""
        since = len(self.bot.log)
        self.bot.start()
        self.bot.wait_log("event=up", since)
        self.ana.wait_member(self.hall, self.bot_id)
        self.chair.wait_member(self.mods, self.bot_id)

    def talk(self, pairs=LINES, client=None):
        """Says so many queries and questions in the hall."""
        client = client or self.ana
        for _ in range(pairs):
            self.asked += 1
            client.say(self.hall, f"!help word{self.asked}")
            client.say(self.hall, f"!ask What of case{self.asked}?")

    def expected(self):
        """The answers in the hall, in order, and what the moderators are shown."""
        numbers = range(1, self.asked + 1)
        return ([text for n in numbers for text in (
            f"No command word{n}. Say help for all of them.",
            f"#{n} is waiting for a moderator.")],
            [f"#{n} new [session 1] ana: What of case{n}?" for n in numbers])

    def wait_answers(self, ana=None, chair=None):
        hall, mods = self.expected()
        for text in hall:
            (ana or self.ana).wait_text(text, 0, self.hall)
        for text in mods:
            (chair or self.chair).wait_text(text, 0, self.mods)

    def said_in(self, room):
        return [LATE.sub("", body_of(event)) for event in self.chair.history(room)
                if event["sender"] == self.bot_id and event["type"] == "m.room.message"]

    def check(self, key=None):
        """Each answer once and in order (of those whose `key` is equal), the bot
        still well, and one device."""
        self.wait_answers()
        # What was to be said twice would be there by now.
        self.ask(self.chair, self.hall, "!session 1", SESSION_1)
        self.ask(self.chair, self.mods, "!session 1", SESSION_1)
        self.bot.terminate()
        for room, expected in zip((self.hall, self.mods), self.expected()):
            said = [text for text in self.said_in(room)
                    if not text.startswith(SESSION_1)]
            if key:
                said, expected = sorted(said, key=key), sorted(expected, key=key)
            self.assertEqual(said, expected)
        self.assertEqual(len(self.server.bot_devices(self.bot_id)), 1)

    def check_after_kill(self):
        """What was stored keeps its order; answers that were not are made anew."""
        self.check(key=lambda text: text.startswith("#"))


@chroot.needs_chroot
class ProxyCase(FaultCase):
    def check_everywhere(self, action):
        """The fault once at each step of signing on, then again and again at messages
        and at synchronisations."""
        steps = [self.proxy.fault(method, path, action) for method, path in (
            ("POST", "/login$"), ("GET", "/joined_rooms$"), ("GET", "/directory/room/"),
            ("POST", "/join/"), ("GET", "/sync"))]
        self.start()
        for step in steps:
            step.wait()
        messages = self.proxy.fault("PUT", SEND, action, times=None, every=6)
        syncs = self.proxy.fault("GET", "/sync", action, times=4, every=4)
        self.talk()
        messages.wait()
        syncs.wait()
        self.check()

    def test_answers_that_are_cut_off(self):
        self.check_everywhere(faults.cut_after)

    def test_requests_that_are_cut_off(self):
        self.check_everywhere(faults.cut_before)

    def test_answers_that_end_in_their_middle(self):
        self.check_everywhere(faults.truncate)

    def test_429_with_a_body(self):
        self.check_everywhere(faults.answer(
            429, b'{"errcode":"M_LIMIT_EXCEEDED","error":"no","retry_after_ms":200}'))

    def test_429_with_retry_after_alone(self):
        self.check_everywhere(faults.answer(429, Retry_After="1"))

    def test_429_without_a_word(self):
        self.check_everywhere(faults.answer(429))

    def test_502_in_html(self):
        self.check_everywhere(faults.answer(502, HTML, Content_Type="text/html"))

    def test_502_in_html_after_it_was_done(self):
        self.check_everywhere(faults.answer_after(502, HTML))

    def test_403_of_something_else_than_the_homeserver(self):
        self.check_everywhere(faults.answer(403, HTML, Content_Type="text/html"))

    def test_garbage(self):
        self.check_everywhere(faults.answer_after(200, bytes(range(256))))

    def test_json_that_is_too_deep(self):
        self.check_everywhere(faults.answer_after(200, DEEP))

    def test_json_that_is_too_long(self):
        self.check_everywhere(faults.answer_after(200, HUGE))

    def test_a_limit_in_one_room_holds_no_other(self):
        self.start()
        limit = self.proxy.fault("PUT", f"{self.hall}{SEND}", faults.answer(
            429, b'{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1000}'), times=None)
        self.talk(1)
        limit.wait()
        self.ask(self.chair, self.mods, "!session 2", "Session 2")
        self.assertNotIn("No command word1. Say help for all of them.",
                         self.said_in(self.hall))
        limit.end()
        self.wait_answers()
        self.bot.terminate()

    def test_a_slow_answer_in_one_room_holds_no_other(self):
        self.start()
        gate = faults.Gate()
        held = self.proxy.fault("PUT", f"{self.hall}{SEND}", gate)
        self.talk(2)
        held.wait()
        self.ask(self.chair, self.mods, "!session 2", "Session 2")
        hall, _ = self.expected()
        self.assertLessEqual(self.said_in(self.hall), hall[:1])
        gate.open()
        self.wait_answers()
        self.assertEqual(self.said_in(self.hall), hall)
        self.bot.terminate()

    def check_hall_is_heard_in_spite_of(self, action):
        """Of a direct room the server never tells the members well."""
        self.start()
        direct = self.ana.create_room(invite=[self.bot_id], direct=True)
        self.ana.wait_member(direct, self.bot_id)
        members = self.proxy.fault("GET", f"{direct}/joined_members", action, times=None)
        self.ana.say(direct, "now")
        members.wait()
        self.talk()
        self.check()

    def test_a_room_with_more_members_than_fit_holds_no_other(self):
        self.check_hall_is_heard_in_spite_of(faults.answer(200, CROWD))

    def test_a_room_whose_members_are_to_be_waited_for_holds_no_other(self):
        self.check_hall_is_heard_in_spite_of(faults.answer(429, Retry_After="3600"))

    def test_a_room_whose_members_the_server_fails_at_holds_no_other(self):
        self.check_hall_is_heard_in_spite_of(faults.answer(502, HTML))

    def test_a_room_whose_members_are_never_told_holds_no_other(self):
        self.check_hall_is_heard_in_spite_of(faults.cut_before)

    def test_a_sync_that_is_too_long_is_had_in_pieces(self):
        self.start()
        self.ask(self.ana, self.hall, "!session 1", SESSION_1)
        self.bot.kill()
        self.talk(10)
        whole = self.proxy.fault("GET", '/sync.*"limit":100[^0-9].*since=',
                                 faults.answer_after(200, HUGE), times=None)
        self.start()
        whole.wait()
        self.wait_answers()
        whole.end()
        self.check()

    def test_killed_before_it_knows_that_it_was_heard(self):
        self.start()
        lost = self.proxy.fault("PUT", SEND, faults.cut_after, times=None)
        self.talk()
        for room in (self.hall, self.mods):
            lost.hits.wait_for(lambda path, room=room: room in path)
        self.bot.kill()
        lost.end()
        self.start()
        self.check_after_kill()

    def test_killed_again_and_again_behind_a_bad_line(self):
        self.start()
        for action in (faults.cut_after, faults.truncate, faults.answer(502, HTML)):
            self.proxy.fault("PUT", SEND, action, times=None, every=8)
            self.proxy.fault("GET", "/sync", action, times=None, every=9)
        for _ in range(20 if LONG else 3):
            self.talk(random.randrange(1, 4))
            time.sleep(random.random() / 2)  # any moment is right; none is waited for
            self.bot.kill()
            self.start()
        self.check_after_kill()


@chroot.needs_chroot
class RestartCase(FaultCase):
    """The homeserver itself ends, by a signal it can't catch, while people ask."""

    CLIENT = PatientMatrixClient

    def test_a_homeserver_that_is_killed_under_load(self):
        self.start()
        self.ending = threading.Event()
        asking = threading.Thread(target=self.talk_on, daemon=True)
        asking.start()
        for _ in range(50 if LONG else 5):
            # While it does what the bot has just asked for.
            self.proxy.seen.wait_for(lambda request: SEND in request,
                                     len(self.proxy.seen))
            time.sleep(random.random() / 50)
            self.server.kill()
            self.server.start_again()
        self.ending.set()
        asking.join()
        self.check()

    def talk_on(self):
        while not self.ending.is_set():
            self.talk(1)


if __name__ == "__main__":
    unittest.main()
