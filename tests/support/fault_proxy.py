# SPDX-License-Identifier: MIT
"""A TCP proxy on loopback between the bot and a server, that fails on command."""

import contextlib
import socket
import struct
import threading

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends RST


class Way:
    """One direction of all connections. Attributes may be set at any time."""

    def __init__(self):
        self.delay_s = 0         # each piece of data waits so long
        self.bytes_per_read = 0  # pieces are at most so large; 0: as they come
        self.drop = False        # data vanishes, as in a net that is cut
        self._open = threading.Event()
        self._open.set()
        self._cut = None      # (marker, bytes after its beginning that still pass)
        self._replace = None  # (marker, line to the sender in place of the line with it)

    def block(self):
        """Nothing is read any more, so that the sender has to wait, until `heal`."""
        self._open.clear()

    def cut_within(self, marker, offset):
        """Ends the connection `offset` bytes into the next data that is `marker`."""
        self._cut = (marker, offset)

    def replace(self, marker, answer):
        """The next data with `marker` vanishes; its sender gets `answer` instead."""
        self._replace = (marker, answer)

    def heal(self):
        self.delay_s, self.bytes_per_read, self.drop = 0, 0, False
        self._cut = self._replace = None
        self._open.set()

    def carry(self, source, sink):
        """Carries data until the connection ends."""
        while data := source.recv(self.bytes_per_read or 65536):
            self._open.wait()
            if self.delay_s:
                threading.Event().wait(self.delay_s)
            if self._replace and self._replace[0] in data:
                answer, self._replace = self._replace[1], None
                source.sendall(answer)
            elif self._cut and self._cut[0] in data:
                (marker, offset), self._cut = self._cut, None
                sink.sendall(data[:data.index(marker) + offset])
                return
            elif not self.drop:
                sink.sendall(data)


class _Connection:
    def __init__(self, bot, server=None):
        self.bot, self.server = bot, server
        self._ends = [end for end in (bot, server) if end]
        self._reset = False

    def carry(self, to_server, to_bot):
        for end in self._ends:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for way, source, sink in ((to_server, self.bot, self.server),
                                  (to_bot, self.server, self.bot)):
            threading.Thread(target=self._carry, args=(way, source, sink),
                             daemon=True).start()

    def _carry(self, way, source, sink):
        with contextlib.suppress(OSError):
            way.carry(source, sink)
        if not self._reset:
            self._shut(socket.SHUT_RDWR)

    def end(self, reset):
        self._reset = reset
        for end in self._ends:
            if reset:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # Says nothing to the others, but frees the threads that read, so that the
        # close is one.
        self._shut(socket.SHUT_RD if reset else socket.SHUT_RDWR)
        for end in self._ends:
            end.close()

    def _shut(self, how):
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(how)


class FaultProxy:
    """Listens on `port` and connects to `server_port` for each connection.

    `to_server` and `to_bot` are its ways. What they are set to holds for later
    connections too, until `heal`.
    """

    def __init__(self, server_port):
        self.server_port = server_port
        self.to_server, self.to_bot = Way(), Way()
        self.greet = "connect"  # or "close" at once, or "mute": accepted, no more
        self._connections = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                bot, _ = self._listener.accept()
                self._begin(bot)

    def _begin(self, bot):
        if self.greet == "close":
            bot.close()
            return
        if self.greet == "mute":
            self._connections.append(_Connection(bot))
            return
        try:
            server = socket.create_connection(("127.0.0.1", self.server_port))
        except OSError:
            bot.close()
            return
        connection = _Connection(bot, server)
        self._connections.append(connection)
        connection.carry(self.to_server, self.to_bot)

    def tell_bot(self, line):
        """A line to the bot, as if the server had said it."""
        self._connections[-1].bot.sendall(line.encode() + b"\r\n")

    def tell_server(self, line):
        """A line to the server, as if the bot had said it."""
        self._connections[-1].server.sendall(line.encode() + b"\r\n")

    def cut(self, reset=False):
        """Ends all connections: by FIN, or by RST."""
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.end(reset)

    def black_hole(self):
        """Nothing comes through in either way, and nobody is told."""
        self.to_server.drop = self.to_bot.drop = True

    def heal(self):
        """From now on it is as good as any; what was dropped is lost."""
        self.greet = "connect"
        self.to_server.heal()
        self.to_bot.heal()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        self.heal()
        self.cut()
