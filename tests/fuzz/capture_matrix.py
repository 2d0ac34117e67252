#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records what a real Synapse answers to the bot over a small workshop.

Writes tests/fuzz/corpus/matrix_sync/synapse*, the seeds of the fuzzer: each answer is
ended by the order that gives it to the same request (see matrix_sync.c). What differs
from machine to machine and from day to day is replaced. Needs build/dev/usher.
usage: tests/fuzz/capture_matrix.py
"""

import contextlib
import json
import re
import sys
import tempfile
from pathlib import Path

FUZZ = Path(__file__).resolve().parent
sys.path.insert(0, str(FUZZ.parent))
from support import bot as bots  # noqa: E402
from support.case import AGENDA, SESSION_1, workshop  # noqa: E402
from support.certificates import Authority  # noqa: E402
from support.http_fault_proxy import HttpFaultProxy  # noqa: E402
from support.nio_client import NioClient  # noqa: E402
from support.synapse import Synapse  # noqa: E402

bots.USHER = str(FUZZ.parents[1] / "build" / "dev" / "usher")
CORPUS = FUZZ / "corpus" / "matrix_sync"
BOT = "@usher:localhost"
NOW = "2015-09-08T14:50:00+02:00"
OBLIGE = b"\x05o"
# What answers which request: the orders of matrix_sync.c.
ORDERS = [("GET", "/sync", b"s"), ("GET", "/messages", b"m"),
          ("GET", "/joined_members", b"j"), ("GET", "/members", b"k"),
          ("POST", "/createRoom", b"c"), ("GET", "/joined_rooms", b"r")]
_SAME_EVERYWHERE = [
    (rb'"(origin_server_ts|age_ts)":\d+', rb'"\1":1441715400000'),
    (rb'"age":\d+', b'"age":1'),
    (rb'"transaction_id":"[^"]*"', b'"transaction_id":"a1"'),
]


def shortened(value):
    """Without the middle of long lists, so that an input stays small."""
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shortened(item) for item in (
            value if len(value) <= 6 else value[:3] + value[-3:])]
    return value


class Same:
    """Names that a server makes up, each replaced by the same one wherever it is."""

    def __init__(self, known):
        self._names = dict(known)

    def _name(self, match):
        word = match[0]
        kind = {b"$": b"$e", b"!": b"!r"}.get(word[:1], word[:1])
        end = b":x" if kind == b"!r" else b""
        return self._names.setdefault(
            word, kind + str(len(self._names)).encode() + end)

    def clean(self, body):
        body = json.dumps(shortened(json.loads(body)), separators=(",", ":")).encode()
        for pattern, text in _SAME_EVERYWHERE:
            body = re.sub(pattern, text, body)
        body = re.sub(rb"\$[A-Za-z0-9_-]{43}|![A-Za-z0-9_-]{18,}(:localhost)?"
                      rb"|(?<=\")[st]\d+[-_][\d_~-]+(?=\")", self._name, body)
        return body.replace(b"localhost", b"x")


class Recorder:
    """An action of the proxy for each of ORDERS: passes on, and keeps the answer."""

    def __init__(self, proxy):
        self._kept = []
        for method, path, order in ORDERS:
            proxy.fault(method, re.escape(path), self._action(order), times=None)

    def _action(self, order):
        def act(exchange):
            status, headers, body = exchange.forward()
            if status == 200:
                self._kept.append((order, body))
            exchange.answer(status, headers, body)
        return act

    def take(self):
        kept, self._kept = self._kept, []
        return kept


def write(name, same, kept):
    with open(CORPUS / name, "wb") as seed:
        for order, body in kept:
            seed.write((OBLIGE if order == b"s" else b"") + same.clean(body)
                       + b"\x05" + order)
    print(name, (CORPUS / name).stat().st_size)


def configuration(network):
    return {"store": "sqlite:usher.db", "networks": {"itu": network},
            "workshops": {"test": workshop(rooms=[{"network": "itu",
                                                   "room": "#hall:localhost"}])}}


def ask(client, room, text, expected):
    """Says it, and waits for the answer: the ids of both."""
    since = len(client.heard)
    asked = client.say(room, text)
    return asked, client.wait_text(expected, since, room)["event_id"]


def talk(ann, ben, hall):
    """All that can be said in a room."""
    asked, answer = ask(ann, hall, "!ask Is <b>this</b> \N{THUMBS UP SIGN}?",
                        "#1 is waiting")
    ann.edit(hall, asked, "!ask Is that?")
    ben.redact(hall, ben.react(hall, answer, "\N{THUMBS UP SIGN}"))
    ann.say_in_thread(hall, asked, "!now")
    ben.say(hall, "> <@ann:localhost> !now\n\n!next", **{
        "m.relates_to": {"m.in_reply_to": {"event_id": asked}}})
    ann.redact(hall, asked)
    ben.send(hall, {"msgtype": "m.notice", "body": "!next"})
    ask(ann, hall, "!session 2", "Session 2")


def change_rooms(ann, ben, hall):
    """All that can happen to rooms."""
    direct = ann.open_direct(BOT)
    ann.wait_join(direct, BOT)
    ask(ann, direct, "now", SESSION_1)
    ann.do("room_leave", room_id=direct)
    ann.do("room_put_state", room_id=hall, event_type="m.room.power_levels",
           content={"users": {"@ann:localhost": 100, "@ben:localhost": 50}})
    other = ann.do("room_create", invite=[BOT], name="Another room")["room_id"]
    ann.do("room_put_state", room_id=hall, event_type="m.room.tombstone",
           content={"body": "moved", "replacement_room": other})
    ben.do("set_displayname", displayname="Ben \u202e\x07")
    ann.do("room_kick", room_id=hall, user_id="@ben:localhost", reason="enough")
    ask(ann, hall, "!session 2", "Session 2")


def be_away(ann, hall):
    """More than one synchronisation holds."""
    for number in range(110):
        ann.say(hall, f"chatter {number}")
    ann.say(hall, "!session 2")


def main():
    CORPUS.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (directory / "agenda.json").write_text(json.dumps(AGENDA))
        synapse = stack.enter_context(Synapse(Authority(directory / "ca")))
        proxy = stack.enter_context(HttpFaultProxy(synapse.port))
        ann = stack.enter_context(NioClient(synapse.url, "ann"))
        ben = stack.enter_context(NioClient(synapse.url, "ben"))
        network = {**synapse.bot(directory), "homeserver": proxy.url, "ca_file": None}
        hall = ann.do("room_create", alias="hall", invite=[BOT, ben.user_id])["room_id"]
        ben.join(hall)
        bot = stack.enter_context(bots.Bot(directory, configuration(network),
                                           bots.WorkshopClock(NOW)))
        recorder, same = Recorder(proxy), Same({hall.encode(): b"!hall:x"})
        bot.start_ready()
        ask(ann, hall, "!session 1", SESSION_1)
        write("synapse_start", same, recorder.take())
        talk(ann, ben, hall)
        write("synapse_talk", same, recorder.take())
        change_rooms(ann, ben, hall)
        write("synapse_rooms", same, recorder.take())
        bot.kill()
        be_away(ann, hall)
        bot.start_ready()
        ask(ann, hall, "!session 1", SESSION_1)
        write("synapse_gap", same, recorder.take())
        bot.terminate()


if __name__ == "__main__":
    main()
