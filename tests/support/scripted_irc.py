# SPDX-License-Identifier: MIT
"""An IRC server of one connection that says what a test wants: for answers that no
real server gives."""

import contextlib
import socket
import threading

from .irc_client import parse
from .processes import free_port
from .recorder import Recorder

CAPABILITIES = ("batch draft/chathistory echo-message labeled-response message-tags "
                "server-time standard-replies")


class ScriptedIrc:
    """Signs the bot on and lets it join; all else is up to the test."""

    def __init__(self, joins=True):
        self.port = free_port()
        self.heard = Recorder("scripted server")
        self._joins = joins
        self._socket = None
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            self._socket = self._listener.accept()[0]
            for text in self._socket.makefile(encoding="utf-8", newline="\r\n"):
                line = parse(text.rstrip("\r\n"))
                self._answer(line)
                self.heard.add(line)

    def _answer(self, line):
        if line.command == "CAP" and line.params[0] == "LS":
            self.send(f":s CAP * LS :{CAPABILITIES}")
        elif line.command == "CAP" and line.params[0] == "REQ":
            self.send(f":s CAP * ACK :{line.params[1]}")
        elif line.command == "USER":
            self.send(":s 001 usher :hello", ":s 422 usher :no MOTD")
        elif line.command == "PING":
            self.send(f":s PONG s :{line.params[0]}")
        elif line.command == "JOIN" and self._joins:
            self.send(f":usher!u@h JOIN {line.params[0]}")

    def send(self, *lines):
        self._socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def wait_for(self, command, part="", since=0):
        """The first such line of the bot with a parameter that contains the part."""
        return self.heard.wait_for(
            lambda line: line.command == command
            and any(part in param for param in line.params), since,
            f"{command} {part}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        if self._socket:
            self._socket.close()
