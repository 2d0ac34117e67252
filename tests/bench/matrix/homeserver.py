# SPDX-License-Identifier: MIT
"""A homeserver that is only for measuring: rooms that it makes up, one /sync that
holds all that was said, or a gap to be filled page by page."""

import http.server
import json
import re
import threading
import urllib.parse

PAGE = 100
MEMBERS = {"joined": {"@usher:x": {}, **{
    f"@p{number}:x": {"display_name": f"Person {number}"} for number in range(50)}}}


def room_id(number):
    return f"!r{number}:x"


def message(number):
    """One in a hundred is a command, as in a room where people talk."""
    text = ("!session 1" if number % 100 == 99 else
            f"What was said of measures number {number} is worth a thought, I think.")
    return {"type": "m.room.message", "event_id": f"${number:043d}",
            "sender": f"@p{number % 50}:x", "origin_server_ts": 1441715400000 + number,
            "content": {"msgtype": "m.text", "body": text},
            "unsigned": {"age": 1234, "membership": "join"}}


def timeline(events, **more):
    return {"timeline": {"events": events, "limited": False, **more},
            "state": {"events": []}, "account_data": {"events": []},
            "ephemeral": {"events": []}, "summary": {}, "unread_notifications": {
                "highlight_count": 0, "notification_count": 0}}


def all_at_once(rooms, count):
    """The second /sync: `count` messages over so many rooms."""
    return {room_id(number): timeline([message(each)
                                       for each in range(number, count, rooms)])
            for number in range(rooms)}


def gap():
    """The second /sync: the last messages of one room, and that there are others."""
    return {room_id(0): timeline([message(number) for number in range(PAGE)],
                                 limited=True, prev_batch="p0")}


def page(query, count):
    """One of /messages, backwards, until `count` have been given."""
    at = int(query["from"][0][1:])
    found = {"start": f"p{at}", "chunk": [
        message(1000000 + at * PAGE + number) for number in range(PAGE)]}
    if (at + 1) * PAGE < count:
        found["end"] = f"p{at + 1}"
    return found


class Homeserver:
    """`news` are the joined rooms of the second /sync. `asked_again` is set when the
    third is asked for: all has been told then. `sent` counts messages of the bot."""

    def __init__(self, news, count):
        self.sent = 0
        self.may_tell = threading.Event()
        self.asked_again = threading.Event()
        self._news = json.dumps({"next_batch": "s2", "rooms": {"join": news}}).encode()
        self._count = count
        self._ended = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                       self._handler_class())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def bytes(self):
        return len(self._news)

    def _sync(self, query):
        since = query.get("since", [""])[0]
        if not since:
            return {"next_batch": "s1"}
        if since == "s1":
            self.may_tell.wait()
            return self._news
        self.asked_again.set()
        self._ended.wait()
        return {"next_batch": since}

    def _answer(self, method, path, query):
        alias = re.search(r"#r(\d+):x$", path)
        room = room_id(alias[1]) if alias else "!new:x"
        if path == "/sync":
            return self._sync(query)
        if method == "PUT":
            self.sent += "/send/" in path
            return {"event_id": f"$sent{self.sent}"}
        for part, answer in (
                ("/login", {"user_id": "@usher:x", "access_token": "t",
                            "device_id": "D"}),
                ("/joined_rooms", {"joined_rooms": []}),
                ("/joined_members", MEMBERS),
                ("/messages", page(query, self._count) if "from" in query else {}),
                ("/directory/", {"room_id": room}), ("/join/", {"room_id": room})):
            if part in path:
                return answer
        return {}

    def _handler_class(self):
        homeserver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path, _, query = self.path.partition("?")
                answer = homeserver._answer(
                    self.command, urllib.parse.unquote(path).partition("/v3")[2],
                    urllib.parse.parse_qs(query))
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", len(body))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_GET

            def log_message(self, *_):
                pass

        return Handler

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.may_tell.set()
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
