# SPDX-License-Identifier: MIT
"""The bot in rooms that refuse it, under names that are taken, on servers that
restart: on ngIRCd, ergo and InspIRCd."""

import os
import signal
import tempfile
import unittest
from pathlib import Path

from net.test_irc import IrcCase
from support import chroot
from support.bot import Bot, WorkshopClock
from support.case import SESSION_1, workshop
from support.certificates import Authority
from support.ergo import Ergo
from support.fault_proxy import FaultProxy
from support.inspircd import Inspircd
from support.ngircd import Ngircd
from support.secret import secret_file

waits_long = unittest.skipUnless(os.environ.get("USHER_TEST_LONG"),
                                 "waits for a minute: only with --long")


class Staying:
    """What holds on every server. The operator of the hall is `op`, there before
    the bot, who tells `mod` of its troubles."""

    def network(self, **options):
        network = {**self.server.bot(), **options}
        return {**network, "nick": self.nick, "alternative_nicks": [f"{self.nick}_"]}

    def setUp(self):
        super().setUp()
        self.nick = self.own("herald")  # registered nowhere
        self.op = self.join(self.person("op"))
        self.mod = self.use(self.person("mod"))
        self.mod.join(self.mods)

    def own(self, name):
        """A nick of this test's own: those of the last may still be leaving."""
        return name + self.hall.removeprefix("#hall")

    def person(self, name):
        return self.server.participant(self.own(name))

    def start(self, **options):
        return self.start_bot(self.network(**options))

    def mode(self, modes):
        """The hall's operator sets a mode, which is in force on return."""
        since = len(self.op.heard)
        self.op.send(f"MODE {self.hall} {modes}")
        self.op.wait_for(lambda line: line.command == "MODE", since, modes)

    def wait_told(self, text, since=0):
        self.mod.wait_text(f"irc: {text}", since, self.mods)

    def wait_in_hall(self, since):
        self.op.wait_for(lambda line: line.command == "JOIN"
                         and line.prefix.startswith(f"{self.nick}!"), since, "its coming")

    def assert_it_answers(self):
        self.op.wait_text(SESSION_1, self.op.say(self.hall, "!agenda"), self.hall)

    def reload(self, bot):
        os.kill(bot.pid, signal.SIGHUP)

    def ban(self):
        self.mode(f"+b {self.nick}*!*@*")
        self.op.send(f"KICK {self.hall} {self.nick} :go away")
        self.wait_told(f"I am banned from {self.hall}. "
                       "Invite me, or reload me, once that is lifted.")

    def test_a_kick_is_told_and_it_comes_back(self):
        bot = self.start()
        self.assert_it_answers()
        since = len(self.op.heard)
        self.op.send(f"KICK {self.hall} {self.nick} :go away")
        self.wait_told(f"{self.op.nick} kicked me out of {self.hall}. I come back.")
        self.wait_in_hall(since)
        self.assert_it_answers()
        self.assertFalse(any("go away" in line for line in bot.log.all()))
        bot.terminate()

    def test_a_ban_ends_with_an_invitation(self):
        bot = self.start()
        self.ban()
        bot.wait_log("event=irc_given_up")
        # The rest of its rooms has it.
        self.mod.wait_text(SESSION_1, self.mod.say(self.mods, "!agenda"), self.mods)
        self.mode(f"-b {self.nick}*!*@*")
        since = len(self.op.heard)
        self.op.send(f"INVITE {self.nick} {self.hall}")
        self.wait_in_hall(since)
        self.assert_it_answers()
        bot.terminate()

    def test_a_ban_ends_with_a_reload(self):
        bot = self.start()
        self.ban()
        # Still banned: it says so again.
        since = len(self.mod.heard)
        self.reload(bot)
        self.wait_told(f"I am banned from {self.hall}.", since)
        self.mode(f"-b {self.nick}*!*@*")
        since = len(self.op.heard)
        self.reload(bot)
        self.wait_in_hall(since)
        self.assert_it_answers()
        bot.terminate()

    def test_a_full_room_is_tried_again(self):
        self.mode("+l 1")
        bot = self.start()
        self.wait_told(f"{self.hall} is full. I try again.")
        since = len(self.op.heard)
        self.mode("-l")
        self.wait_in_hall(since)
        self.assert_it_answers()
        bot.terminate()

    def test_a_wrong_key_is_told(self):
        self.mode("+k sesame")
        bot = self.start()
        self.wait_told(f"The key that I have for {self.hall} is wrong.")
        self.mode("-k sesame")
        since = len(self.op.heard)
        self.reload(bot)
        self.wait_in_hall(since)
        self.assert_it_answers()
        bot.terminate()

    def test_a_room_by_invitation_is_waited_for(self):
        self.mode("+i")
        bot = self.start()
        self.wait_told(f"{self.hall} is by invitation only. Please invite me.")
        since = len(self.op.heard)
        self.op.send(f"INVITE {self.nick} #elsewhere{self.hall[1:]}")
        self.op.send(f"INVITE {self.nick} {self.hall}")
        self.wait_in_hall(since)
        self.assert_it_answers()
        bot.terminate()

    def test_its_nick_is_taken_back_from_who_leaves_the_room(self):
        holder = self.join(self.server.participant(self.nick))
        bot = self.start()
        since = len(self.op.heard)
        holder.send("QUIT")
        self.wait_nick(since, f"{self.nick}_", self.nick)
        bot.wait_log(f"event=irc_nick network=irc nick={self.nick}")  # it knows, too
        self.op.wait_text(SESSION_1, self.op.say(self.hall, f"{self.nick}: agenda"), self.hall)
        bot.terminate()

    def test_its_nick_is_taken_back_from_who_changes_theirs(self):
        holder = self.join(self.server.participant(self.nick))
        bot = self.start()
        since = len(self.op.heard)
        holder.send(f"NICK {self.own('somebody')}")
        self.wait_nick(since, f"{self.nick}_", self.nick)
        bot.terminate()

    def wait_nick(self, since, old, new):
        self.op.wait_for(lambda line: line.command == "NICK" and line.params == [new]
                         and line.prefix.startswith(f"{old}!"), since, f"{old} as {new}")

    def test_a_flood_of_ctcp_is_answered_little(self):
        bot = self.start()
        ana = self.join(self.person("ana"))
        bob = self.join(self.person("bob"))
        since = len(ana.heard)
        for _ in range(50):
            ana.say(self.nick, "\x01VERSION\x01")
        bob.wait_text(SESSION_1, bob.say(self.hall, "!agenda"), self.hall)
        for _ in range(2):
            ana.wait_text(SESSION_1, ana.say(self.nick, "agenda"), ana.nick)
        answers = [line for line in ana.heard.all(since)
                   if line.command == "NOTICE" and line.params[-1].startswith("\x01VERSION")]
        self.assertIn(len(answers), (1, 2, 3))
        bot.terminate()

    def test_who_floods_is_slowed_alone(self):
        bot = self.start()
        ana = self.join(self.person("ana"))
        bob = self.join(self.person("bob"))
        since = len(bob.heard)
        for _ in range(100):
            ana.say(self.hall, f"{self.nick}: session 1")
        bob.wait_text("Session 2", bob.say(self.nick, "session 2"), bob.nick)
        ana.say(self.nick, "session 1")
        bob.wait_text("Session 2", bob.say(self.nick, "session 2"), bob.nick)
        answers = [text for text in bob.texts(self.hall, since) if SESSION_1 in text]
        self.assertLessEqual(len(answers), 20)
        bot.terminate()

    def bot_with_desk(self, rooms, network, time="14:50:00"):
        """With the console, whose person is the moderator, and no limits."""
        return self.use(Bot(self.directory, {
            "store": "sqlite:usher.db",
            "networks": {"irc": network, "console": {"type": "console", "room": "desk"}},
            "workshops": {"test": workshop(
                rooms=[{"network": "irc", "room": room} for room in rooms]
                + [{"network": "console", "room": "desk"}],
                moderators=[{"network": "console", "user": "ana"}],
                limits={"commands_per_person_per_minute": 1000,
                        "answers_per_room_per_minute": 1000})}},
            WorkshopClock(f"2015-09-08T{time}+02:00")))

    def test_a_banned_room_holds_no_other_up(self):
        second = f"{self.hall}b"
        ana = self.use(self.person("ana"))
        ana.join(second)
        self.mode(f"+b {self.nick}*!*@*")
        bot = self.bot_with_desk([self.hall, second], self.network()).start_ready()
        for number in range(300):
            bot.type(f"!announce This is notice {number}.")
        for number in range(300):
            ana.wait_text(f"This is notice {number}.", 0, second)
        ana.wait_text(SESSION_1, ana.say(second, "!agenda"), second)
        since = len(self.op.heard)
        self.mode(f"-b {self.nick}*!*@*")
        self.op.send(f"INVITE {self.nick} {self.hall}")
        self.wait_in_hall(since)
        self.op.wait_text("This is notice 299.", since, self.hall)
        bot.terminate()


