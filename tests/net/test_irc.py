# SPDX-License-Identifier: MIT
"""The bot on real IRC servers: ngIRCd without services, ergo with TLS and SASL."""

import tempfile
import unittest
from pathlib import Path

from support import chroot
from support.case import SESSION_1, SESSION_2
from support.certificates import Authority
from support.ergo import Ergo
from support.irc_case import IrcCase
from support.ngircd import Ngircd


class NgircdCase(IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Ngircd(folder))

    def test_agenda_by_command_by_name_and_directly(self):
        bot = self.start_bot(self.server.bot())
        ana = self.join(self.server.participant("ana"))
        for say in ("!agenda", "usher: agenda", "USHER, Agenda", "@usher agenda"):
            since = ana.say(self.hall, say)
            ana.wait_text(SESSION_1, since, self.hall)
            ana.wait_text(SESSION_2, since, self.hall)
        ana.wait_text(SESSION_1, ana.say("usher", "agenda"), "ana")
        bot.terminate()

    def test_a_question_is_told_to_the_moderators(self):
        bot = self.start_bot(self.server.bot())
        ana = self.join(self.server.participant("ana"))
        mod = self.use(self.server.participant("mod"))
        mod.join(self.mods)
        ana.wait_text("#1 is waiting for a moderator.",
                      ana.say(self.hall, "!ask What is this?"), self.hall)
        mod.wait_text("#1 new [session 1] ana: What is this?", 0, self.mods)
        bot.terminate()

    def test_a_bare_nick_has_no_rights(self):
        bot = self.start_bot(self.server.bot(),
                             moderators=[{"network": "irc", "account": "chair"}])
        chair = self.join(self.server.participant("chair"))
        chair.wait_text("Only moderators", chair.say(self.hall, "usher: queue"))
        chair.wait_text("Only moderators", chair.say("usher", "queue"))
        since = chair.say(self.hall, "!queue")
        chair.wait_text(SESSION_1, chair.say(self.hall, "!agenda"), self.hall)
        self.assertTrue(chair.texts(since=since)[0].startswith(SESSION_1))
        bot.terminate()

    def test_a_long_list_goes_to_the_person(self):
        bot = self.start_bot(self.server.bot(), questions={"open_per_person": 9})
        ana = self.join(self.server.participant("ana"))
        for number in range(1, 7):
            ana.wait_text(f"#{number} is waiting",
                          ana.say(self.hall, f"!ask Question {number}?"), self.hall)
        since = ana.say(self.hall, "!mine")
        ana.wait_text("I sent it to you directly", since, self.hall)
        ana.wait_text("#6 pending", since, "ana")
        self.assertEqual(6, len(ana.texts("ana", since)))
        self.assertEqual(1, len(ana.texts(self.hall, since)))
        bot.terminate()

    def test_what_people_write_is_one_line_for_the_server(self):
        bot = self.start_bot(self.server.bot())
        ana = self.join(self.server.participant("ana"))
        mod = self.use(self.server.participant("mod"))
        mod.join(self.mods)
        ana.say(self.hall, "!ask %s%n \x01ACTION\x01 \x034red\x03 " + "wörter " * 55)
        mod.wait_text("%s%n ACTION red wörter", 0, self.mods)
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        bot.terminate()

    def test_a_notice_line_is_no_command(self):
        bot = self.start_bot(self.server.bot())
        ana = self.join(self.server.participant("ana"))
        since = len(ana.heard)
        ana.send(f"NOTICE {self.hall} :!agenda")
        ana.wait_text("Session 2", ana.say(self.hall, "!session 2"), self.hall)
        self.assertEqual([text for text in ana.texts(since=since) if SESSION_1 in text], [])
        bot.terminate()

    def test_it_comes_back_after_the_connection_was_lost(self):
        bot = self.start_bot(self.server.bot())
        ana = self.join(self.server.participant("ana"))
        since = len(bot.log)
        operator = self.use(self.server.participant("boss"))
        operator.send(f"OPER {self.server.OPERATOR} {self.server.OPERATOR}")
        operator.wait_for(lambda line: line.command == "381", what="operator")
        left = len(ana.heard)
        operator.send("KILL usher :test")
        ana.wait_for(lambda line: line.command == "JOIN"
                     and line.prefix.startswith("usher"), left, "its coming back")
        bot.wait_log("event=up", since)
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        bot.terminate()

    def test_a_taken_nick_gives_the_alternative(self):
        self.use(self.server.participant("usher"))
        bot = self.start_bot(self.server.bot())
        ana = self.join(self.server.participant("ana"))
        ana.wait_text(SESSION_1, ana.say(self.hall, "usher_: agenda"), self.hall)
        bot.terminate()

    def test_a_server_that_is_not_there_is_waited_for(self):
        network = {**self.server.bot(), "port": 1}
        self.start_bot(network).terminate()

    def test_sasl_on_a_server_without_it_is_an_error(self):
        (self.directory / "password").write_text("secret")
        (self.directory / "password").chmod(0o600)
        network = {**self.server.bot(), "sasl": {
            "mechanism": "PLAIN", "account": "usher", "password_file": "password"}}
        bot = self.start_bot(network)
        ana = self.join(self.server.participant("ana"))
        self.assertFalse(_is_in(ana, self.hall, "usher"))
        self.assertTrue(any("level=error" in line for line in bot.log.all()))
        bot.terminate()


