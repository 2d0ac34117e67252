# SPDX-License-Identifier: MIT
"""The bot behind a net that fails: connections cut, truncated, slow, dead."""

import os
import re
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
from support.ngircd import Ngircd

LONG = os.environ.get("USHER_TEST_LONG")
WATCHDOG_S = 200  # more than the two minutes that the bot waits for a sign of life
waits_long = unittest.skipUnless(LONG, "waits for minutes: only with --long")


class FaultCase(IrcCase):
    def start_beside_console(self, network):
        """The bot on `network` and on the console, ready on both."""
        return self.beside_console(network).start_ready()

    def beside_console(self, network):
        return self.use(Bot(self.directory, {
            "store": "sqlite:usher.db",
            "networks": {"irc": network, "console": {"type": "console", "room": "desk"}},
            "workshops": {"test": workshop(
                rooms=[{"network": "irc", "room": self.hall},
                       {"network": "console", "room": "desk"}],
                moderator_rooms=[{"network": "irc", "room": self.mods}],
                questions={"open_per_person": 50})}},
            WorkshopClock("2015-09-08T14:50:00+02:00")))

    def assert_console_answers(self, bot):
        bot.wait_said(SESSION_1, bot.type("!agenda"))

    def ask(self, client, number):
        """A question that is acknowledged."""
        client.wait_text(f"#{number} is waiting",
                         client.say(self.hall, f"!ask Question {number}?"), self.hall)