class NgircdStaying(Staying, IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Ngircd(folder))

    def test_notices_go_before_answers(self):
        network = self.network(flood={"burst": 1, "per_second": 1})
        bot = self.bot_with_desk([self.hall], network, "14:24:50").start_ready()
        since = len(self.op.heard)
        for _ in range(20):  # 40 lines, at one a second
            self.op.say(self.hall, "!agenda")
        self.op.wait_text("In 5 minutes: Session 1", since, self.hall)
        self.assertLess(len(self.op.texts(self.hall, since)), 35)
        bot.kill()

    @waits_long
    def test_its_nick_is_taken_back_by_and_by(self):
        holder = self.use(self.server.participant(self.nick))  # in none of its rooms
        bot = self.start()
        since = len(self.op.heard)
        holder.send("QUIT")
        self.op.heard.wait_for(lambda line: line.command == "NICK"
                               and line.params == [self.nick], since, "its nick", 120)
        bot.terminate()


class Watched(Staying):
    """Servers with MONITOR."""

    def test_its_nick_is_taken_back_when_it_is_free(self):
        holder = self.use(self.server.participant(self.nick))  # in none of its rooms
        bot = self.start()
        since = len(self.op.heard)
        holder.send("QUIT")
        self.wait_nick(since, f"{self.nick}_", self.nick)
        bot.terminate()

    def test_it_says_that_it_is_a_bot(self):
        bot = self.start()
        self.assert_it_answers()
        since = len(self.op.heard)
        self.op.send(f"WHOIS {self.nick}")
        self.op.wait_for(lambda line: line.command == "335"
                         and line.params[1] == self.nick, since, "bot in WHOIS")
        bot.terminate()

    def test_a_room_for_accounts_is_waited_for(self):
        self.mode("+R")
        bot = self.start()
        self.wait_told(f"{self.hall} is for who has an account, and I am not signed in.")
        since = len(self.op.heard)
        self.mode("-R")
        self.reload(bot)
        self.wait_in_hall(since)
        bot.terminate()


