# SPDX-License-Identifier: MIT
"""Signing on, rooms and direct rooms on a real Synapse."""

import contextlib
import itertools
import json
import os
import signal
import sqlite3
import time
import unittest

from net.test_matrix import MatrixCase as _MatrixCase
from support import chroot
from support.bot import Bot, WorkshopClock
from support.case import SESSION_1, workshop
from support.matrix_client import body_of, is_valid
from support.processes import WAIT_S
from support.synapse import Synapse
from support.web import Web

_CANNOT_READ = "I can't read encrypted messages."
_ENCRYPTION = {"type": "m.room.encryption", "state_key": "",
               "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
_CIPHERTEXT = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA",
               "session_id": "s", "sender_key": "k", "device_id": "d"}


class RoomsCase(_MatrixCase):
    def start_bot_in(self, rooms, mods=None, moderators=(), **network):
        """In those rooms instead of the hall."""
        configuration = {
            "store": "sqlite:usher.db",
            "networks": {"itu": {**self.network, **network}},
            "workshops": {"test": workshop(
                rooms=[{"network": "itu", "room": room} for room in rooms],
                moderator_rooms=[{"network": "itu", "room": mods or self.mods}],
                moderators=[{"network": "itu", "user": user} for user in moderators])}}
        return self.use(Bot(self.directory, configuration,
                            WorkshopClock("2015-09-08T14:50:00+02:00"))).start_ready()

    def wait_logs(self, bot, count, *parts):
        """Until so many lines of the log have all of the parts."""
        found = itertools.count(1)
        bot.log.wait_for(
            lambda line: all(part in line for part in parts) and next(found) == count,
            what=f"{count} times {parts}")

    def wait_restarted(self, bot):
        bot.kill()
        bot.start_ready()


@chroot.needs_chroot
class UpgradeCase(RoomsCase):
    def test_a_replaced_room_is_followed(self):
        bot = self.start_bot()
        at_mods = len(self.chair.heard)
        version = self.ana.state(self.hall, "m.room.create")["room_version"]
        new = self.ana.act(self.hall, "upgrade", new_version=version)["replacement_room"]
        self.ana.wait_member(new, self.bot_id)
        self.chair.wait_text("was replaced by a new room", at_mods, self.mods)
        self.ask(self.ana, new, "!agenda", SESSION_1)
        self.ask(self.ana, new, "!ask What now?", "#1 is waiting for a moderator.")
        self.wait_restarted(bot)
        self.ask(self.ana, new, "!agenda", SESSION_1)
        bot.terminate()

    def test_one_replaced_while_it_was_away_is_heard_to_its_end(self):
        bot = self.start_bot()
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        bot.kill()
        self.ana.say(self.hall, "!ask What now?")
        version = self.ana.state(self.hall, "m.room.create")["room_version"]
        new = self.ana.act(self.hall, "upgrade", new_version=version)["replacement_room"]
        since = len(self.ana.heard)
        bot.start_ready()
        self.ana.wait_text("#1 is waiting for a moderator.", since, new)
        bot.terminate()

    def test_one_configured_by_id_and_closed_is_followed_once_invited(self):
        bot = self.start_bot()
        version = self.chair.state(self.mods, "m.room.create")["room_version"]
        new = self.chair.act(self.mods, "upgrade",
                             new_version=version)["replacement_room"]
        bot.wait_log("event=room_replaced")
        # What is for the moderators waits for the room to be open.
        self.ask(self.ana, self.hall, "!ask What now?", "#1 is waiting for a moderator.")
        since = len(self.chair.heard)
        self.chair.invite(new, self.bot_id)
        self.chair.wait_text("#1 new [session 1] ana: What now?", since, new)
        self.ask(self.chair, new, "!queue", "#1 pending")
        self.wait_restarted(bot)
        self.ask(self.chair, new, "!approve 1", "#1 approved")
        bot.terminate()


