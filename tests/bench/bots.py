# SPDX-License-Identifier: MIT
"""The bots that tests/bench/run measures: usher, the bare echo client, and peers.

All answer "!now" in a channel of their own with the same text. The peers' own limits
on floods are lifted, since the floor has none: eggdrop answers with putnow, past its
queues; Limnoria sends without a pause (throttleTime 0). Neither writes a log of what
is said.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from support.processes import end

ANSWER = ("Session 1: Best practices for measuring, 14:30-16:00 UTC, Room A"
          " (ends in 1 hour 15 minutes)")
MANY = 1000000


class Bot:
    """A process in `directory`; the class has a `name`, which is its nick too."""

    def __init__(self, directory, port, build):
        self.channel = f"#{self.name}"
        self.directory = Path(directory) / self.name
        self.directory.mkdir()
        with open(self.directory / "log", "wb") as log:
            self.process = subprocess.Popen(
                self.prepare(port, build), cwd=self.directory, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, **self.run_as())
        self.pid = self.process.pid

    @classmethod
    def is_missing(cls):
        """Why it can't run here; None when it can."""
        return None

    def prepare(self, port, build):
        """Writes what it needs into the directory; returns its command."""
        raise NotImplementedError

    def run_as(self):
        return {}

    def cpu_seconds(self):
        text = Path(f"/proc/{self.pid}/schedstat").read_text()
        return int(text.split()[0]) / 1e9

    def memory_kib(self):
        """Proportional set size, private dirty."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return [int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1])
                for name in ("Pss", "Private_Dirty")]

    def stop(self):
        end(self.process)


class Usher(Bot):
    name = "usher"

    def prepare(self, port, build):
        agenda = {"title": "Bench", "timezone": "UTC", "sessions": [
            {"id": "1", "title": "Best practices for measuring",
             "start": "2015-09-08T14:30", "end": "2015-09-08T16:00", "room": "Room A"}]}
        (self.directory / "agenda.json").write_text(json.dumps(agenda))
        (self.directory / "usher.json").write_text(json.dumps({
            "store": "sqlite:usher.db",
            "networks": {"net": {
                "type": "irc", "host": "127.0.0.1", "port": port, "tls": False,
                "nick": self.name, "flood": {"burst": MANY, "per_second": MANY}}},
            "workshops": {"bench": {
                "agenda": "agenda.json",
                "rooms": [{"network": "net", "room": self.channel}],
                "questions": {"open_per_person": MANY},
                "limits": {"commands_per_person_per_minute": MANY,
                           "answers_per_room_per_minute": MANY}}}}))
        return [build / "usher", "run", "-c", "usher.json",
                "--clock", "2015-09-08T14:45:00Z"]


class Echo(Bot):
    name = "echo"

    def prepare(self, port, build):
        return [build / "bench_echo", str(port), self.channel, ANSWER]


_EGGDROP = """\
set nick {name}
set altnick {name}_
set owner nobody
set admin nobody
set network bench
set net-type 5
set userfile users
set chanfile channels
set pidfile pid
set help-path /usr/share/eggdrop/help/
set mod-path /usr/lib/eggdrop/modules/
set default-port {port}
set servers {{127.0.0.1:{port}}}
set log-time 0
loadmodule blowfish
loadmodule channels
loadmodule server
loadmodule irc
set global-flood-chan 0:0
set global-flood-ctcp 0:0
set global-flood-join 0:0
set global-flood-kick 0:0
set global-flood-deop 0:0
set global-flood-nick 0:0
set flood-msg 0:0
set flood-ctcp 0:0
set msg-rate 0
channel add {channel}
bind pub - !now answer
proc answer {{nick host handle channel text}} {{
    putnow "PRIVMSG $channel :{answer}"
}}
"""


class Eggdrop(Bot):
    name = "eggdrop"

    @classmethod
    def is_missing(cls):
        return None if shutil.which("eggdrop") else "eggdrop is not installed"

    def prepare(self, port, build):
        (self.directory / "eggdrop.conf").write_text(_EGGDROP.format(
            name=self.name, channel=self.channel, port=port, answer=ANSWER))
        return ["eggdrop", "-nm", "eggdrop.conf"]

    def run_as(self):
        """It refuses root."""
        environment = {**os.environ, "EGG_LANGDIR": "/usr/share/eggdrop/language",
                       "HOME": str(self.directory)}
        if os.geteuid() != 0:
            return {"env": environment}
        self.directory.parent.chmod(0o755)
        for path in (self.directory, *self.directory.iterdir()):
            shutil.chown(path, "nobody", "nogroup")
        return {"env": environment, "user": "nobody", "group": "nogroup",
                "extra_groups": []}


_LIMNORIA = """\
supybot.nick: {name}
supybot.ident: {name}
supybot.networks: bench
supybot.networks.bench.servers: 127.0.0.1:{port}
supybot.networks.bench.channels: {channel}
supybot.networks.bench.ssl: False
supybot.plugins: Bench
supybot.plugins.Bench: True
supybot.plugins.Bench.public: True
supybot.directories.conf: {directory}/conf
supybot.directories.data: {directory}/data
supybot.directories.backup: {directory}/backup
supybot.directories.log: {directory}/logs
supybot.directories.plugins: {directory}/plugins
supybot.reply.whenAddressedBy.chars: !
supybot.abuse.flood.command: False
supybot.abuse.flood.ctcp: False
supybot.protocols.irc.throttleTime: 0.0
supybot.log.stdout.level: WARNING
supybot.log.level: WARNING
"""
_LIMNORIA_PLUGIN = '''\
"""The one command of the benchmark."""
import supybot.callbacks as callbacks
from supybot.commands import wrap


class Bench(callbacks.Plugin):
    """Answers."""

    @wrap
    def now(self, irc, msg, args):
        """takes no arguments

        What is on."""
        irc.reply({answer!r}, prefixNick=False)


Class = Bench
'''


class Limnoria(Bot):
    name = "limnoria"

    @classmethod
    def is_missing(cls):
        return None if shutil.which("supybot") else "limnoria is not installed"

    def prepare(self, port, build):
        plugin = self.directory / "plugins" / "Bench"
        plugin.mkdir(parents=True)
        (plugin / "__init__.py").write_text(_LIMNORIA_PLUGIN.format(answer=ANSWER))
        (self.directory / "limnoria.conf").write_text(_LIMNORIA.format(
            name=self.name, channel=self.channel, port=port, directory=self.directory))
        as_root = ["--allow-root"] if os.geteuid() == 0 else []
        return ["supybot", *as_root, "limnoria.conf"]
