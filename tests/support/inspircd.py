# SPDX-License-Identifier: MIT
"""A real InspIRCd 3 on free loopback ports: IRCv3 without message tags of clients'
own, owners and halfoperators, services and a second server by spanningtree."""

import contextlib
import shutil
import time
from pathlib import Path

from .irc_client import IrcClient
from .processes import WAIT_S, Server, free_port

SERVICES = "services.test"  # name of the server that services link as
LINK_PASSWORD = "link-secret"

_NO_PORT = 1  # of a server that links to this one by itself
_HUB, _LEAF = ("irc.test", "1AA"), ("leaf.test", "2AA")  # name, server id

_MODULES = """
banexception banredirect botmode callerid cap chghost customprefix deaf globops
hidechans hostcycle inviteexception ircv3 ircv3_accounttag ircv3_batch ircv3_capnotify
ircv3_chghost ircv3_ctctags ircv3_echomessage ircv3_invitenotify ircv3_labeledresponse
ircv3_msgid ircv3_servertime joinflood kicknorejoin knock messageflood monitor muteban
namesx nickflood redirect sajoin sakick samode sanick sapart saquit sasl
services_account servprotect sethost setname spanningtree sslmodes svshold timedbans
""".split()

_CONFIGURATION = """\
<config format="xml">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}"
      moduledir="/usr/lib/inspircd/modules">
<server name="{name}" id="{sid}" description="usher test" network="InspTest">
<admin name="admin" nick="admin" email="admin@irc.test">
<bind address="127.0.0.1" port="{port}" type="clients">
<bind address="127.0.0.1" port="{server_port}" type="servers">
<pid file="{folder}/inspircd.pid">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="events.log">
<files motd="{folder}/motd">
<connect name="all" allow="*" fakelag="no" threshold="1000000" commandrate="1000000"
         localmax="1000" globalmax="1000" maxchans="200" hardsendq="16M" softsendq="1M"
         recvq="64K" timeout="60s" pingfreq="120s" resolvehostnames="no"
         useident="no" {connect}>
<options casemapping="{casemapping}" defaultmodes="not" nosnoticestack="yes">
<dns server="127.0.0.1">
<performance nouserdns="yes" quietbursts="yes" timeskipwarn="0">
<limits maxnick="32" maxchan="64" maxaway="200" maxtopic="390">
<class name="all" commands="*" privs="*" usermodes="*" chanmodes="*" snomasks="*">
<type name="all" classes="all">
<oper name="{operator}" password="{operator}" host="*@*" type="all">
<customprefix name="founder" letter="q" prefix="~" rank="50000" ranktoset="50000">
<customprefix name="admin" letter="a" prefix="&amp;" rank="40000" ranktoset="50000">
<customprefix name="halfop" letter="h" prefix="%" rank="20000" ranktoset="30000">
<uline server="{services}" silent="yes">
<sasl target="{services}">
"""
_LINK = """\
<link name="{name}" ipaddr="127.0.0.1" port="{port}" allowmask="127.0.0.0/8"
      timeout="10s" recvpass="{password}" sendpass="{password}">
"""
_TLS = """\
<module name="ssl_gnutls">
<module name="sslinfo">
<sslprofile name="test" provider="gnutls" certfile="{folder}/server.pem"
            keyfile="{folder}/server.key" hash="sha256" requestclientcert="yes">
<bind address="127.0.0.1" port="{port}" type="clients" sslprofile="test">
"""


def _link(name, port):
    return _LINK.format(name=name, port=port, password=LINK_PASSWORD)


class Inspircd(Server):
    """`port` speaks plainly; `tls_port` TLS, with a certificate of `authority`.

    One with an `uplink` (another Inspircd) is linked to it by `link`. `connect` is
    further attributes of the class of clients (such as `password="…"`), `extra`
    further configuration.
    """

    OPERATOR = "boss"  # name and password of its operator

    def __init__(self, directory, uplink=None, authority=None, casemapping="ascii",
                 connect="", extra=""):
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        self.name, sid = _LEAF if uplink else _HUB
        self.casemapping = casemapping
        self.uplink = uplink
        self.server_port = free_port()
        self.tls_port = free_port() if authority else None
        port = free_port()
        (folder / "motd").write_text("test\n")
        parts = [_CONFIGURATION.format(
            folder=folder, name=self.name, sid=sid, port=port,
            server_port=self.server_port, operator=self.OPERATOR,
            casemapping=casemapping, connect=connect, services=SERVICES)]
        parts += [f'<module name="{module}">\n' for module in _MODULES]
        parts.append(_link(SERVICES, _NO_PORT))
        if uplink:
            parts.append(_link(uplink.name, uplink.server_port))
        else:
            parts.append(_link(_LEAF[0], _NO_PORT))
        if authority:
            for path in authority.issue():
                shutil.copy(path, folder / path.name)
            parts.append(_TLS.format(folder=folder, port=self.tls_port))
            self.ca_file = authority.ca_file
        configuration = folder / "inspircd.conf"
        configuration.write_text("".join(parts) + extra)
        super().__init__(
            ["/usr/sbin/inspircd", "--runasroot", "--nofork", "--config",
             str(configuration)], port, folder / "inspircd.log")

    def bot(self, **options):
        """A network for the bot's configuration."""
        return {"type": "irc", "host": "127.0.0.1", "port": self.port, "tls": False,
                "nick": "usher", "alternative_nicks": ["usher_", "usher__"],
                "flood": {"burst": 1000, "per_second": 1000}, **options}

    def participant(self, nick):
        return IrcClient(self.port, nick)

    @contextlib.contextmanager
    def operator(self, nick="oper"):
        """An operator of the server, who may use SANICK, SAMODE, CHGHOST, SQUIT, …"""
        with self.participant(nick) as client:
            client.send(f"OPER {self.OPERATOR} {self.OPERATOR}")
            client.wait_for(lambda line: line.command == "381", what="OPER")
            yield client

    def link(self):
        """Links to the uplink, until all of both sides know all of the other."""
        with self.operator("linker") as here, \
                self.uplink.participant("linked") as there:
            self._until(here, "LINKS", "365", lambda lines: not self._names_uplink(lines))
            here.send(f"CONNECT {self.uplink.name}")
            self._until(here, "ISON linked", "303",
                        lambda lines: "linked" in lines[-1].params[-1].split())
            # What is said goes the same way as the lists of users and channels, behind
            # them.
            here.say("linked", "here")
            there.wait_text("here")
            there.say("linker", "there")
            here.wait_text("there")

    def _names_uplink(self, lines):
        return any(line.command == "364" and line.params[1] == self.uplink.name
                   for line in lines)

    def _until(self, client, question, last, is_so):
        """Asks until it is so, by the lines up to the numeric `last` of an answer."""
        deadline = time.monotonic() + WAIT_S
        while True:
            since = len(client.heard)
            client.send(question)
            client.wait_for(lambda line: line.command == last, since, question)
            if is_so(client.heard.all(since)):
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"{question} in vain:\n{self.log()}")
            time.sleep(0.05)
