# SPDX-License-Identifier: MIT
"""`usher check --online`: what only the networks can say about a configuration."""

import contextlib
import itertools
import json
import sqlite3
import tempfile
import unittest
from pathlib import Path

from support import chroot
from support.bot import Bot, WorkshopClock
from support.case import NetCase, SESSION_1, workshop
from support.certificates import Authority
from support.ergo import Ergo
from support.inspircd import Inspircd
from support.matrix_client import is_valid
from support.ngircd import Ngircd
from support.processes import free_port
from support.secret import secret_file
from support.synapse import Synapse

_numbers = itertools.count(1)
HALL, MODS = "/workshops/test/rooms/0", "/workshops/test/moderator_rooms/0"


class CheckCase(NetCase):
    """`self.network` is the bot's in the configuration, `self.hall` and `self.mods` its
    rooms."""

    def write(self, **parts):
        network = {**self.network, **parts.pop("network", {})}
        configuration = {
            "store": "sqlite:usher.db",
            "networks": {"net": network},
            "workshops": {"test": workshop(**{
                "rooms": [{"network": "net", "room": self.hall}],
                "moderator_rooms": [{"network": "net", "room": self.mods}],
                "moderators": self.moderators,
                **parts})}}
        self.configuration = configuration
        self.file = self.directory / "usher.json"
        self.file.write_text(json.dumps(configuration, indent=2))

    def check(self, **parts):
        """The exit code and the lines, less the file's name."""
        self.write(**parts)
        done = Bot.run("check", "-c", str(self.file), "--online")
        self.assertNotIn("Sanitizer", done.stderr)
        self.assertNotIn("runtime error:", done.stderr)
        return done.returncode, done.stdout.replace(f"{self.file}:", "").splitlines()

    def check_well(self, **parts):
        self.assertEqual((0, ["0 mistakes"]), self.check(**parts))

    def line_of(self, pointer):
        """The line on which the value at the pointer begins."""
        value, place = self.configuration, 0
        text = self.file.read_text()
        for key in pointer.split("/")[1:]:
            if isinstance(value, list):
                value = value[int(key)]
                place = text.index(json.dumps(value["room"]), place)
                place = text.rindex("{", 0, place)
            else:
                value = value[key]
                place = text.index(f'"{key}"', place)
        return text.count("\n", 0, place) + 1

    def check_mistake(self, pointer, part, **parts):
        """There is one mistake, there, that says so."""
        code, lines = self.check(**parts)
        self.assertEqual((1, "1 mistakes"), (code, lines[-1]), lines)
        [line] = [line for line in lines[:-1] if ": warning: " not in line]
        self.assertTrue(line.startswith(f"{self.line_of(pointer)}: {pointer}: found "),
                        line)
        self.assertIn(part, line)

    def check_warning(self, pointer, part, **parts):
        """All is well, with one warning."""
        code, lines = self.check(**parts)
        self.assertEqual((0, "0 mistakes", 2), (code, lines[-1], len(lines)), lines)
        self.assertTrue(
            lines[0].startswith(f"{self.line_of(pointer)}: {pointer}: warning: "), lines)
        self.assertIn(part, lines[0])

    def run_bot(self, **parts):
        self.write(**parts)
        bot = Bot(self.directory, self.configuration,
                  WorkshopClock("2015-09-08T14:50:00+02:00"))
        return self.use(bot).start_ready()


class IrcCheckCase(CheckCase):
    moderators = [{"network": "net", "account": "chair"}]

    def setUp(self):
        super().setUp()
        number = next(_numbers)
        self.hall, self.mods = f"#hall{number}", f"#mods{number}"

    def make_hall(self, participant, *modes):
        """The participant is in the hall, as its operator, and sets modes there."""
        self.use(participant).join(self.hall)
        for mode in modes:
            participant.change(f"MODE {self.hall} {mode}")
        return participant


