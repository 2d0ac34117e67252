# SPDX-License-Identifier: MIT
"""Who somebody is on IRC and what rights that gives: on InspIRCd with Anope, and what
is different on ngIRCd without accounts and on ergo, where accounts are its own."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support import chroot
from support.anope import Anope
from support.certificates import Authority
from support.ergo import Ergo
from support.inspircd import Inspircd
from support.irc_case import IrcCase
from support.ngircd import Ngircd

CHAIR = {"network": "irc", "account": "chair[1]"}


class IdentityCase(IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(
            Inspircd(folder / "ircd", casemapping="rfc1459"))
        cls.services = cls.enterClassContext(Anope(folder / "services", cls.server))
        for account in ("Chair[1]", "ana", "ben"):
            cls.services.register(account)
        cls.oper = cls.enterClassContext(cls.server.operator())

    def start(self, trust_operators=False, network=None, **parts):
        """The bot, and an operator of the server in the moderators' channel."""
        room = {"network": "irc", "room": self.mods}
        if trust_operators:
            room["trust_operators"] = True
        bot = self.start_bot(self.server.bot(**(network or {})),
                             moderator_rooms=[room], **parts)
        self.oper.join(self.mods)
        return bot

    def member(self, nick):
        """Somebody without an account in hall and moderators' channel."""
        return self.in_mods(self.server.participant(nick))

    def mode(self, change):
        """A change of modes in the moderators' channel."""
        self.order(f"SAMODE {self.mods} {change}")

    def order(self, line):
        """What the operator of the server orders, once it is done: before the bot
        hears what is said later."""
        since = len(self.oper.heard)
        self.oper.send(line)
        self.oper.send(f"PING {since}")
        self.oper.wait_for(lambda heard: heard.command == "PONG"
                           and heard.params[-1] == str(since), since, line)


class ModeratorCase(IdentityCase):
    def test_by_account_while_logged_in(self):
        bot = self.start(moderators=[CHAIR])
        chair = self.member("somebody")
        self.assertFalse(self.moderates(chair))
        self.services.log_in(chair, "Chair[1]")
        self.assertTrue(self.moderates(chair))
        self.services.ask(chair, "LOGOUT", "logged out")
        self.assertFalse(self.moderates(chair))
        self.assertFalse(self.moderates(self.member("Chair[1]")))
        bot.terminate()

    def test_an_operator_who_is_logged_in(self):
        bot = self.start()
        ana = self.member("ana1")
        self.mode("+o ana1")
        self.assertFalse(self.moderates(ana))
        self.services.log_in(ana, "ana")
        self.assertTrue(self.moderates(ana))
        self.mode("-o ana1")
        self.assertFalse(self.moderates(ana))
        bot.terminate()

    def test_an_operator_from_before_the_bot_came(self):
        ana = self.in_mods(self.services.account("ana1", "ana"))
        self.oper.join(self.mods)
        self.mode("+ov ana1 ana1")
        bot = self.start_bot(self.server.bot())
        self.assertTrue(self.moderates(ana))
        self.mode("-o ana1")
        self.assertFalse(self.moderates(ana))
        bot.terminate()

    def test_by_another_connection_of_the_account(self):
        operator = self.in_mods(self.services.account("ana1", "ana"))
        bot = self.start()
        self.mode("+o ana1")
        ana = self.join(self.services.account("ana2", "ana"))
        self.assertTrue(self.moderates(ana))
        self.services.ask(operator, "LOGOUT", "logged out")
        self.assertFalse(self.moderates(ana))
        self.services.log_in(operator, "ana")
        self.assertTrue(self.moderates(ana))
        operator.close()
        self.oper.wait_for(lambda line: line.command == "QUIT"
                           and line.prefix.startswith("ana1!"))
        self.assertFalse(self.moderates(ana))
        bot.terminate()

    def test_which_modes_count(self):
        bot = self.start(trust_operators=True)
        ana = self.member("ana")
        for change, expected in (("+v ana", False), ("+h ana", False),
                                 ("+a ana", True), ("-a ana", False),
                                 ("+q ana", True), ("+o-q ana ana", True),
                                 ("+bl-o *!*@nowhere 50 ana", False),
                                 ("+kqo key ana ana", True), ("-qov ana ana ana", False)):
            self.mode(change)
            self.assertEqual(expected, self.moderates(ana), change)
        bot.terminate()

    def test_more_modes_at_once_than_a_line_has_parameters(self):
        bot = self.start(trust_operators=True)
        ana = self.member("ana")
        nicks = [f"other{number}" for number in range(17)]
        with ThreadPoolExecutor() as pool:
            for client in pool.map(self.server.participant, nicks):
                self.in_mods(client)
        all_nicks = " ".join([*nicks, "ana"])
        self.mode(f"+{'o' * 18} {all_nicks}")
        self.assertTrue(self.moderates(ana))
        self.mode(f"-{'o' * 18} {all_nicks}")
        self.assertFalse(self.moderates(ana))
        bot.terminate()

    def test_a_mode_that_the_server_has_not_named_leaves_nobody_in_doubt(self):
        bot = self.start(trust_operators=True)
        ana = self.member("ana")
        self.order("LOADMODULE chanhistory")  # +H with a parameter, told to nobody
        self.addCleanup(self.order, "UNLOADMODULE chanhistory")
        self.mode("+Ho 5:60 ana")
        self.moderates(ana)  # by its answer it has asked who is what
        self.assertTrue(self.moderates(ana))
        self.mode("-Ho ana")
        self.assertFalse(self.moderates(ana))
        self.moderates(ana)
        self.assertFalse(self.moderates(ana))
        bot.terminate()

    def test_trusted_operators_end_with_their_membership(self):
        bot = self.start(trust_operators=True)
        ana = self.member("ana")
        for leave in (lambda: ana.send(f"PART {self.mods}"),
                      lambda: self.oper.send(f"SAPART ana {self.mods}"),
                      lambda: self.oper.send(f"SAKICK {self.mods} ana bye")):
            self.mode("+o ana")
            self.assertTrue(self.moderates(ana))
            since = len(self.oper.heard)
            leave()
            self.oper.wait_for(lambda line: line.command in ("PART", "KICK")
                               and line.params[0] == self.mods, since, "leaving")
            self.assertFalse(self.moderates(ana))
            ana.join(self.mods)
            self.assertFalse(self.moderates(ana))
        bot.terminate()

    def test_rights_follow_a_change_of_nicks(self):
        bot = self.start(trust_operators=True)
        ana, ben = self.member("ana"), self.member("ben")
        self.mode("+o ana")
        for nick, to in (("ana", "third"), ("ben", "ana"), ("third", "ben")):
            self.order(f"SANICK {nick} {to}")
        self.assertTrue(self.moderates(ana))  # is called ben now
        self.assertFalse(self.moderates(ben))
        self.mode("-o ben")
        self.assertFalse(self.moderates(ana))
        bot.terminate()

    def test_a_nick_that_became_free_gives_nothing(self):
        bot = self.start(trust_operators=True)
        ana = self.member("ana")
        self.mode("+o ana")
        self.assertTrue(self.moderates(ana))
        ana.close()
        self.oper.wait_for(lambda line: line.command == "QUIT"
                           and line.prefix.startswith("ana!"))
        self.assertFalse(self.moderates(self.member("ana")))
        bot.terminate()


