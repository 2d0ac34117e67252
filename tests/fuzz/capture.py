#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records what real servers send to a client that does all that the bot might do.

Writes tests/fuzz/corpus/irc_stream/{ngircd,inspircd,ergo}*, the seeds of the fuzzer.
What differs from machine to machine and from day to day is replaced. Each read of the
client is one read in the seed (an ENQ and a `c`, see irc_stream.c).
usage: tests/fuzz/capture.py
"""

import contextlib
import re
import sys
import tempfile
from pathlib import Path

FUZZ = Path(__file__).resolve().parent
sys.path.insert(0, str(FUZZ.parent))
from support.certificates import Authority  # noqa: E402
from support.ergo import Ergo  # noqa: E402
from support.inspircd import Inspircd  # noqa: E402
from support.irc_client import IrcClient  # noqa: E402
from support.ngircd import Ngircd  # noqa: E402

CORPUS = FUZZ / "corpus" / "irc_stream"
CUT, ANEW_WITH_SASL = b"\x05c", b"\x05n1"

_SAME_EVERYWHERE = [
    (rb"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", b"2015-09-08T12:30:00"),
    (rb"\b1[78]\d{8}\b", b"1441715400"),  # seconds since 1970
    (rb"(?m)(?<= 00[23] usher ):.*?(?=\r?$)", b":This server is there"),
    (rb"(?<= 004 usher irc.test )\S+|(?<= 004 usher ergo.test )\S+", b"version"),
]


class Recorded(IrcClient):
    """A client named as the bot, with every capability that there is."""

    def __init__(self, port, account=None, password=None):
        self.chunks = []
        super().__init__(port, "usher", None, account, password)

    def _receive(self):
        chunk = super()._receive()
        self.chunks.append(chunk)
        return chunk

    def _sign_on(self, account, password):
        self.send("CAP LS 302")
        last = self.wait_for(lambda line: line.command == "CAP" and line.params[2] != "*")
        offers = [line.params[-1] for line in self.heard.all() if line.command == "CAP"]
        assert last.params[-1] in offers
        names = {offer.partition("=")[0] for offer in " ".join(offers).split()}
        names -= {"sts", "tls", "draft/no-implicit-names", "no-implicit-names",
                  "ergo.chat/nope"}
        if not account:
            names.discard("sasl")
        for name in sorted(names):  # one by one: a server may have limits
            self.send(f"CAP REQ :{name}")
        if account:
            self.wait_for(lambda line: line.command == "CAP" and "sasl" in line.params[-1]
                          and line.params[1] == "ACK")
            self._authenticate(account, password)
        self.send("NICK usher")
        self.send("USER usher 0 * :usher")
        self.send("CAP END")
        self.wait_for(lambda line: line.command in ("376", "422"), what="end of sign-on")

    def save(self, name, start=b""):
        stream = start + CUT.join(filter(None, self.chunks))
        for pattern, fixed in _SAME_EVERYWHERE:
            stream = re.sub(pattern, fixed, stream)
        (CORPUS / name).write_bytes(stream)
        print(f"{name}: {len(stream)} bytes")


def settle(client):
    """Until the server has answered all that was sent so far."""
    token = f"s{len(client.heard)}"
    client.send(f"PING {token}")
    client.wait_for(lambda line: line.command == "PONG" and line.params[-1] == token,
                    0, token)


def each(client, *lines):
    """Sends the lines, each when the one before has been answered."""
    for line in lines:
        client.send(line)
        settle(client)


def enter(usher, chair):
    """The bot's rooms: one with a key, one that it is sent out of."""
    each(chair, "JOIN #usher", "JOIN #Mod[1]", "JOIN #locked", "MODE #locked +k key",
         "TOPIC #usher :Global Cybersecurity Challenges", "JOIN #closed",
         "MODE #closed +i", "JOIN #full", "MODE #full +l 1", "JOIN #banned",
         "MODE #banned +b usher!*@*")
    each(usher, "JOIN #usher,#Mod[1]", "JOIN #locked wrong", "JOIN #locked key",
         "JOIN #closed", "JOIN #full", "JOIN #banned", "WHO #usher %tcuhna,743",
         "NAMES #Mod[1]", "WHO #usher", "MODE #usher")


