# SPDX-License-Identifier: MIT
"""Real proxies on free loopback ports: microsocks (SOCKS5), tinyproxy (HTTP CONNECT)."""

from pathlib import Path

from .processes import Server, free_port

_TINYPROXY = """\
Port {port}
Listen 127.0.0.1
Timeout 600
LogLevel Connect
ConnectPort {to}
"""


class Microsocks(Server):
    """With `password`, only for the user "user"."""

    def __init__(self, directory, password=None):
        port = free_port()
        access = ["-u", "user", "-P", password] if password else []
        super().__init__(["microsocks", "-i", "127.0.0.1", "-p", str(port), *access],
                         port, Path(directory) / "microsocks.log")

    def has_led_to(self, port):
        return f":{port}" in self.log()


class Tinyproxy(Server):
    """Connects to the port `to` alone."""

    def __init__(self, directory, to):
        port = free_port()
        configuration = Path(directory) / "tinyproxy.conf"
        configuration.write_text(_TINYPROXY.format(port=port, to=to))
        super().__init__(["tinyproxy", "-d", "-c", str(configuration)], port,
                         Path(directory) / "tinyproxy.log")

    def has_led_to(self, port):
        return f"CONNECT 127.0.0.1:{port}" in self.log()