@chroot.needs_chroot
class RightsCase(RoomsCase):
    def rights_follow_levels(self, version):
        mods = self.chair.create_room(invite=[self.bot_id], room_version=version)
        self.chair.invite(mods, self.ana.user_id)
        self.ana.join(mods)
        bot = self.start_bot_in([self.alias], mods)
        name = self.bot_id[1:].partition(":")[0]
        # The creator; of version 12 without a level of its own.
        self.ask(self.chair, mods, "!queue", "No questions.")
        self.ask(self.ana, mods, f"{name}: queue", "Only moderators")
        self.chair.set_power(mods, users={self.ana.user_id: 50})
        self.ask(self.ana, mods, "!queue", "No questions.")
        self.ask(self.ana, self.hall, "!queue", "No questions.")
        self.wait_restarted(bot)
        self.ask(self.ana, mods, "!queue", "No questions.")
        self.chair.set_power(mods, users={self.ana.user_id: 49})
        self.ask(self.ana, mods, f"{name}: queue", "Only moderators")
        bot.terminate()
        bot.start_ready()
        self.ask(self.ana, mods, f"{name}: queue", "Only moderators")
        self.chair.set_power(mods, users_default=50, users={self.ana.user_id: 0})
        self.ask(self.ana, mods, f"{name}: queue", "Only moderators")
        bot.terminate()

    def test_what_the_bots_account_does_elsewhere_counts(self):
        bot = self.start_bot_in([self.alias])
        self.chair.invite(self.mods, self.ana.user_id)
        self.ana.join(self.mods)
        self.ask(self.ana, self.mods, f"{self.bot_id}: queue", "Only moderators")
        self.chair.set_power(self.mods, users={self.bot_id: 100})
        elsewhere = self.use(self.server.bot_elsewhere(self.bot_id))
        elsewhere.rename("Concierge")
        elsewhere.set_power(self.mods, users={self.ana.user_id: 50})
        since = len(self.ana.heard)
        deadline = time.monotonic() + WAIT_S
        while not any("No questions." in text
                      for text in self.answers(self.ana, since)):
            self.assertLess(time.monotonic(), deadline)
            self.ana.say(self.mods, "Concierge: queue")
            time.sleep(4)  # said too often it is not answered
        bot.terminate()

    def test_of_version_9(self):
        self.rights_follow_levels("9")

    def test_of_version_10(self):
        self.rights_follow_levels("10")

    def test_of_version_11(self):
        self.rights_follow_levels("11")

    def test_of_version_12(self):
        self.rights_follow_levels("12")

    def test_who_leaves_the_room_has_none(self):
        self.chair.invite(self.mods, self.ana.user_id)
        self.ana.join(self.mods)
        self.chair.set_power(self.mods, users={self.ana.user_id: 50})
        bot = self.start_bot_in([self.alias])
        self.ask(self.ana, self.hall, "!queue", "No questions.")
        self.ana.act(self.mods, "leave")
        name = self.bot_id[1:].partition(":")[0]
        self.ask(self.ana, self.hall, f"{name}: queue", "Only moderators")
        bot.terminate()


@chroot.needs_chroot
class DoorsCase(RoomsCase):
    def test_who_removed_it_is_told_to_the_moderators_and_an_invitation_helps(self):
        bot = self.start_bot()
        at_mods = len(self.chair.heard)
        self.ana.act(self.hall, "kick", user_id=self.bot_id)
        self.chair.wait_text(f"I was removed from {self.alias} by {self.ana.user_id}",
                             at_mods, self.mods)
        since = len(self.ana.heard)
        self.ana.invite(self.hall, self.bot_id)
        self.wait_back(since)
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        bot.terminate()

    def test_a_ban_holds_until_it_is_invited_or_told_to_try(self):
        bot = self.start_bot()
        at_mods = len(self.chair.heard)
        self.ana.act(self.hall, "ban", user_id=self.bot_id)
        self.chair.wait_text(f"I was banned from {self.alias}", at_mods, self.mods)
        self.ana.act(self.hall, "unban", user_id=self.bot_id)
        since = len(self.ana.heard)
        self.ana.invite(self.hall, self.bot_id)
        self.wait_back(since)
        at_mods = len(self.chair.heard)
        self.ana.act(self.hall, "ban", user_id=self.bot_id)
        self.chair.wait_text(f"I was banned from {self.alias}", at_mods, self.mods)
        self.ana.act(self.hall, "unban", user_id=self.bot_id)
        since = len(self.ana.heard)
        os.kill(bot.pid, signal.SIGHUP)
        self.wait_back(since)
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        bot.terminate()

    def wait_back(self, since):
        self.ana.heard.wait_for(
            lambda event: event["type"] == "m.room.member"
            and event["state_key"] == self.bot_id
            and event["content"]["membership"] == "join", since, "its coming back")

    def test_it_knocks_where_it_may_not_just_join(self):
        room = self.ana.create_room(
            f"knock{self.alias[1:].partition(':')[0]}", room_version="10",
            initial_state=[{"type": "m.room.join_rules", "state_key": "",
                            "content": {"join_rule": "knock"}}])
        name = self.ana.state(room, "m.room.canonical_alias")["alias"]
        at_mods = len(self.chair.heard)
        bot = self.start_bot_in([name])
        self.chair.wait_text(f"I can't join {name}", at_mods, self.mods)
        self.chair.wait_text(f"I asked to be let into {name}.", at_mods, self.mods)
        self.ana.invite(room, self.bot_id)
        self.ana.wait_member(room, self.bot_id)
        self.ask(self.ana, room, "!agenda", SESSION_1)
        knocks = [event for event in self.ana.history(room)
                  if event["content"].get("membership") == "knock"]
        self.assertEqual(len(knocks), 1)
        bot.terminate()

    def test_what_a_room_refuses_is_told_once(self):
        bot = self.start_bot()
        at_mods = len(self.chair.heard)
        self.ana.set_power(self.hall, events_default=10,
                           users={self.ana.user_id: 100, self.chair.user_id: 10})
        for _ in range(3):
            self.chair.say(self.hall, "!agenda")
        self.wait_logs(bot, 3, "event=message_refused")
        self.chair.wait_text(f"I could not say something in {self.alias}", at_mods,
                             self.mods)
        self.ana.set_power(self.hall, events_default=0)
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        told = [text for text in self.answers(self.chair, at_mods)
                if "could not say something" in text]
        self.assertEqual(len(told), 1, told)
        bot.terminate()

    def test_an_encrypted_room_is_told_once(self):
        at_mods = len(self.chair.heard)
        self.ana.set_state(self.hall, "m.room.encryption", _ENCRYPTION["content"])
        bot = self.start_bot()
        self.chair.wait_text(f"{self.alias} is encrypted", at_mods, self.mods)
        self.wait_restarted(bot)
        self.ask(self.chair, self.mods, "!queue", "No questions.")
        told = [text for text in self.answers(self.chair, at_mods)
                if "is encrypted" in text]
        self.assertEqual(len(told), 1, told)
        self.assertTrue(any("level=error" in line and "room_encrypted" in line
                            for line in bot.log.all()))
        bot.terminate()


