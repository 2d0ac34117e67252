# SPDX-License-Identifier: MIT
"""A real ngIRCd on a free loopback port: no services, no tags."""

import getpass
import grp
import os
from pathlib import Path

from .irc_client import IrcClient
from .processes import Server, free_port

_CONFIGURATION = """\
[Global]
Name = irc.test
Info = usher test
AdminEMail = admin@irc.test
Listen = {host}
Ports = {port}
Password = {password}
MotdPhrase = test
ServerUID = {user}
ServerGID = {group}
PidFile = {pid_file}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1
[Operator]
Name = {operator}
Password = {operator}
"""


class Ngircd(Server):
    OPERATOR = "boss"  # name and password of its operator

    def __init__(self, directory, host="127.0.0.1", password=""):
        self.host = host
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        port = free_port()
        configuration = directory / "ngircd.conf"
        configuration.write_text(_CONFIGURATION.format(
            host=host, port=port, password=password, user=getpass.getuser(), group=grp.getgrgid(os.getgid()).gr_name,
            operator=self.OPERATOR, pid_file=directory / "ngircd.pid"))
        super().__init__(["/usr/sbin/ngircd", "-n", "-f", str(configuration)], port,
                         directory / "ngircd.log")

    def bot(self):
        """A network for the bot's configuration."""
        return {"type": "irc", "host": self.host, "port": self.port, "tls": False,
                "nick": "usher", "alternative_nicks": ["usher_", "usher__"],
                "flood": {"burst": 1000, "per_second": 1000}}

    def participant(self, nick):
        return IrcClient(self.port, nick, host=self.host)