class PersonCase(IdentityCase):
    def test_another_host_is_the_same_person(self):
        bot = self.start()
        ana = self.member("ana")
        ana.wait_text("#1 is waiting", ana.say(self.hall, "!ask Who am I?"))
        for nick in ("ana", "usher"):
            self.order(f"CHGHOST {nick} some.other.host")
        ana.wait_text("#1 pending", ana.say(self.hall, "!mine"))
        ana.wait_text("#1 pending", ana.say("usher", "mine"), "ana")
        bot.terminate()

    def test_another_host_of_the_bot_leaves_less_of_a_line_for_text(self):
        bot = self.start()
        ana = self.member("ana")
        text = " ".join(f"{number:03}" for number in range(115))
        self.order(f"CHGHOST usher {'h' * 59}.test")
        ana.say(self.hall, f"!ask {text}")
        self.oper.wait_text("114", 0, self.mods)
        said = " ".join(self.oper.texts(self.mods))
        self.assertTrue(said.endswith(f"ana: {text}"), said)
        bot.terminate()

    def test_only_accounts_are_answered_where_it_is_so_configured(self):
        bot = self.start(network={"accounts_only": True}, trust_operators=True)
        ana = self.member("ana1")
        self.mode("+o ana1")
        for say, where in (("usher: ask Me?", self.hall), ("queue", "usher")):
            ana.wait_text("only to who is logged in", ana.say(where, say))
        since = ana.say(self.hall, "!ask Me?")
        ana.wait_text("only to who is logged in", ana.say("usher", "help"), "ana1")
        self.assertEqual([], ana.texts(self.hall, since))
        self.services.log_in(ana, "ana")
        ana.wait_text("#1 is waiting", ana.say(self.hall, "!ask Me?"))
        self.assertTrue(bot.export("test")[0]["text"] == "Me?")
        bot.terminate()

    def test_a_host_has_the_votes_of_so_many_persons(self):
        bot = self.start(limits={"persons_per_host": 2}, moderators=[CHAIR])
        author = self.join(self.services.account("ana"))
        author.wait_text("#1 is", author.say(self.hall, "!ask One?"))
        author.wait_text("#2 is", author.say(self.hall, "!ask Two?"))
        chair = self.join(self.services.account("chair", "Chair[1]"))
        chair.say(self.hall, "!approve 1 2")
        author.wait_text("#2 approved", 0, "ana")
        one, two, three = (self.join(self.server.participant(nick))
                           for nick in ("one", "two", "three"))
        one.wait_text("#1 has 1 vote", one.say(self.hall, "!vote 1"))
        two.wait_text("#1 has 2 votes", two.say(self.hall, "!vote 1"))
        three.wait_text("As many have voted for #1 from your host",
                        three.say(self.hall, "!vote 1"))
        two.wait_text("You have voted for #1 already", two.say(self.hall, "!vote 1"))
        three.wait_text("#2 has 1 vote", three.say(self.hall, "!vote 2"))
        two.wait_text("#1 has 1 vote", two.say(self.hall, "!unvote 1"))
        three.wait_text("#1 has 2 votes", three.say(self.hall, "!vote 1"))
        # Neither an account nor another host is counted with them.
        self.order("CHGHOST two some.other.host")
        two.wait_text("#1 has 3 votes", two.say(self.hall, "!vote 1"))
        ben = self.join(self.services.account("ben"))
        ben.wait_text("#1 has 4 votes", ben.say(self.hall, "!vote 1"))
        bot.terminate()

    def test_a_host_has_the_open_questions_of_so_many_persons(self):
        bot = self.start(limits={"persons_per_host": 2},
                         questions={"open_per_person": 1})
        one, two, three = (self.join(self.server.participant(nick))
                           for nick in ("one", "two", "three"))
        one.wait_text("#1 is", one.say(self.hall, "!ask One?"))
        two.wait_text("#2 is", two.say(self.hall, "!ask Two?"))
        two.wait_text("You have 1 open", two.say(self.hall, "!ask Two more?"))
        three.wait_text("From your host 2 questions are open",
                        three.say(self.hall, "!ask Three?"))
        one.wait_text("#1 withdrawn", one.say(self.hall, "!withdraw 1"))
        three.wait_text("#3 is", three.say(self.hall, "!ask Three?"))
        ben = self.join(self.services.account("ben"))
        ben.wait_text("#4 is", ben.say(self.hall, "!ask Four?"))
        bot.terminate()

    def test_a_host_has_the_commands_of_so_many_persons(self):
        bot = self.start(limits={"persons_per_host": 2,
                                 "commands_per_person_per_minute": 2})
        one, two, three = (self.join(self.server.participant(nick))
                           for nick in ("one", "two", "three"))
        for client in (one, two):
            for _ in range(2):
                client.wait_text("No questions.", client.say(self.hall, "!mine"))
        three.wait_text("much at once", three.say(self.hall, "!mine"))
        ben = self.join(self.services.account("ben"))
        ben.wait_text("No questions.", ben.say(self.hall, "!mine"))
        bot.terminate()

    def test_what_is_direct_goes_where_somebody_is(self):
        bot = self.start(moderators=[{"network": "irc", "account": "ben"}])
        one = self.join(self.services.account("ana1", "ana"))
        two = self.join(self.services.account("ana2", "ana"))
        ben = self.join(self.services.account("ben"))
        one.wait_text("#1 is", one.say(self.hall, "!ask Where am I?"))
        two.wait_text("#2 is", two.say(self.hall, "!ask Where is she?"))
        ben.say(self.hall, "!approve 1")
        two.wait_text("#1 approved", 0, "ana2")
        since = len(two.heard)
        two.send("AWAY :elsewhere")
        two.wait_for(lambda line: line.command == "306", since, "AWAY")
        ben.say(self.hall, "!approve 2")
        one.wait_text("#2 approved", 0, "ana1")
        self.assertEqual([], two.texts("ana2", since))
        bot.terminate()

    def test_who_was_away_before_the_bot_came(self):
        clients = {nick: self.join(self.services.account(nick, nick[:3]))
                   for nick in ("ana1", "ana2", "ben1", "ben2")}
        bot = self.start(moderators=[CHAIR])
        for number, nick in ((1, "ana1"), (2, "ben2")):
            clients[nick].wait_text(f"#{number} is waiting", clients[nick].say(
                self.hall, f"!ask Is {nick} away?"))
        bot.terminate()
        for nick in ("ana1", "ben2"):
            clients[nick].send("AWAY :elsewhere")
            clients[nick].wait_for(lambda line: line.command == "306", 0, "AWAY")
        bot.start_ready()
        chair = self.join(self.services.account("chair", "Chair[1]"))
        chair.say(self.hall, "!approve 1 2")
        clients["ana2"].wait_text("#1 approved", 0, "ana2")
        clients["ben1"].wait_text("#2 approved", 0, "ben1")
        bot.terminate()


