# SPDX-License-Identifier: MIT
"""A loopback HTTP proxy in front of a homeserver that does wrong on command."""

import http.client
import http.server
import re
import socket
import threading
import urllib.parse

from .processes import WAIT_S
from .recorder import Recorder

_NOT_PASSED_ON = {"connection", "content-length", "date", "keep-alive", "server",
                  "transfer-encoding"}

# So that who asks anew by itself, as libcurl does on a connection that was kept, meets
# the second.
_IN_A_ROW = 2


class Exchange:
    """One request and what an action makes of it; `path` is decoded, with the query."""

    def __init__(self, handler, port):
        self._handler = handler
        self._port = port
        self.method = handler.command
        self.path = urllib.parse.unquote(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        self._body = handler.rfile.read(length)

    def forward(self):
        """Has the homeserver do it: its status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WAIT_S)
        try:
            connection.request(self.method, self._handler.path, self._body or None,
                               dict(self._handler.headers))
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def answer(self, status, headers=(), body=b"", length=None):
        self._handler.send_response(status)
        for name, value in headers:
            if name.lower() not in _NOT_PASSED_ON:
                self._handler.send_header(name, value)
        self._handler.send_header("Content-Length", len(body) if length is None else length)
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def cut(self):
        self._handler.close_connection = True
        self._handler.wfile.flush()
        self._handler.connection.shutdown(socket.SHUT_RDWR)


def pass_on(exchange):
    exchange.answer(*exchange.forward())


def cut_before(exchange):
    """The homeserver never hears of it."""
    exchange.cut()


def cut_after(exchange):
    """The homeserver has done it, who asked doesn't get to know."""
    exchange.forward()
    exchange.cut()


def truncate(exchange):
    """The answer ends in its middle."""
    status, headers, body = exchange.forward()
    exchange.answer(status, headers, body[:len(body) // 2], length=len(body) + 1)
    exchange.cut()


def answer(status, body=b"", **headers):
    """Something in front of the homeserver answers, which never hears of it."""
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda exchange: exchange.answer(status, fields, body)


def answer_after(status, body=b""):
    """The homeserver has done it, but something in front of it answers."""
    def act(exchange):
        exchange.forward()
        exchange.answer(status, (), body)
    return act


class Gate:
    """An action that holds answers of the homeserver back until `open`."""

    def __init__(self):
        self._opened = threading.Event()

    def __call__(self, exchange):
        result = exchange.forward()
        self._opened.wait(WAIT_S)
        exchange.answer(*result)

    def open(self):
        self._opened.set()


class Fault:
    """`action` instead of passing on what matches; `hits` are their paths."""

    def __init__(self, method, path, action, times, every):
        self._method = method
        self._path = re.compile(path)
        self.action = action
        self._left = times
        self._every = every
        self._seen = 0
        self.hits = Recorder(f"{method} {path}")

    def takes(self, exchange):
        if (self._left == 0 or self._method != exchange.method
                or not self._path.search(exchange.path)):
            return False
        self._seen += 1
        if (self._seen - 1) % self._every >= _IN_A_ROW:
            return False
        if self._left is not None:
            self._left -= 1
        self.hits.add(exchange.path)
        return True

    def wait(self, since=0):
        """Until a request has met it."""
        return self.hits.wait_for(lambda path: True, since)

    def end(self):
        self._left = 0


class HttpFaultProxy:
    """`url` in the place of the homeserver on `port`; `seen` is all requests."""

    def __init__(self, port):
        self._faults = []
        self._lock = threading.Lock()
        self.seen = Recorder("requests of the bot")
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), self._handler_class(port))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def fault(self, method, path, action, times=1, every=1):
        """`action` for the next `times` requests (None: until it is ended) of that
        method whose path has the regular expression `path`, or for two in a row of
        each `every`."""
        fault = Fault(method, path, action, times, every)
        with self._lock:
            self._faults.append(fault)
        return fault

    def _handle(self, exchange):
        self.seen.add(f"{exchange.method} {exchange.path}")
        with self._lock:
            fault = next((one for one in self._faults if one.takes(exchange)), None)
        (fault.action if fault else pass_on)(exchange)

    def _handler_class(self, port):
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                proxy._handle(Exchange(self, port))

            do_POST = do_PUT = do_GET

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except (OSError, http.client.HTTPException):
                    # One of the two sides went away: so does the other.
                    self.close_connection = True

            def log_message(self, *_):
                pass

        return Handler

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(WAIT_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