def talk(usher, chair, ana):
    each(ana, "JOIN #usher", "PRIVMSG #usher :!now", "PRIVMSG usher :help",
         "PRIVMSG #usher :\x01ACTION waves\x01", "PRIVMSG usher :\x01VERSION\x01",
         "PRIVMSG usher :\x01PING 123\x01", "NOTICE #usher :not a command",
         "PRIVMSG #usher :usher: \x02ask\x02 \x0304,01What\x0f about \x1dété\x1d?",
         "AWAY :lunch", "AWAY", "SETNAME :Ana Else", "NICK Ana2",
         "PRIVMSG #usher :!vote 1", "TAGMSG #usher",
         "@+draft/reply=abc;+typing=active PRIVMSG #usher :tagged")
    each(chair, "MODE #usher +ov Ana2 usher", "MODE #usher -o+b Ana2 *!*@nowhere",
         "MODE #usher +ooo chair Ana2 usher", "MODE #usher -o usher",
         "INVITE usher #closed", "KICK #usher usher :out", "INVITE usher #usher")
    each(usher, "JOIN #usher", "JOIN #closed", "PRIVMSG #usher :Now: Session 1",
         "@label=u1 PRIVMSG #usher :Session 1: Best practices", "@label=u2 PRIVMSG ana :?",
         "@label=u3 NAMES #usher", "@label=u4 PRIVMSG Ana2 :#1 approved",
         "PRIVMSG nobody :x", "PRIVMSG #nowhere :x", "PRIVMSG #usher", "FLY high",
         "MONITOR + usher_,chair,nobody", "MONITOR S", "NICK usher_", "NICK chair",
         "NICK usher", "NICK 1bad", "MODE usher +B", "MODE #usher b", "WHOIS chair")
    each(chair, "MODE #usher +m", "MODE #usher -v usher", "PART #Mod[1] :later")
    each(usher, "PRIVMSG #usher :moderated away")
    each(ana, "PART #usher :bye", "JOIN #usher")
    ana.send("QUIT :gone home")
    usher.wait_for(lambda line: line.command == "QUIT", what="QUIT")


def history(usher):
    each(usher, "CHATHISTORY LATEST #usher * 50",
         "@label=u5 CHATHISTORY LATEST #usher timestamp=2015-09-08T12:30:00.000Z 2",
         "CHATHISTORY TARGETS timestamp=2015-09-08T00:00:00.000Z "
         "timestamp=2035-09-08T00:00:00.000Z 10",
         "CHATHISTORY LATEST #nowhere * 50", "CHATHISTORY SIDEWAYS #usher * 50",
         "MARKREAD #usher", "PART #usher", "JOIN #usher")
    for line in ("BATCH +m draft/multiline #usher", "@batch=m PRIVMSG #usher :first",
                 "@batch=m PRIVMSG #usher :second", "BATCH -m"):
        usher.send(line)
    settle(usher)


@contextlib.contextmanager
def people(server):
    with server.participant("chair") as chair, server.participant("ana") as ana:
        yield chair, ana


def capture_ngircd(folder):
    with Ngircd(folder) as server, people(server) as (chair, ana):
        with Recorded(server.port) as usher:
            enter(usher, chair)
            talk(usher, chair, ana)
            each(chair, f"OPER {server.OPERATOR} {server.OPERATOR}")
            chair.send("KILL usher :enough")
            usher.wait_for(lambda line: line.command == "ERROR", what="ERROR")
        usher.save("ngircd")


def capture_inspircd(folder):
    with Inspircd(folder / "hub") as server, people(server) as (chair, ana):
        with Recorded(server.port) as usher:
            enter(usher, chair)
            talk(usher, chair, ana)
        usher.save("inspircd")


def capture_netsplit(folder):
    """Forced changes, and a server that splits off and comes back."""
    with Inspircd(folder / "hub") as server, server.operator() as oper:
        with Recorded(server.port) as usher, Inspircd(folder / "leaf", server) as leaf:
            server.wait_link(oper, leaf.name)
            each(oper, "JOIN #usher")
            each(usher, "JOIN #usher,#Mod[1]")
            far = [leaf.participant(f"far{number}") for number in range(4)]
            for client in far:
                client.join("#usher")
            each(far[0], "PRIVMSG #usher :!now", "PRIVMSG usher :now")
            settle(usher)
            each(oper, "SAMODE #usher +qao far0 far1 far2", "SAMODE #usher +vh far3 far3",
                 "SANICK far3 far5", "CHGHOST far5 elsewhere.test", "SANICK usher usher_",
                 "SAPART far2 #usher", "SAJOIN usher_ #forced", "SAMODE #usher +c-n+s",
                 "CHGHOST usher_ usher.example", "SANICK usher_ usher",
                 f"SQUIT {leaf.name} :split")
            settle(usher)
            server.wait_link(oper, leaf.name)
            each(oper, "SAMODE #usher +o usher", "SAPART usher #usher :go")
            settle(usher)
            for client in far:
                client.close()
            oper.send("KILL usher :enough")
            usher.wait_for(lambda line: line.command == "ERROR", what="ERROR")
        usher.save("inspircd_netsplit")


def capture_ergo(folder):
    with Ergo(Authority(folder)) as server:
        server.register("usher", "bot-secret")
        with people(server) as (chair, ana), server.account("known") as known:
            with Recorded(server.port, "usher", "bot-secret") as usher:
                enter(usher, chair)
                each(known, "JOIN #usher", "PRIVMSG #usher :!mine",
                     "PRIVMSG usher :!mine", "NICK else")
                talk(usher, chair, ana)
            usher.save("ergo", ANEW_WITH_SASL)
            each(chair, "PRIVMSG #usher :!ask while the bot is away")
            with Recorded(server.port, "usher", "bot-secret") as usher:
                each(usher, "JOIN #usher")
                history(usher)
                each(chair, "RENAME #usher #hall :moved", "KICK #hall usher :out")
                settle(usher)
            usher.save("ergo_history", ANEW_WITH_SASL)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        capture_ngircd(folder / "ngircd")
        capture_inspircd(folder / "inspircd")
        capture_netsplit(folder / "netsplit")
        capture_ergo(folder / "ergo")


if __name__ == "__main__":
    main()