class NgircdCheckCase(IrcCheckCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Ngircd(folder))
        cls.network = cls.server.bot()

    def test_all_is_well_and_nothing_is_said(self):
        ana = self.make_hall(self.server.participant("ana"))
        since = len(ana.heard)
        self.check_well()
        left = ana.wait_for(lambda line: line.command == "QUIT"
                            and line.prefix.startswith("usher!"), since)
        self.assertIn("usher checks", left.params[-1])
        self.assertEqual([], ana.texts(since=since))
        self.assertFalse((self.directory / "usher.db").exists())

    def test_a_mistake_of_the_configuration_comes_first(self):
        code, lines = self.check(network={"port": free_port()}, rooms=[])
        self.assertEqual((1, "1 mistakes"), (code, lines[-1]), lines)
        self.assertIn("/workshops/test/rooms: found an empty array", lines[0])

    def test_there_is_no_server(self):
        self.check_mistake("/networks/net", "Failed to connect", network={"port": free_port()})

    def test_a_room_with_another_key(self):
        self.make_hall(self.server.participant("ana"), "+k right")
        secret_file(self.directory, "key", "wrong")
        self.check_mistake(HALL, "The key that I have", rooms=[
            {"network": "net", "room": self.hall, "key_file": "key"}])
        secret_file(self.directory, "key", "right")
        self.check_well(rooms=[
            {"network": "net", "room": self.hall, "key_file": "key"}])

    def test_a_room_by_invitation(self):
        self.make_hall(self.server.participant("ana"), "+i")
        self.check_mistake(HALL, "is by invitation only")

    def test_banned(self):
        self.make_hall(self.server.participant("ana"), "+b usher*!*@*")
        self.check_mistake(HALL, "I am banned from #hall")

    def test_a_moderated_room(self):
        ana = self.make_hall(self.server.participant("ana"), "+m")
        self.check_mistake(HALL, "is moderated (+m), and I have no voice")
        ana.change(f"MODE {self.hall} -m")
        self.check_well()

    def test_each_room_is_looked_at(self):
        self.make_hall(self.server.participant("ana"), "+i")
        self.use(self.server.participant("ben")).join(self.mods)
        code, lines = self.check(moderator_rooms=[
            {"network": "net", "room": self.mods},
            {"network": "net", "room": self.hall}])
        self.assertEqual((1, "2 mistakes"), (code, lines[-1]), lines)
        self.assertIn(f": {HALL}: ", lines[0])
        self.assertIn(": /workshops/test/moderator_rooms/1: ", lines[1])

    def test_nobody_can_moderate(self):
        parts = {"moderators": [], "moderator_rooms": [
            {"network": "net", "room": self.mods, "trust_operators": True}]}
        ana = self.use(self.server.participant("ana"))
        code, lines = self.check(**parts)
        [line] = [line for line in lines if "nobody can moderate" in line]
        pointer = "/workshops/test"
        self.assertTrue(line.startswith(f"{self.line_of(pointer)}: {pointer}: "), line)
        self.assertEqual(0, code, lines)
        ana.join(self.mods)  # as its operator
        _, lines = self.check(**parts)
        self.assertFalse([line for line in lines if "nobody can moderate" in line])

    def test_a_bot_that_runs_stays_as_it_is(self):
        ana = self.make_hall(self.server.participant("ana"))
        bot = self.run_bot()
        logged = len(bot.log)
        self.check_warning("/networks/net", "The nick usher is taken")
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        self.assertFalse([line for line in bot.log.all(logged)
                          if "level=warn" in line or "level=error" in line])
        bot.terminate()


class InspircdCheckCase(IrcCheckCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Inspircd(folder))
        cls.network = cls.server.bot()

    def test_it_asks_nobody_to_be_let_in(self):
        ana = self.make_hall(self.server.participant("ana"), "+i")
        since = len(ana.heard)
        self.check_mistake(HALL, "is by invitation only")
        ana.send("PING :behind")
        ana.wait_for(lambda line: line.command == "PONG", since)
        self.assertFalse([line for line in ana.heard.all(since)
                          if line.command == "NOTICE"])