@chroot.needs_chroot
class DirectCase(RoomsCase):
    def asked_and_approved(self):
        """A question of ana's; the direct room in which she is told of it."""
        self.ask(self.ana, self.hall, "!ask What?", "#1 is waiting for a moderator.")
        invited = len(self.ana.heard)
        self.ask(self.chair, self.mods, "!approve 1", "#1 approved")
        direct = self.ana.wait_invited(invited)
        self.ana.join(direct)
        self.ana.wait_text("#1 approved", invited, direct)
        return direct

    def invitations(self, since):
        return [event for event in self.ana.heard.all(since)
                if event["type"] == "invited"]

    def test_the_room_is_found_again_after_a_restart(self):
        bot = self.start_bot()
        direct = self.asked_and_approved()
        self.wait_restarted(bot)
        since = len(self.ana.heard)
        self.chair.say(self.mods, "!pull")
        self.ana.wait_text("#1 is being asked now", since, direct)
        self.assertEqual(self.invitations(since), [])
        bot.terminate()

    def test_who_left_is_not_asked_again_until_they_say_so(self):
        bot = self.start_bot()
        direct = self.asked_and_approved()
        since = len(self.ana.heard)
        self.ana.act(direct, "leave")
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        self.chair.say(self.mods, "!pull")
        bot.wait_log("the person left the direct room within the last day")
        self.wait_restarted(bot)
        at_log = len(bot.log)
        self.chair.say(self.mods, "!answered So.")
        bot.wait_log("the person left the direct room within the last day", at_log)
        self.assertEqual(self.invitations(since), [])
        self.ask(self.ana, self.hall, "!dm", "I wrote to you directly.")
        again = self.ana.wait_invited(since)
        self.ana.join(again)
        self.ask(self.ana, again, "agenda", SESSION_1)
        bot.terminate()

    def test_an_encrypted_one_is_told_once_how_to_reach_it(self):
        bot = self.start_bot()
        direct = self.ana.create_room(invite=[self.bot_id], direct=True,
                                      initial_state=[_ENCRYPTION])
        self.ana.wait_member(direct, self.bot_id)
        since = len(self.ana.heard)
        self.ana.send(direct, _CIPHERTEXT, "m.room.encrypted")
        event = self.ana.wait_text(_CANNOT_READ, since, direct)
        self.assertEqual(event["content"]["msgtype"], "m.notice")
        self.ana.send(direct, _CIPHERTEXT, "m.room.encrypted")
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        self.wait_restarted(bot)
        self.ana.send(direct, _CIPHERTEXT, "m.room.encrypted")
        invited = len(self.ana.heard)
        self.ask(self.ana, self.hall, "!dm", "I wrote to you directly.")
        plain = self.ana.wait_invited(invited)
        self.assertNotEqual(plain, direct)
        self.ana.join(plain)
        self.ask(self.ana, plain, "agenda", SESSION_1)
        told = [event for event in self.ana.history(direct)
                if _CANNOT_READ in body_of(event)]
        self.assertEqual(len(told), 1)
        bot.terminate()

    def test_a_flood_of_invitations_is_bounded(self):
        bot = self.start_bot()
        rooms = [self.ana.create_room(invite=[self.bot_id], direct=True)
                 for _ in range(8)]
        self.wait_logs(bot, 3, "event=invitation_ignored", "too many")
        # Somebody else still gets through.
        direct = self.chair.create_room(invite=[self.bot_id], direct=True)
        self.chair.wait_member(direct, self.bot_id)
        for room in rooms[:5]:
            self.ana.wait_member(room, self.bot_id)
        self.assertEqual(sum(self.bot_id in self.ana.members(room) for room in rooms), 5)
        bot.terminate()


