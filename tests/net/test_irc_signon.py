# SPDX-License-Identifier: MIT
"""How the bot gets to an IRC server and signs on there: TLS, accounts, proxies, names."""

import contextlib
import itertools
import os
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from support import chroot
from support.bot import Bot, WorkshopClock
from support.case import NetCase, SESSION_1, workshop
from support.certificates import Authority, client_certificate, fingerprint
from support.ergo import Ergo
from support.ngircd import Ngircd
from support.processes import free_port
from support.proxies import Microsocks, Tinyproxy
from support.recorder import Recorder
from support.secret import secret_file

_numbers = itertools.count(1)


class SignonCase(NetCase):
    """A channel of its own for each test."""

    def setUp(self):
        super().setUp()
        self.hall = f"#signon{next(_numbers)}"

    def make_bot(self, networks, **how):
        configuration = {
            "store": "sqlite:usher.db", "networks": networks,
            "workshops": {"test": workshop(
                rooms=[{"network": name, "room": self.hall} for name in networks])}}
        return self.use(Bot(self.directory, configuration,
                            WorkshopClock("2015-09-08T14:50:00+02:00"), **how))

    def start_bot(self, network):
        return self.make_bot({"irc": network}).start_ready()

    def secret(self, text):
        return secret_file(self.directory, "secret", text)

    def check_answers(self, participant):
        """The bot is in the hall, and there for people."""
        self.use(participant).join(self.hall)
        participant.wait_text(SESSION_1, participant.say(self.hall, "!agenda"), self.hall)

    def check_refusal(self, bot, part):
        """The one error that the log has; the bot is not in the hall."""
        errors = [line for line in bot.log.all() if "level=error" in line]
        self.assertEqual(1, len(errors), errors)
        self.assertIn(part, errors[0])
        self.assertFalse(any("event=irc_signed_on" in line for line in bot.log.all()))


