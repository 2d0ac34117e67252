# SPDX-License-Identifier: MIT
"""A loopback port in front of a server, whose connections a test can cut."""

import contextlib
import socket
import threading

from .processes import free_port


class Relay:
    def __init__(self, server_port):
        self.port = free_port()
        self._server_port = server_port
        self._lock = threading.Lock()
        self._sockets = []
        self.is_open = True  # else whoever connects is turned away
        self.swallows_to_server = self.swallows_to_client = False
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                self._join(self._listener.accept()[0])

    def _join(self, client):
        if not self.is_open:
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port))
        except OSError:
            client.close()
            return
        with self._lock:
            self._sockets += [client, server]
        threading.Thread(target=self._relay, args=(client, server), daemon=True).start()

    def _relay(self, client, server):
        with client, server:
            back = threading.Thread(
                target=_copy, args=(server, client, lambda: self.swallows_to_client),
                daemon=True)
            back.start()
            _copy(client, server, lambda: self.swallows_to_server)
            back.join()

    def cut(self):
        """Ends all connections of now, without a word. What was swallowed is gone."""
        with self._lock:
            sockets, self._sockets = self._sockets, []
        self.swallows_to_server = self.swallows_to_client = False
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        self.cut()


def _copy(source, sink, swallows):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if not swallows():
                sink.sendall(data)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