class NgircdFaults(FaultCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Ngircd(folder))

    def setUp(self):
        super().setUp()
        self.proxy = self.use(FaultProxy(self.server.port))
        self.network = {**self.server.bot(), "port": self.proxy.port}

    def back(self, bot, since):
        """Waits until the bot has lost its connection and is back in its rooms."""
        bot.wait_log("event=irc_disconnected", since)
        bot.wait_log("event=up", since)

    def assert_it_comes_back(self, bot, client, since):
        self.back(bot, since)
        client.wait_text(SESSION_1, client.say(self.hall, "!agenda"), self.hall)

    def test_a_connection_cut_again_and_again_loses_nothing(self):
        bot = self.start_bot(self.network)
        ana = self.join(self.server.participant("ana"))
        mod = self.use(self.server.participant("mod"))
        mod.join(self.mods)
        for number, reset in enumerate((False, True, False, True), 1):
            since = len(bot.log)
            self.ask(ana, number)
            self.proxy.cut(reset)
            self.back(bot, since)
        self.assertEqual([question["text"] for question in bot.export("test")],
                         [f"Question {number}?" for number in range(1, 5)])
        for number in range(1, 5):
            mod.wait_text(f"#{number} new", 0, self.mods)
        bot.terminate()

    def test_an_answer_that_was_on_its_way_is_said_again(self):
        bot = self.start_bot(self.network)
        ana = self.join(self.server.participant("ana"))
        since = len(bot.log)
        self.proxy.to_server.cut_within(b"PRIVMSG " + self.hall.encode(), 12)
        place = ana.say(self.hall, "!ask Is it lost?")
        self.back(bot, since)
        ana.wait_text("#1 is waiting for a moderator.", place, self.hall)
        self.assertEqual(len(bot.export("test")), 1)
        bot.terminate()

    def test_half_a_line_is_none(self):
        bot = self.start_bot(self.network)
        ana = self.join(self.server.participant("ana"))
        for marker, offset in (("half", 2), ("wörter", 2)):  # also within the ö
            since = len(bot.log)
            self.proxy.to_bot.cut_within(marker.encode(), offset)
            ana.say(self.hall, f"!ask A question of {marker} a line")
            self.assert_it_comes_back(bot, ana, since)
        self.assertEqual(bot.export("test"), [])
        self.ask(ana, 1)
        bot.terminate()

    def test_a_slow_net_is_only_slow(self):
        self.proxy.to_bot.bytes_per_read = self.proxy.to_server.bytes_per_read = 1
        self.proxy.to_server.delay_s = 0.0005
        bot = self.start_bot(self.network)
        ana = self.join(self.server.participant("ana"))
        self.proxy.to_server.delay_s = 0
        ana.wait_text("#1 is waiting", ana.say(self.hall, "!ask Wörter, 言葉?"), self.hall)
        self.proxy.heal()
        self.proxy.to_bot.delay_s = self.proxy.to_server.delay_s = 0.2
        self.ask(ana, 2)
        self.assertEqual(bot.export("test")[0]["text"], "Wörter, 言葉?")
        self.assertFalse(any("irc_disconnected" in line for line in bot.log.all()))
        bot.terminate()

    def test_a_dead_connection_holds_no_other_network_up(self):
        bot = self.start_beside_console(self.network)
        ana = self.join(self.server.participant("ana"))
        self.ask(ana, 1)
        self.proxy.black_hole()
        for number in range(2, 12):
            ana.say(self.hall, "!agenda")
            bot.wait_said(f"#{number} is waiting",
                          bot.type(f"!ask Question {number} from the desk?"))
            self.assert_console_answers(bot)
        since = len(bot.log)
        self.proxy.heal()
        self.proxy.cut(reset=True)
        self.assert_it_comes_back(bot, ana, since)
        self.assertEqual(len(bot.export("test")), 11)
        bot.terminate()

    def test_a_server_that_reads_nothing_holds_no_other_network_up(self):
        bot = self.start_beside_console(self.network)
        ana = self.join(self.server.participant("ana"))
        self.proxy.to_server.block()
        for _ in range(300):
            ana.say(self.hall, "!agenda")
        for _ in range(10):
            self.assert_console_answers(bot)
        self.proxy.to_server.heal()
        ana.wait_text(SESSION_1, 0, self.hall)
        bot.terminate()

    def test_a_server_that_asks_and_reads_nothing_is_left(self):
        bot = self.start_beside_console(self.network)
        self.proxy.to_server.block()
        since = len(bot.log)
        pings = "\r\n".join(["PING :" + "x" * 400] * 100)
        with self.assertRaises(OSError):
            for _ in range(1000):
                self.proxy.tell_bot(pings)
        bot.wait_log('reason="the server takes nothing"', since)
        self.proxy.heal()
        bot.wait_log("event=up", since)
        bot.terminate()

    def test_a_server_that_closes_at_once_is_tried_ever_more_slowly(self):
        self.proxy.greet = "close"
        bot = self.start_beside_console(self.network)
        place = 0
        waits = []
        while len(waits) < 4:
            line = bot.wait_log("event=irc_disconnected", place)
            place = bot.log.all().index(line, place) + 1
            waits.append(int(re.search(r"retry_ms=(\d+)", line)[1]))
        self.assertLess(waits[0], 2000)
        self.assertLess(waits[0], waits[2])
        self.assertLess(waits[1], waits[3])
        self.assert_console_answers(bot)
        self.proxy.heal()
        bot.wait_log("event=up network=irc")
        bot.terminate()

    def test_a_flood_in_the_servers_eyes_slows_the_next_connection(self):
        bot = self.start_bot(self.network)
        ana = self.join(self.server.participant("ana"))
        since = len(bot.log)
        self.proxy.tell_bot("ERROR :Closing Link: usher[127.0.0.1] (Excess Flood)")
        self.proxy.cut()
        bot.wait_log("event=irc_too_fast", since)
        self.assert_it_comes_back(bot, ana, since)
        bot.terminate()

    def test_what_the_server_drops_for_now_is_said_again(self):
        bot = self.start_bot(self.network)
        ana = self.join(self.server.participant("ana"))
        for answer in (":irc.test 439 usher ana :Message target change too fast",
                       ":irc.test 263 usher PRIVMSG :Please wait a while and try again",
                       ":irc.test FAIL PRIVMSG RATE_LIMITED ana :Too many messages"):
            since = len(bot.log)
            self.proxy.to_server.replace(b"PRIVMSG ana", answer.encode() + b"\r\n")
            ana.wait_text(SESSION_1, ana.say("usher", "agenda"), "ana")
            bot.wait_log("event=irc_too_fast", since)
        bot.terminate()

    def test_a_join_that_fails_by_a_standard_reply_is_told(self):
        self.proxy.to_server.replace(
            b"JOIN", f":irc.test FAIL JOIN SOME_CODE {self.hall} :Not you\r\n".encode())
        bot = self.use(Bot(self.directory, {
            "store": "sqlite:usher.db",
            "networks": {"irc": self.network,
                         "console": {"type": "console", "room": "desk"}},
            "workshops": {"test": workshop(
                rooms=[{"network": "irc", "room": self.hall}],
                moderator_rooms=[{"network": "console", "room": "desk"}])}})).start_ready()
        bot.wait_said(f"irc: I can't join {self.hall}.")
        bot.wait_log('reason="Not you"')
        bot.wait_log("event=irc_joined")  # at the next try
        bot.terminate()

    @waits_long
    def test_the_watchdog_finds_a_dead_connection(self):
        bot = self.start_beside_console(self.network)
        ana = self.join(self.server.participant("ana"))
        since = len(bot.log)
        self.proxy.black_hole()
        bot.log.wait_for(lambda line: "does not answer PING" in line, since,
                         "the watchdog", WATCHDOG_S)
        self.assert_console_answers(bot)
        self.proxy.heal()
        self.proxy.cut()
        bot.wait_log("event=up", since)
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        bot.terminate()

    @waits_long
    def test_a_server_that_never_answers_is_left(self):
        self.proxy.greet = "mute"
        bot = self.beside_console(self.network)
        bot.start()
        self.assert_console_answers(bot)
        bot.log.wait_for(lambda line: 'reason="the server does not answer"' in line, 0,
                         "the end of the sign-on", WATCHDOG_S)
        self.proxy.heal()
        bot.wait_log("event=up network=irc")
        bot.terminate()


