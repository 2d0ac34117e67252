# SPDX-License-Identifier: MIT
"""Real Anope services on an InspIRCd: NickServ with accounts and SASL, ChanServ."""

import time
from pathlib import Path

from .inspircd import LINK_PASSWORD, SERVICES
from .irc_client import IrcClient
from .processes import WAIT_S, Server

_CONFIGURATION = """\
uplink {{ host = "127.0.0.1"; port = {port}; password = "{password}"; }}
serverinfo {{ name = "{name}"; description = "usher test"; id = "00A";
    pid = "{folder}/services.pid"; motd = "{folder}/motd"; }}
networkinfo {{ networkname = "InspTest"; nicklen = 32; userlen = 10; hostlen = 64;
    chanlen = 64; modelistsize = 100; vhost_chars = "abcdefghijklmnopqrstuvwxyz.-";
    allow_undotted_vhosts = no; disallow_start_or_end = ".-"; }}
options {{ casemap = "{casemapping}"; strictpasswords = no; badpasslimit = 0;
    badpasstimeout = 0; updatetimeout = 5m; expiretimeout = 30m; readtimeout = 5s;
    warningtimeout = 4h; timeoutcheck = 1s; retrywait = 1s; }}
log {{ target = "services.log"; logage = 1; admin = "*"; override = "*";
    commands = "*"; servers = "*"; users = "*"; other = "*"; rawio = no; debug = no; }}
mail {{ usemail = no; }}
module {{ name = "inspircd3"; use_server_side_mlock = yes;
    use_server_side_topiclock = no; }}
module {{ name = "db_flatfile"; database = "anope.db"; keepbackups = 0; fork = no; }}
module {{ name = "enc_sha256"; }}
module {{ name = "m_sasl"; }}
service {{ nick = "NickServ"; user = "services"; host = "{name}"; gecos = "nicks"; }}
module {{ name = "nickserv"; client = "NickServ"; forceemail = no;
    confirmemailchanges = no; defaults = "ns_secure"; regdelay = 0; expire = 21d;
    secureadmins = yes; modeonid = no; killquick = 20s; kill = 60s;
    enforceruser = "enforcer"; enforcerhost = "{name}"; releasetimeout = 60s;
    guestnickprefix = "Guest"; nonicknameownership = no; passlen = 64; }}
module {{ name = "ns_register"; registration = "none"; }}
module {{ name = "ns_identify"; }}
module {{ name = "ns_cert"; max = 5; }}
module {{ name = "ns_recover"; restoreonrecover = yes; }}
module {{ name = "ns_group"; maxaliases = 16; nogroupchange = no; }}
module {{ name = "ns_logout"; }}
service {{ nick = "ChanServ"; user = "services"; host = "{name}"; gecos = "channels"; }}
module {{ name = "chanserv"; client = "ChanServ"; defaults = ""; maxregistered = 100;
    expire = 14d; accessmax = 100; inhabit = 15s; reasonmax = 200;
    signkickformat = "%m (%n)"; disallow_hostmask_access = no; }}
module {{ name = "cs_register"; }}
module {{ name = "cs_kick"; }}
module {{ name = "cs_updown"; }}
"""
_COMMANDS = {
    "NickServ": ["register", "identify", "cert", "recover", "group", "logout"],
    "ChanServ": ["register", "kick", "up", "down"],
}
_COMMAND = 'command {{ service = "{service}"; name = "{upper}"; command = "{path}"; }}\n'


def _commands():
    return "".join(
        _COMMAND.format(service=service, upper=name.upper(),
                        path=f"{service.lower()}/{name}")
        for service, names in _COMMANDS.items() for name in names)


class Anope(Server):
    """Links to the InspIRCd given, and is ready when accounts can be used on it."""

    def __init__(self, directory, ircd):
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "motd").write_text("test\n")
        (folder / "services.conf").write_text(_commands() + _CONFIGURATION.format(
            port=ircd.server_port, password=LINK_PASSWORD, name=SERVICES,
            folder=folder, casemapping=ircd.casemapping))
        self.ircd = ircd
        super().__init__(
            ["/usr/sbin/anope", "--nofork", "--nothird", f"--confdir={folder}",
             f"--dbdir={folder}", f"--logdir={folder}", "--modulesdir=/usr/lib/anope",
             "--localedir=/usr/share/anope/locale"],
            ircd.port, folder / "anope.log")
        try:
            self._wait_until_accounts_work()
        except BaseException:
            self.stop()
            raise

    def _wait_until_accounts_work(self):
        deadline = time.monotonic() + WAIT_S
        with self.ircd.participant("probe") as client:
            while not self._offers_sasl(client):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"services did not link:\n{self.log()}")
                time.sleep(0.05)

    @staticmethod
    def _offers_sasl(client):
        since = len(client.heard)
        client.send("CAP LS 302")
        answer = client.wait_for(lambda line: line.command == "CAP", since, "CAP LS")
        return " sasl" in f" {answer.params[-1]}"

    def register(self, account, password="user-secret"):
        """Registers an account that nobody is logged in to afterwards."""
        with self.ircd.participant(account) as client:
            self.ask(client, f"REGISTER {password}", "registered")

    @staticmethod
    def ask(client, command, answer, service="NickServ"):
        """Says the command to the service and waits for that part of its answer."""
        since = len(client.heard)
        client.send(f"PRIVMSG {service} :{command}")
        client.wait_for(lambda line: line.command == "NOTICE"
                        and line.prefix.startswith(f"{service}!")
                        and answer in line.params[1], since, f"{service} {command}")

    def log_in(self, client, account, password="user-secret"):
        """Logs a client in that is on the network already."""
        self.ask(client, f"IDENTIFY {account} {password}", "now recognized")

    def account(self, nick, account=None, password="user-secret"):
        """Somebody who signs on with that account (default: called as the nick)."""
        return IrcClient(self.ircd.port, nick, None, account or nick, password)
