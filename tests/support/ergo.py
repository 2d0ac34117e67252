# SPDX-License-Identifier: MIT
"""A real ergo: TLS, accounts with SASL, account-tag, echo-message, chathistory."""

import json
import shutil

from . import chroot
from .certificates import fingerprint
from .irc_client import IrcClient
from .processes import Server, free_port
from .secret import secret_file


def _configuration(folder, plain_port, tls_port, sts):
    return {
        "network": {"name": "ErgoTest"},
        "server": {
            "name": "ergo.test",
            "listeners": {
                f"127.0.0.1:{plain_port}": {},
                f"127.0.0.1:{tls_port}": {
                    "tls": {"cert": f"{folder}/server.pem", "key": f"{folder}/server.key"}},
            },
            "sts": sts,
            "casemapping": "ascii",
            "enforce-utf8": True,
            "lookup-hostnames": False,
            "check-ident": False,
            "max-sendq": "1M",
            "ip-limits": {"count": False, "throttle": False},
            "ip-cloaking": {"enabled": False},
        },
        "accounts": {
            "authentication-enabled": True,
            "registration": {"enabled": True, "allow-before-connect": True,
                             "bcrypt-cost": 4, "throttling": {"enabled": False}},
            "login-throttling": {"enabled": False},
            "multiclient": {"enabled": True, "allowed-by-default": True,
                            "always-on": "opt-in", "auto-away": "disabled"},
            "advertise-scram": True,
            "nick-reservation": {"enabled": True, "method": "strict"},
        },
        "channels": {"default-modes": "+nt", "max-channels-per-client": 100,
                     "registration": {"enabled": True}},
        "history": {"enabled": True, "channel-length": 2048, "client-length": 256,
                    "chathistory-maxmessages": 1000,
                    "restrictions": {"expire-time": "1w", "query-cutoff": "none"}},
        "fakelag": {"enabled": False},
        "limits": {"nicklen": 32, "identlen": 20, "channellen": 64, "topiclen": 390,
                   "awaylen": 390, "kicklen": 390, "monitor-entries": 100,
                   "whowas-entries": 100, "chan-list-modes": 100,
                   "registration-messages": 1024,
                   "multiline": {"max-bytes": 4096, "max-lines": 100}},
        "logging": [{"method": "stderr", "type": "*", "level": "info"}],
        "lock-file": f"{folder}/ircd.lock",
        "datastore": {"path": f"{folder}/ircd.db", "autoupgrade": True},
        "languages": {"enabled": False},
    }


class Ergo(Server):
    """`port` speaks plainly, `tls_port` TLS with a certificate of `authority` for
    `names`. With `sts` it sends everybody to TLS for that time."""

    def __init__(self, authority, names="DNS:localhost,IP:127.0.0.1", sts=None):
        self.ca_file = authority.ca_file
        self.folder = chroot.Folder()
        port, self.tls_port = free_port(), free_port()
        certificate, key = authority.issue(names)
        self.fingerprint = fingerprint(certificate)
        for path in (certificate, key):
            shutil.copy(path, self.folder.outside / path.name)
        policy = {"enabled": True, "port": self.tls_port, "duration": sts} if sts else {}
        # JSON is YAML too.
        (self.folder.outside / "ircd.yaml").write_text(json.dumps(
            _configuration(self.folder.inside, port, self.tls_port, policy)))
        super().__init__(
            chroot.command("ergochat", "run", "--conf", self.folder.inside / "ircd.yaml"),
            port, self.folder.outside / "ergo.log")

    def bot(self, directory, account="usher"):
        """A new account for the bot: its network for the configuration."""
        self.register(account, "bot-secret")
        secret = secret_file(directory, f"{account}.password", "bot-secret")
        return {"type": "irc", "host": "localhost", "port": self.tls_port,
                "ca_file": str(self.ca_file), "nick": account,
                "sasl": {"mechanism": "PLAIN", "account": account,
                         "password_file": secret},
                "flood": {"burst": 1000, "per_second": 1000}}

    def participant(self, nick):
        """Somebody without an account, without TLS."""
        return IrcClient(self.port, nick)

    def account(self, account, password="user-secret"):
        """Somebody with a new account, signed on with it over TLS."""
        self.register(account, password)
        return IrcClient(self.tls_port, account, self.ca_file, account, password)

    def register(self, account, password):
        """Registers an account with NickServ."""
        with IrcClient(self.port, account) as client:
            since = len(client.heard)
            client.send(f"PRIVMSG NickServ :REGISTER {password}")
            client.wait_for(lambda line: "Account created" in line.params[-1:], since,
                            "registration")

    def add_certificate(self, account, fingerprint, password="bot-secret"):
        """From now on the account may be proved by the certificate, too."""
        with IrcClient(self.tls_port, account, self.ca_file, account, password) as client:
            since = len(client.heard)
            client.send(f"PRIVMSG NickServ :CERT ADD {fingerprint.replace(':', '')}")
            client.wait_for(lambda line: line.command == "NOTICE"
                            and "success" in line.params[-1], since, "certificate added")

    def keep(self, account, password="user-secret"):
        """Makes the server keep the account's private messages while it is away."""
        with IrcClient(self.tls_port, account, self.ca_file, account, password) as client:
            since = len(client.heard)
            client.send("PRIVMSG NickServ :SET always-on true")
            client.wait_for(lambda line: "always-on" in line.params[-1:][0].lower(),
                            since, "always-on")

    def stop(self):
        super().stop()
        self.folder.remove()