@chroot.needs_chroot
class ErgoSignonCase(SignonCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authority = Authority(cls.folder / "ca")
        cls.server = cls.enterClassContext(Ergo(cls.authority))
        network = cls.server.bot(cls.folder)
        del network["sasl"]
        cls.network = {**network, "nick": "guide"}
        cls.chair = cls.enterClassContext(cls.server.account("chair"))

    def sasl(self, mechanism, password="bot-secret", **more):
        sasl = {"mechanism": mechanism, "account": "usher"}
        if password:
            sasl["password_file"] = self.secret(password)
        return {**self.network, "nick": "usher", "sasl": sasl, **more}

    def account_of(self, nick):
        """The account that WHOIS shows; None where there is none."""
        since = len(self.chair.heard)
        self.chair.send(f"WHOIS {nick}")
        self.chair.wait_for(lambda line: line.command == "318", since, "WHOIS")
        return next((line.params[2] for line in self.chair.heard.all(since)
                     if line.command == "330"), None)

    def test_sasl_plain(self):
        bot = self.start_bot(self.sasl("PLAIN"))
        self.assertEqual("usher", self.account_of("usher"))
        bot.terminate()

    def test_sasl_scram(self):
        bot = self.start_bot(self.sasl("SCRAM-SHA-256"))
        self.assertEqual("usher", self.account_of("usher"))
        bot.terminate()

    def test_sasl_with_a_wrong_password(self):
        for mechanism in ("PLAIN", "SCRAM-SHA-256"):
            with self.subTest(mechanism):
                bot = self.start_bot(self.sasl(mechanism, "wrong"))
                self.check_refusal(bot, "the SASL account or its password was refused")
                bot.terminate()

    def test_sasl_external(self):
        certificate = client_certificate(self.directory / "bot.pem")
        self.server.add_certificate("usher", fingerprint(certificate))
        bot = self.start_bot(self.sasl("EXTERNAL", None, client_cert_file="bot.pem"))
        self.assertEqual("usher", self.account_of("usher"))
        bot.terminate()

    def test_sasl_external_with_an_unknown_certificate(self):
        client_certificate(self.directory / "bot.pem")
        bot = self.start_bot(self.sasl("EXTERNAL", None, client_cert_file="bot.pem"))
        self.check_refusal(bot, "the SASL account or its password was refused")
        bot.terminate()

    def test_a_client_certificate_that_is_none(self):
        (self.directory / "bot.pem").write_text("none")
        (self.directory / "bot.pem").chmod(0o600)
        bot = self.start_bot({**self.network, "client_cert_file": "bot.pem"})
        self.check_refusal(bot, "could not load PEM client certificate")
        bot.terminate()

    def test_the_right_fingerprint_is_enough(self):
        server = self.use(Ergo(self.authority, "DNS:elsewhere.test"))
        for text in (server.fingerprint, server.fingerprint.replace(":", "").lower()):
            network = {**self.network, "port": server.tls_port, "fingerprint": text}
            del network["ca_file"]
            bot = self.start_bot(network)
            self.check_answers(server.participant(f"ana{len(text)}"))
            bot.terminate()

    def test_a_wrong_fingerprint_is_refused(self):
        wrong = self.server.fingerprint[:-1] + (
            "0" if self.server.fingerprint[-1] != "0" else "1")
        bot = self.start_bot({**self.network, "fingerprint": wrong})
        self.check_refusal(bot, self.server.fingerprint)
        bot.terminate()

    def nickserv(self, password, **more):
        return {**self.network, "nickserv": {
            "account": "usher", "password_file": self.secret(password), **more}}

    def keep_strangers_out(self):
        self.chair.join(self.hall)
        since = len(self.chair.heard)
        self.chair.send(f"MODE {self.hall} +R")
        self.chair.wait_for(lambda line: line.command == "MODE", since, "mode +R")

    def test_nickserv_opens_channels_for_accounts(self):
        self.keep_strangers_out()
        bot = self.start_bot(self.nickserv("bot-secret"))
        self.assertEqual("usher", self.account_of("guide"))
        self.chair.wait_text(SESSION_1, self.chair.say(self.hall, "!agenda"), self.hall)
        self.assertFalse(any("irc_out_of_room" in line for line in bot.log.all()))
        self.assertFalse(any("level=warn" in line for line in bot.log.all()))
        bot.terminate()

    def test_nickserv_with_a_wrong_password(self):
        bot = self.start_bot(self.nickserv("not-the-secret"))
        self.check_answers(self.server.participant("ana"))
        warnings = [line for line in bot.log.all() if "irc_not_identified" in line]
        self.assertEqual(1, len(warnings), bot.log.all())
        self.assertFalse(any("not-the-secret" in line for line in bot.log.all()))
        self.assertIsNone(self.account_of("guide"))
        bot.terminate()

    def test_a_nickserv_that_is_not_there(self):
        bot = self.start_bot(self.nickserv("bot-secret", service="Nobody"))
        self.check_answers(self.server.participant("ana"))
        bot.wait_log("event=irc_not_identified")
        bot.terminate()


@chroot.needs_chroot
class StsCase(SignonCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authority = Authority(cls.folder / "ca")
        cls.server = cls.enterClassContext(Ergo(cls.authority, sts="1h"))
        cls.network = {"type": "irc", "host": "localhost", "port": cls.server.port,
                       "tls": False, "ca_file": str(cls.authority.ca_file),
                       "nick": "usher"}

    def is_secure(self, client):
        since = len(client.heard)
        client.send("WHOIS usher")
        client.wait_for(lambda line: line.command == "318", since, "WHOIS")
        return any(line.command == "671" for line in client.heard.all(since))

    def test_it_goes_to_tls_and_stays_there_over_a_restart(self):
        bot = self.start_bot(self.network)
        ana = self.server.participant("ana")
        self.check_answers(ana)
        self.assertTrue(self.is_secure(ana))
        bot.terminate()
        nobody = {**self.network, "port": free_port()}
        bot = self.start_bot(nobody)
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        self.assertTrue(self.is_secure(ana))
        bot.terminate()

    def test_the_certificate_there_is_verified(self):
        other = Authority(self.folder / "other")
        bot = self.start_bot({**self.network, "ca_file": str(other.ca_file)})
        self.check_refusal(bot, "certificate")
        bot.terminate()


class Mock:
    """A server of which each line is written here: `answers` are its lines to a verb.
    `heard` is what it was told, "connected" for each connection."""

    def __init__(self, answers):
        self.heard = Recorder("mock server")
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._connection = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                self._connection, _ = self._listener.accept()
                self.heard.add("connected")
                self._serve(self._connection)

    def _serve(self, connection):
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                text = line.decode().rstrip("\r\n")
                self.heard.add(text)
                for answer in self._answers.get(text.split()[0], []):
                    connection.sendall(f"{answer}\r\n".encode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        if self._connection:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)


class PlainSignonCase(SignonCase):
    """Without TLS, on servers that do what no real one can be made to do."""

    def network(self, port):
        return {"type": "irc", "host": "127.0.0.1", "port": port, "tls": False,
                "nick": "usher", "password_file": self.secret("server-secret")}

    def test_a_failed_upgrade_never_falls_back(self):
        mock = self.use(Mock({"CAP": [f":s CAP * LS :sts=port={free_port()}"]}))
        bot = self.make_bot({"irc": self.network(mock.port)})
        bot.start()
        for _ in range(2):
            since = len(bot.log)
            bot.wait_log("event=irc_disconnected", since)
        self.assertEqual(["connected", "CAP LS 302"], mock.heard.all())
        bot.terminate()

    def test_a_service_that_repeats_the_password(self):
        mock = self.use(Mock({
            "CAP": [":s 421 * CAP :Unknown command"], "USER": [":s 001 usher :Welcome"],
            "PRIVMSG": [":NickServ!s@s NOTICE usher :What is usher server-secret?"]}))
        network = self.network(mock.port)
        network["nickserv"] = {"account": "usher",
                               "password_file": network.pop("password_file")}
        bot = self.make_bot({"irc": network})
        bot.start()
        bot.wait_log("event=irc_not_identified")
        mock.heard.wait_for(lambda line: line == f"JOIN {self.hall}")
        self.assertEqual(["PRIVMSG NickServ :IDENTIFY usher server-secret"],
                         [line for line in mock.heard.all() if "secret" in line])
        self.assertFalse(any("server-secret" in line for line in bot.log.all()))
        bot.terminate()

    def test_a_server_that_ignores_capabilities(self):
        mock = self.use(Mock({"USER": [":s 001 usher :Welcome"]}))
        bot = self.make_bot({"irc": self.network(mock.port)})
        bot.start()
        bot.wait_log("event=irc_signed_on")
        self.assertEqual(["connected", "CAP LS 302", "PASS :server-secret", "NICK usher"],
                         mock.heard.all()[:4])
        bot.terminate()


class NgircdSignonCase(SignonCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(Ngircd(cls.folder))

    def test_the_password_of_the_server(self):
        server = self.use(Ngircd(self.directory / "server", password="server-secret"))
        for word, event in (("server-secret", "event=up"), ("wrong", "event=irc_refused")):
            bot = self.start_bot({**server.bot(), "password_file": self.secret(word)})
            bot.wait_log(event)
            bot.terminate()

    def test_services_that_are_not_there(self):
        bot = self.start_bot({**self.server.bot(), "nickserv": {
            "account": "usher", "password_file": self.secret("bot-secret")}})
        bot.wait_log("event=irc_not_identified")
        self.check_answers(self.server.participant("ana"))
        bot.terminate()

    def test_a_socks_proxy(self):
        proxy = self.use(Microsocks(self.directory))
        for scheme in ("socks5", "socks5h"):
            bot = self.start_bot({**self.server.bot(),
                                  "proxy": f"{scheme}://127.0.0.1:{proxy.port}"})
            self.check_answers(self.server.participant(f"ana{scheme}"))
            self.assertTrue(proxy.has_led_to(self.server.port), proxy.log())
            bot.terminate()

    def test_an_http_proxy(self):
        proxy = self.use(Tinyproxy(self.directory, self.server.port))
        bot = self.start_bot({**self.server.bot(),
                              "proxy": f"http://127.0.0.1:{proxy.port}"})
        self.check_answers(self.server.participant("ana"))
        self.assertTrue(proxy.has_led_to(self.server.port), proxy.log())
        bot.terminate()

    def test_a_proxy_that_refuses_says_so(self):
        socks = self.use(Microsocks(self.directory, "secret"))
        http = self.use(Tinyproxy(self.directory, 443))
        for proxy, reason in ((f"socks5://127.0.0.1:{socks.port}", "authentication"),
                              (f"http://127.0.0.1:{http.port}", "403")):
            bot = self.start_bot({**self.server.bot(), "proxy": proxy})
            line = bot.wait_log("event=irc_disconnected")
            self.assertIn("the proxy: ", line)
            self.assertIn(reason, line)
            bot.terminate()

    def test_ipv6_and_names_with_several_addresses(self):
        server = self.use(Ngircd(self.directory / "server", host="::1"))
        for number, (host, where) in enumerate((
                ("::1", server), ("localhost", server), ("localhost", self.server))):
            bot = self.start_bot({**where.bot(), "host": host})
            self.check_answers(where.participant(f"ana{number}"))
            bot.terminate()

    @unittest.skipUnless(os.geteuid() == 0, "only root can give the bot other name servers")
    def test_a_name_that_is_never_found_holds_nothing_up(self):
        silent = self.use(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        address = f"127.{os.getpid() >> 8 & 255}.{os.getpid() & 255}.53"
        silent.bind((address, 53))
        (self.directory / "resolv.conf").write_text(
            f"nameserver {address}\noptions timeout:30 attempts:5\n")
        bot = self.make_bot(
            {"irc": self.server.bot(),
             "lost": {**self.server.bot(), "host": "irc.example.org"}},
            within=["unshare", "--mount", "sh", "-c",
                    'mount --bind "$0" /etc/resolv.conf && exec "$@"',
                    str(self.directory / "resolv.conf")])
        bot.start()
        ana = self.server.participant("ana")
        bot.wait_log("event=up network=irc")
        self.check_answers(ana)
        # The connection is given up long before the look-up is.
        bot.wait_log("event=irc_disconnected network=lost")
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        self.assertGreater(len(silent.recv(512)), 0)
        bot.terminate()


if __name__ == "__main__":
    unittest.main()