@chroot.needs_chroot
class SessionCase(RoomsCase):
    def test_a_session_ended_from_outside_is_told_and_begun_again(self):
        bot = self.start_bot()
        [device] = self.server.bot_devices(self.bot_id)
        at_mods = len(self.chair.heard)
        self.server.end_bot_sessions(self.bot_id)
        self.chair.wait_text("My session was ended from outside", at_mods, self.mods)
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        self.assertEqual(self.server.bot_devices(self.bot_id), {device})
        self.assertTrue(any("level=error" in line and "signed_out" in line
                            for line in bot.log.all()))
        bot.terminate()

    def test_nothing_is_carried_out_again_by_a_restart(self):
        bot = self.start_bot()
        for number in (1, 2):
            self.ask(self.ana, self.hall, f"!ask What of {number}?",
                     f"#{number} is waiting for a moderator.")
        self.ask(self.chair, self.mods, "!approve 1 2", "#2 approved")
        self.chair.say(self.mods, "!pull")
        self.ana.wait_text("Question #1 from ana", room_id=self.hall)
        self.ask(self.chair, self.mods, "!answered", "#1 answered")
        for _ in range(2):
            self.wait_restarted(bot)
            self.ask(self.chair, self.mods, "!queue", "#2 approved")
        self.assertEqual([question["state"] for question in bot.export("test")],
                         ["answered", "approved"])
        bot.terminate()

    def web(self, well_known):
        return self.use(Web(self.authority, {"/.well-known/matrix/client": well_known}))

    @staticmethod
    def names(address):
        return (200, {}, json.dumps({"m.homeserver": {"base_url": address}}))

    def test_the_address_is_found_through_the_well_known_file(self):
        web = self.web((302, {"Location": "/elsewhere.json"}, ""))
        web.answers["/elsewhere.json"] = self.names(f"{self.network['homeserver']}/")
        bot = self.start_bot(homeserver=web.url)
        bot.wait_log("event=homeserver_found")
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        bot.terminate()

    def test_a_well_known_file_that_leads_nowhere_is_said(self):
        nowhere = self.use(Web(self.authority, {}))
        for found, reason in (
                ((404, {}, ""), "there is no Matrix server at"),
                ((200, {}, "<html>"), "names no https address"),
                (self.names("http://localhost/"), "names no https address"),
                (self.names(nowhere.url), "but there is no Matrix server"),
                ((302, {"Location": "/.well-known/matrix/client"}, ""),
                 "can't be read")):
            with self.subTest(reason=reason):
                bot = self.start_bot(homeserver=self.web(found).url)
                self.assertTrue(any(reason in line for line in bot.log.all()),
                                bot.log.all())
                bot.terminate()


@chroot.needs_chroot
class RefreshCase(RoomsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.enterClassContext(Synapse(
            cls.authority, refreshable_access_token_lifetime="6s"))
        cls.ana = cls.enterClassContext(cls.server.participant("ana"))
        cls.chair = cls.enterClassContext(cls.server.participant("chair"))

    def kept_token(self):
        with contextlib.closing(sqlite3.connect(self.directory / "usher.db")) as store:
            [[token]] = store.execute("SELECT value FROM network_state WHERE "
                                      "network = 'itu' AND key = 'access_token'")
        return token

    def test_tokens_that_end_are_refreshed(self):
        bot = self.start_bot()
        bot.wait_log("event=token_refreshed")
        bot.wait_log("event=token_refreshed", len(bot.log))
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        self.assertFalse(any("event=down" in line for line in bot.log.all()))
        bot.kill()
        deadline = time.monotonic() + WAIT_S
        while is_valid(self.server.url, self.kept_token()):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        since = len(bot.log)
        bot.start_ready()
        bot.wait_log("event=token_refreshed", since)
        self.ask(self.ana, self.hall, "!agenda", SESSION_1)
        self.assertFalse(any("event=signed_on" in line for line in bot.log.all(since)))
        self.assertEqual(len(self.server.bot_devices(self.bot_id)), 1)
        bot.terminate()


if __name__ == "__main__":
    unittest.main()