class NetsplitCase(IdentityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.leaf = cls.enterClassContext(Inspircd(
            folder, uplink=cls.server, casemapping="rfc1459"))

    def setUp(self):
        super().setUp()
        self.leaf.link()
        self.addCleanup(self.split)

    def split(self, *nicks):
        """Cuts the leaf off, until those have quit."""
        since = len(self.oper.heard)
        self.order(f"SQUIT {self.leaf.name} :cut")
        for nick in nicks:
            self.oper.wait_for(lambda line, nick=nick: line.command == "QUIT"
                               and line.prefix.startswith(f"{nick}!"), since, nick)

    def test_a_nick_that_comes_back_has_no_rights(self):
        bot = self.start(trust_operators=True)
        far = self.in_mods(self.leaf.participant("far"))
        self.oper.wait_member(self.mods, "far")
        self.mode("+o far")
        self.assertTrue(self.moderates(far))
        far.wait_text("#1 is waiting", far.say(self.hall, "!ask Still me?"))
        self.split("far")
        other = self.member("far")
        self.assertFalse(self.moderates(other))
        other.wait_text("No questions.", other.say(self.hall, "!mine"))
        other.wait_text("No question #1", other.say(self.hall, "!withdraw 1"))
        # Who was cut off comes back under another nick, and is who the channel says.
        self.leaf.link()
        self.assertTrue(self.moderates(far))
        self.assertFalse(self.moderates(other))
        bot.terminate()

    def test_it_goes_on_and_says_nothing_wrong(self):
        bot = self.start(trust_operators=True)
        near = self.member("near")
        far = self.in_mods(self.leaf.participant("distant"))
        self.oper.wait_member(self.mods, "distant")
        since = len(near.heard)
        said = len(bot.log)
        self.split("distant")
        self.leaf.link()
        # Its operators are set again by the server that has come back.
        self.mode("-o distant")
        self.assertFalse(self.moderates(far))
        self.mode("+o distant")
        self.assertTrue(self.moderates(far))
        self.assertEqual([], near.texts(self.hall, since))
        self.assertEqual([], [line for line in bot.log.all(said)
                              if "level=error" in line or "level=warn" in line])
        bot.terminate()

    def test_the_account_is_known_again_after_it(self):
        bot = self.start()
        far = self.in_mods(self.leaf.participant("far"))
        self.services.log_in(far, "ana")
        self.oper.wait_member(self.mods, "far")
        self.mode("+o far")
        self.assertTrue(self.moderates(far))
        self.split("far")
        self.leaf.link()
        self.assertTrue(self.moderates(far))
        bot.terminate()

    def test_the_bot_on_the_side_that_is_cut_off(self):
        network = self.leaf.bot(nick="usher2")
        bot = self.start_bot(network, moderator_rooms=[
            {"network": "irc", "room": self.mods, "trust_operators": True}])
        near = self.member("near")
        self.oper.join(self.mods)
        self.mode("+o near")
        near.wait_text("No questions", near.say("usher2", "queue"), "near")
        self.split("usher2")
        since = len(near.heard)
        self.leaf.link()
        near.wait_for(lambda line: line.command == "JOIN" and line.params[0] == self.hall
                      and line.prefix.startswith("usher2!"), since, "its coming back")
        self.mode("+o near")
        near.wait_text("No questions", near.say("usher2", "queue"), "near")
        bot.terminate()


class NgircdCase(IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Ngircd(folder))

    def test_a_trusted_operator(self):
        ana = self.in_mods(self.server.participant("ana"))  # the first is operator
        bot = self.start_bot(self.server.bot(), moderator_rooms=[
            {"network": "irc", "room": self.mods, "trust_operators": True}])
        ben = self.in_mods(self.server.participant("ben"))
        self.assertTrue(self.moderates(ana))
        self.assertFalse(self.moderates(ben))
        ana.change(f"MODE {self.mods} +vo-o ben ben ana")
        self.assertTrue(self.moderates(ben))
        self.assertFalse(self.moderates(ana))
        ben.change("NICK carl")
        self.assertTrue(self.moderates(ben))
        bot.terminate()


@chroot.needs_chroot
class ErgoCase(IrcCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(Ergo(Authority(folder / "ca")))

    def test_an_operator_by_account(self):
        ana = self.in_mods(self.server.account("ana"))  # the first is operator
        bot = self.start_bot(self.server.bot(self.directory))
        guest = self.in_mods(self.server.participant("guest"))
        ben = self.in_mods(self.server.account("ben"))
        self.assertTrue(self.moderates(ana))
        ana.change(f"MODE {self.mods} +oho guest ben ben")
        self.assertFalse(self.moderates(guest))
        self.assertTrue(self.moderates(ben))
        ana.change(f"MODE {self.mods} -o ben")
        self.assertFalse(self.moderates(ben))
        ana.change(f"PART {self.mods}")
        self.assertFalse(self.moderates(ana))
        bot.terminate()