@chroot.needs_chroot
class ErgoFaults(FaultCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(Ergo(Authority(folder)))
        cls.network = cls.server.bot(folder)
        cls.network["sasl"]["password_file"] = str(
            folder / cls.network["sasl"]["password_file"])

    def setUp(self):
        super().setUp()
        self.proxy = self.use(FaultProxy(self.server.tls_port))
        self.network = {**self.network, "port": self.proxy.port}

    def test_tls_that_is_cut_loses_nothing(self):
        bot = self.start_bot(self.network)
        ana = self.join(self.server.participant("ana"))
        for number, reset in enumerate((False, True), 1):
            since = len(bot.log)
            self.ask(ana, number)
            self.proxy.cut(reset)
            bot.wait_log("event=irc_disconnected", since)
            bot.wait_log("event=up", since)
        self.assertEqual(len(bot.export("test")), 2)
        bot.terminate()

    def test_a_handshake_that_is_cut_is_tried_again(self):
        self.proxy.to_bot.cut_within(b"\x16\x03", 20)  # a record of the handshake
        bot = self.start_beside_console(self.network)
        self.assert_console_answers(bot)
        bot.wait_log("event=irc_disconnected")
        bot.wait_log("event=up network=irc")
        bot.terminate()

    @waits_long
    def test_a_handshake_that_stops_is_given_up(self):
        self.proxy.to_bot.block()
        bot = self.beside_console(self.network)
        bot.start()
        self.assert_console_answers(bot)
        bot.log.wait_for(lambda line: "event=irc_disconnected" in line, 0,
                         "the end of the handshake", WATCHDOG_S)
        self.assertFalse(any("event=irc_refused" in line for line in bot.log.all()))
        self.proxy.heal()
        bot.wait_log("event=up network=irc")
        bot.terminate()


if __name__ == "__main__":
    unittest.main()
