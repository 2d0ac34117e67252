# SPDX-License-Identifier: MIT
"""Processes that a test starts and ends, and loopback ports for them."""

import random
import socket
import subprocess
import time

WAIT_S = 60  # for any event: long enough for a loaded machine, never waited out

_reservations = []  # sockets: a port stays this process's own until it ends


def free_port():
    """A loopback port that nobody listens on and no other test run is given.

    Below the range from which the kernel takes ports by itself; a name in the
    abstract namespace keeps tests that run at the same time apart until the server
    has bound it, and is gone with the process.
    """
    while True:
        port = random.randrange(20000, 32000)
        reservation = socket.socket(socket.AF_UNIX)
        try:
            reservation.bind(f"\0usher-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            reservation.close()
            continue
        _reservations.append(reservation)
        return port


class Server:
    """A process that is ready when its port answers; ended by its process id."""

    host = "127.0.0.1"

    def __init__(self, command, port, log_path, cwd=None, env=None):
        self.port = port
        self.log_path = log_path
        self._start = {"args": command, "cwd": cwd, "env": env}
        self.start_again()

    def start_again(self):
        """After `kill`, on the same port."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                **self._start, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    def kill(self):
        """As a power cut would end it."""
        self.process.kill()
        self.process.wait()

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + WAIT_S
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"server ended at start:\n{self.log()}")
            try:
                socket.create_connection((self.host, self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"server does not answer:\n{self.log()}")
                time.sleep(0.05)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-30:])

    def stop(self):
        end(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def end(process):
    """Asks the process to end, and makes it end when it does not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