@chroot.needs_chroot
class ErgoCheckCase(IrcCheckCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(Ergo(Authority(cls.folder / "ca")))
        cls.server.register("usher", "bot-secret")
        cls.chair = cls.enterClassContext(cls.server.account("chair"))

    def setUp(self):
        super().setUp()
        self.network = {
            "type": "irc", "host": "localhost", "port": self.server.tls_port,
            "ca_file": str(self.server.ca_file), "nick": "usher",
            "sasl": {"mechanism": "PLAIN", "account": "usher",
                     "password_file": "password"},
            "flood": {"burst": 1000, "per_second": 1000}}
        secret_file(self.directory, "password", "bot-secret")

    def test_all_is_well(self):
        self.check_well()

    def test_a_wrong_password(self):
        secret_file(self.directory, "password", "another")
        self.check_mistake("/networks/net", "SASL account or its password was refused")

    def test_an_operator_with_an_account_can_moderate(self):
        self.chair.join(self.mods)
        self.check_well(moderators=[])
        self.chair.change(f"MODE {self.mods} -o chair")
        self.check_warning("/workshops/test", "nobody can moderate", moderators=[])

    def test_a_voice_in_a_moderated_room(self):
        self.chair.join(self.hall)
        self.chair.change(f"MODE {self.hall} +m")
        self.check_mistake(HALL, "is moderated (+m)")
        for words in ("REGISTER", "AMODE"):
            more = " +v usher" if words == "AMODE" else ""
            since = self.chair.say("ChanServ", f"{words} {self.hall}{more}")
            self.chair.wait_for(lambda line: line.command == "NOTICE"
                                and line.prefix.startswith("ChanServ!"), since)
        self.check_well()

    def test_a_bot_that_runs_on_the_same_nick_stays_in_its_rooms(self):
        ana = self.make_hall(self.server.participant("ana"))
        bot = self.run_bot()
        since = len(ana.heard)
        # Of another workshop: ergo tells a second client of the account all its rooms.
        self.check_well(rooms=[{"network": "net", "room": f"{self.hall}-2"}])
        ana.wait_text(SESSION_1, ana.say(self.hall, "!agenda"), self.hall)
        self.assertFalse([line for line in ana.heard.all(since)
                          if line.command in ("PART", "QUIT")])
        bot.terminate()


@chroot.needs_chroot
class SynapseCheckCase(CheckCase):
    moderators = [{"network": "net", "user": "@chair:localhost"}]

    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(Synapse(Authority(folder / "ca")))
        cls.chair = cls.enterClassContext(cls.server.participant("chair"))

    def setUp(self):
        super().setUp()
        name = f"usher{next(_numbers)}"
        self.network = self.server.bot(self.directory, name)
        self.bot_id = self.network["user"]
        self.hall = f"#{name}:localhost"
        self.hall_id = self.chair.create_room(name)
        self.mods = self.chair.create_room(invite=[self.bot_id])

    def test_all_is_well_and_no_device_is_left(self):
        self.check_well()
        self.assertEqual(set(), self.server.bot_devices(self.bot_id))
        self.assertIn(self.bot_id, self.chair.members(self.hall_id))
        self.assertFalse([event for event in self.chair.history(self.hall_id)
                          if event["sender"] == self.bot_id
                          and event["type"] != "m.room.member"])

    def test_a_wrong_password(self):
        secret_file(self.directory, self.network["password_file"], "another")
        self.check_mistake("/networks/net", "password")

    def test_there_is_no_server(self):
        address = f"https://localhost:{free_port()}"
        self.check_mistake("/networks/net", "connect", network={"homeserver": address})

    def test_a_room_that_is_not_there(self):
        self.hall = "#nothing:localhost"
        self.check_mistake(HALL, "I can't join #nothing:localhost")

    def test_a_room_without_an_invitation(self):
        self.mods = self.chair.create_room()
        self.check_mistake(MODS, f"I can't join {self.mods}")

    def test_it_asks_nobody_to_be_let_in(self):
        self.mods = self.chair.create_room(initial_state=[
            {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}])
        self.check_mistake(MODS, f"I can't join {self.mods}")
        self.assertFalse([event for event in self.chair.history(self.mods)
                          if event["sender"] == self.bot_id])

    def test_banned(self):
        self.chair.act(self.hall_id, "ban", user_id=self.bot_id)
        self.check_mistake(HALL, f"I can't join {self.hall}")

    def test_an_encrypted_room(self):
        self.chair.set_state(self.hall_id, "m.room.encryption",
                             {"algorithm": "m.megolm.v1.aes-sha2"})
        self.check_mistake(HALL, "is encrypted")

    def test_no_right_to_speak_until_it_is_given(self):
        bot = self.run_bot()
        bot.terminate()  # from here on with its token, which a server remembers
        self.chair.set_power(self.hall_id, events_default=50)
        self.check_mistake(HALL, "my power level is too low")
        self.chair.set_power(self.hall_id, users={self.bot_id: 50})
        self.check_well()

    def test_nobody_can_moderate(self):
        self.chair.join(self.hall)
        self.check_well(moderators=[])  # chair made the room
        self.check_warning("/workshops/test", "nobody can moderate", moderators=[],
                           moderator_rooms=[])

    def test_a_bot_that_runs_stays_as_it_is(self):
        bot = self.run_bot()
        devices = self.server.bot_devices(self.bot_id)
        logged = len(bot.log)
        self.check_well()
        self.assertEqual(devices, self.server.bot_devices(self.bot_id))
        self.chair.wait_text(SESSION_1, self.chair.say(self.hall_id, "!agenda"),
                             self.hall_id)
        self.assertFalse([line for line in bot.log.all(logged)
                          if "level=warn" in line or "level=error" in line])
        bot.terminate()

    def test_an_invitation_to_a_direct_room_is_left_to_the_bot(self):
        direct = self.chair.create_room(invite=[self.bot_id], direct=True)
        self.check_well()
        self.assertNotIn(self.bot_id, self.chair.members(direct))

    def test_a_token_that_is_not_valid_costs_the_device_nothing(self):
        bot = self.run_bot()
        bot.terminate()
        devices = self.server.bot_devices(self.bot_id)
        with contextlib.closing(sqlite3.connect(self.directory / "usher.db")) as store:
            [[token]] = store.execute(
                "SELECT value FROM network_state WHERE key = 'access_token'")
            store.execute("UPDATE network_state SET value = 'another' "
                          "WHERE key = 'access_token'")
            store.commit()
        self.check_warning("/networks/net", "My session was ended from outside")
        self.assertEqual(devices, self.server.bot_devices(self.bot_id))
        self.assertTrue(is_valid(self.server.url, token))


if __name__ == "__main__":
    unittest.main()