def _is_in(client, channel, nick):
    since = len(client.heard)
    client.send(f"NAMES {channel}")
    client.wait_for(lambda line: line.command == "366", since)
    return any(nick in line.params[-1].split() for line in client.heard.all(since)
               if line.command == "353")


@chroot.needs_chroot
class ErgoCase(IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authority = Authority(folder / "ca")
        cls.other_authority = Authority(folder / "other")
        cls.server = cls.enterClassContext(Ergo(cls.authority))
        cls.network = cls.server.bot(folder)
        cls.network["sasl"]["password_file"] = str(
            folder / cls.network["sasl"]["password_file"])
        cls.chair = cls.enterClassContext(cls.server.account("chair"))

    def start_bot(self, network=None, **parts):
        return super().start_bot(network or self.network, **parts)

    def test_another_bot_is_not_answered(self):
        bot = self.start_bot()
        ana = self.join(self.server.participant("ana"))
        robot = self.join(self.server.participant("robot"))
        robot.send("MODE robot +B")
        robot.wait_for(lambda line: line.command == "MODE", what="the mode of bots")
        since = len(ana.heard)
        robot.say(self.hall, "!agenda")
        ana.wait_text("!agenda", since, self.hall)
        ana.wait_text(SESSION_2, ana.say(self.hall, "!session 2"), self.hall)
        self.assertEqual([], [text for text in ana.texts(since=since) if SESSION_1 in text])
        robot.send("MODE robot -B")
        ana.wait_text(SESSION_1, robot.say(self.hall, "!agenda"), self.hall)
        bot.terminate()

    def test_a_moderator_by_account_approves_and_pulls(self):
        bot = self.start_bot(moderators=[{"network": "irc", "account": "chair"}])
        ana = self.join(self.server.participant("ana"))
        self.chair.join(self.hall)
        ana.wait_text("#1 is waiting for a moderator.",
                      ana.say(self.hall, "!ask What is this?"), self.hall)
        self.chair.wait_text("#1 approved", self.chair.say(self.hall, "!approve 1"))
        ana.wait_text("#1 approved", 0, "ana")
        self.chair.say(self.hall, "!pull")
        ana.wait_text("Question #1 from ana: What is this?", 0, self.hall)
        ana.wait_text("#1 is being asked now", 0, "ana")
        self.assertEqual([question["state"] for question in bot.export("test")],
                         ["asking"])
        bot.terminate()

    def test_a_moderator_acts_directly_and_in_the_moderators_channel(self):
        bot = self.start_bot(moderators=[{"network": "irc", "account": "chair"}])
        ana = self.join(self.server.participant("ana"))
        self.chair.join(self.mods)
        self.chair.join(self.hall)
        ana.say(self.hall, "!ask What is this?")
        self.chair.wait_text("#1 new [session 1] ana: What is this?", 0, self.mods)
        self.chair.wait_text("#1 pending", self.chair.say("usher", "queue"), "chair")
        self.chair.wait_text("#1 approved", self.chair.say(self.mods, "!approve 1"))
        bot.terminate()

    def test_it_signs_on_with_its_account(self):
        bot = self.start_bot()
        since = len(self.chair.heard)
        self.chair.send("WHOIS usher")
        self.chair.wait_for(lambda line: line.command == "330"
                            and line.params[1:3] == ["usher", "usher"], since, "WHOIS")
        bot.terminate()

    def test_a_certificate_of_another_authority_is_refused(self):
        bot = self.start_bot({**self.network, "ca_file": str(self.other_authority.ca_file)})
        ana = self.join(self.server.participant("ana"))
        self.assertFalse(_is_in(ana, self.hall, "usher"))
        self.assertTrue(any("level=error" in line for line in bot.log.all()))
        bot.terminate()

    def test_a_certificate_for_another_host_is_refused(self):
        bot = self.start_bot({**self.network, "host": "127.0.0.2"})
        ana = self.join(self.server.participant("ana"))
        self.assertFalse(_is_in(ana, self.hall, "usher"))
        bot.terminate()

    def test_a_wrong_password_is_said_once(self):
        secret = self.directory / "wrong"
        secret.write_text("wrong")
        secret.chmod(0o600)
        sasl = {**self.network["sasl"], "password_file": "wrong"}
        bot = self.start_bot({**self.network, "sasl": sasl})
        errors = [line for line in bot.log.all() if "level=error" in line]
        self.assertEqual(len(errors), 1, errors)
        self.assertFalse(any("wrong" in line for line in bot.log.all()
                             if "password" in line), bot.log.all())
        bot.terminate()


if __name__ == "__main__":
    unittest.main()
