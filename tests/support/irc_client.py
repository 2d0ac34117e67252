# SPDX-License-Identifier: MIT
"""A plain IRC participant: records every line it hears."""

import base64
import collections
import contextlib
import select
import socket
import ssl
import threading

from .processes import WAIT_S
from .recorder import Recorder

Line = collections.namedtuple("Line", "tags prefix command params")


def parse(text):
    """A line of the server (RFC 1459 2.3.1, IRCv3 message tags)."""
    tags, prefix = {}, ""
    if text.startswith("@"):
        raw, _, text = text[1:].partition(" ")
        tags = dict(tag.partition("=")[::2] for tag in raw.split(";"))
    text = text.lstrip(" ")
    if text.startswith(":"):
        prefix, _, text = text[1:].partition(" ")
    middle, colon, trailing = text.partition(" :")
    command, *params = middle.split()
    return Line(tags, prefix, command, params + [trailing] if colon else params)


class IrcClient:
    """Connects and signs on at once; `heard` is all lines so far.

    With `ca_file` the connection is TLS; with `account` and `password` it signs on
    with SASL PLAIN.
    """

    def __init__(self, port, nick, ca_file=None, account=None, password=None,
                 host="127.0.0.1"):
        self.nick = nick
        self.heard = Recorder(f"irc {nick}")
        self._socket = self._connect(host, port, ca_file)
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._sign_on(account, password)
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _connect(host, port, ca_file):
        plain = socket.create_connection((host, port), WAIT_S)
        plain.settimeout(None)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if ca_file is None:
            return plain
        context = ssl.create_default_context(cafile=str(ca_file))
        return context.wrap_socket(plain, server_hostname="localhost")

    def _read(self):
        unread = b""
        try:
            while data := self._receive():
                *lines, unread = (unread + data).split(b"\n")
                for line in lines:
                    self._take(line.decode("utf-8", "replace").rstrip("\r"))
        except (OSError, ValueError) as error:
            self.heard.close(str(error))
        self.heard.close("connection closed")

    def _receive(self):
        """The next bytes; b"" at the end. A TLS connection may not be read and
        written at the same time: so waits without the lock and reads without
        waiting."""
        while True:
            if not self._pending():
                select.select([self._socket], [], [])
            with self._lock:
                # The kernel falls back to delayed acknowledgement by itself.
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                self._socket.setblocking(False)
                try:
                    return self._socket.recv(65536)
                except (BlockingIOError, ssl.SSLWantReadError):
                    continue
                finally:
                    self._socket.setblocking(True)

    def _pending(self):
        """Whether TLS holds bytes already read, which select does not show."""
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    def _take(self, text):
        if not text:
            return
        line = parse(text)
        if line.command == "PING":
            self.send(f"PONG :{line.params[-1]}")
        self.heard.add(line)

    def _sign_on(self, account, password):
        if account:
            self.send("CAP REQ :sasl")
        self.send(f"NICK {self.nick}")
        self.send(f"USER {self.nick} 0 * :{self.nick}")
        if account:
            self._authenticate(account, password)
            self.send("CAP END")
        self._wait_numeric("001")

    def _authenticate(self, account, password):
        self.wait_for(lambda line: line.command == "CAP" and line.params[1] == "ACK")
        self.send("AUTHENTICATE PLAIN")
        self.wait_for(lambda line: line.command == "AUTHENTICATE")
        secret = f"\0{account}\0{password}".encode()
        self.send("AUTHENTICATE " + base64.b64encode(secret).decode())
        self._wait_numeric("903")

    def _wait_numeric(self, numeric):
        return self.wait_for(lambda line: line.command == numeric, what=numeric)

    def send(self, line):
        with self._lock:
            self._socket.sendall(f"{line}\r\n".encode())

    def join(self, channel):
        since = len(self.heard)
        self.send(f"JOIN {channel}")
        self.wait_for(lambda line: line.command == "366", since, f"joining {channel}")

    def change(self, line):
        """Sends a line that the server tells back to everybody whom it concerns."""
        since = len(self.heard)
        verb = line.split()[0]
        self.send(line)
        self.wait_for(lambda heard: heard.command == verb, since, line)

    def say(self, target, text):
        """Says it, and returns the place in `heard` where what follows begins."""
        since = len(self.heard)
        self.send(f"PRIVMSG {target} :{text}")
        return since

    def wait_for(self, predicate, since=0, what=None):
        return self.heard.wait_for(predicate, since, what)

    def wait_text(self, part, since=0, target=None):
        """The first message that contains `part`, in `target` where it is given."""
        return self.wait_for(
            lambda line: line.command == "PRIVMSG" and part in line.params[1]
            and target in (None, line.params[0]), since, repr(part))

    def wait_member(self, channel, nick_prefix):
        """Until somebody whose nick begins so is in the channel."""
        self.send(f"NAMES {channel}")
        return self.wait_for(
            lambda line: _joins(line, channel, nick_prefix)
            or _is_named(line, channel, nick_prefix), 0, f"{nick_prefix} in {channel}")

    def texts(self, target=None, since=0):
        """All texts said so far, by others, in `target` where it is given."""
        return [line.params[1] for line in self.heard.all(since)
                if line.command == "PRIVMSG" and target in (None, line.params[0])]

    def close(self):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(WAIT_S)
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _joins(line, channel, nick_prefix):
    return (line.command == "JOIN" and line.params[0] == channel
            and line.prefix.startswith(nick_prefix))


def _is_named(line, channel, nick_prefix):
    return (line.command == "353" and line.params[2] == channel
            and any(nick.lstrip("~&@%+").startswith(nick_prefix)
                    for nick in line.params[3].split()))