@chroot.needs_chroot
class ErgoStaying(Watched, IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(Ergo(Authority(folder)))
        cls.server.register("usher", "bot-secret")

    def network(self, **options):
        """Without an account, over a plain connection."""
        return {"type": "irc", "host": "127.0.0.1", "port": self.server.port,
                "tls": False, "nick": self.nick, "alternative_nicks": [f"{self.nick}_"],
                "flood": {"burst": 1000, "per_second": 1000}, **options}

    def test_an_account_opens_the_room_at_once(self):
        self.mode("+R")
        proxy = self.use(FaultProxy(self.server.port))
        bot = self.start(port=proxy.port)
        self.wait_told(f"{self.hall} is for who has an account")
        since = len(self.op.heard)
        proxy.tell_server("PRIVMSG NickServ :IDENTIFY usher bot-secret")
        self.wait_in_hall(since)
        bot.terminate()


    def test_a_refused_sign_on_is_tried_again_at_a_reload(self):
        folder = Path(self.use(tempfile.TemporaryDirectory()))
        proxy = self.use(FaultProxy(self.use(Ngircd(folder)).port))  # without SASL
        secret = secret_file(self.directory, "secret", "bot-secret")
        bot = self.start(port=proxy.port, sasl={
            "mechanism": "PLAIN", "account": "usher", "password_file": secret})
        bot.wait_log("event=irc_refused")
        proxy.server_port = self.server.port
        self.reload(bot)
        bot.wait_log("event=up network=irc")
        bot.terminate()


class InspircdStaying(Watched, IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Inspircd(folder))

    def test_it_knocks_at_a_room_by_invitation(self):
        self.mode("+i")
        bot = self.start()
        self.op.wait_for(lambda line: line.command == "NOTICE"
                         and "I belong to the workshop" in line.params[1], what="a knock")
        bot.terminate()

    def test_a_room_that_sends_it_on_is_left(self):
        other = f"{self.hall}other"
        self.op.join(other)
        self.mode(f"+lL 1 {other}")
        bot = self.start()
        self.wait_told(f"{self.hall} sends me on to another room.")
        self.op.wait_for(lambda line: line.command == "PART" and line.params[0] == other,
                         what="its leaving")
        bot.terminate()

    def test_a_room_that_sends_it_on_to_its_other(self):
        self.op.join(self.mods)
        self.mod.send(f"MODE {self.mods} +o {self.op.nick}")
        self.op.wait_for(lambda line: line.command == "MODE"
                         and line.params[0] == self.mods, what="op")
        self.mode(f"+lL 1 {self.mods}")
        bot = self.start()
        self.wait_told(f"{self.hall} sends me on to another room.")
        self.mod.wait_text(SESSION_1, self.mod.say(self.mods, "!agenda"), self.mods)
        bot.terminate()

    def test_a_nick_forced_on_it_is_not_kept(self):
        bot = self.start()
        boss = self.use(self.server.operator())
        guest = self.own("guest")
        since = len(self.op.heard)
        boss.send(f"SANICK {self.nick} {guest}")
        self.wait_nick(since, self.nick, guest)
        self.wait_nick(since, guest, self.nick)
        self.assert_it_answers()
        bot.terminate()

    def test_who_killed_it_is_in_the_log(self):
        bot = self.start()
        boss = self.use(self.server.operator())
        since = len(bot.log)
        boss.send(f"KILL {self.nick} :go away")
        bot.wait_log("event=irc_killed network=irc by=oper", since)
        bot.wait_log("event=up", since)
        self.assert_it_answers()
        bot.terminate()

    def test_a_part_by_force_is_no_end(self):
        bot = self.start()
        boss = self.use(self.server.operator())
        self.assert_it_answers()
        since = len(self.op.heard)
        boss.send(f"SAPART {self.nick} {self.hall}")
        self.wait_in_hall(since)
        self.assert_it_answers()
        bot.terminate()

    def test_it_goes_on_at_another_server_in_place_of_the_first(self):
        folder = Path(self.use(tempfile.TemporaryDirectory()))
        proxy = self.use(FaultProxy(self.server.port))
        bot = self.start(port=proxy.port)
        other = self.use(Ngircd(folder))
        proxy.server_port = other.port
        since = len(bot.log)
        proxy.cut()
        bot.wait_log("event=up", since)
        ana = self.use(other.participant("ana"))
        ana.join(self.hall)
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        bot.terminate()


if __name__ == "__main__":
    unittest.main()
