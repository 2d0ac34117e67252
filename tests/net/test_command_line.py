# SPDX-License-Identifier: MIT
"""The command line: what each subcommand prints, and what it exits with."""

import contextlib
import json
import sqlite3
import subprocess
import unittest

from support.bot import USHER, Bot
from support.case import NetCase, workshop
from support.processes import WAIT_S

CONFIGURATION = {
    "store": "sqlite:usher.db",
    "networks": {"console": {"type": "console", "room": "hall"}},
    "workshops": {"test": workshop(rooms=[{"network": "console", "room": "hall"}])},
}


class CommandLineTest(NetCase):
    def setUp(self):
        super().setUp()
        self.file = self.directory / "usher.json"
        self.write(CONFIGURATION)

    def write(self, configuration):
        self.file.write_text(json.dumps(configuration, indent=1))

    def expect(self, code, *arguments):
        done = Bot.run(*map(str, arguments))
        self.assertEqual(code, done.returncode, done.stderr)
        return done

    def test_version_and_help(self):
        self.assertRegex(self.expect(0, "--version").stdout, r"^usher \d+\.\d+\.\d+\n$")
        usage = self.expect(0, "--help").stdout
        for command in ("run", "check", "agenda import", "questions export"):
            self.assertIn(f"usher {command}", usage)
            self.assertIn(f"usher {command}",
                          self.expect(0, *command.split(), "--help").stdout)

    def test_wrong_usage(self):
        for arguments in ([], ["dance"], ["run"], ["check"], ["run", "-c"],
                          ["run", "-x"], ["check", "-c", self.file, "more"],
                          ["check", "-c", self.file, "--clock", "now"],
                          ["run", "-c", self.file, "--clock", "noon"],
                          ["questions", "export", "-c", self.file],
                          ["agenda", "import"], ["agenda"]):
            with self.subTest(arguments):
                self.assertTrue(self.expect(2, *arguments).stderr)

    def test_check_lists_every_mistake(self):
        self.assertEqual("0 mistakes\n", self.expect(0, "check", "-c", self.file).stdout)
        self.write({**CONFIGURATION, "networks": {"console": {"type": "carrier pigeon"}},
                    "shop": "x"})
        (self.directory / "agenda.json").write_text('{\n"title": 7, "sessions": []}')
        lines = self.expect(1, "check", "-c", self.file).stdout.splitlines()
        mistakes = [line for line in lines[:-1] if ": warning: " not in line]
        self.assertEqual(f"{len(mistakes)} mistakes", lines[-1])
        for part in ("usher.json:", "/networks/console/type: found", "/shop: found",
                     "agenda.json:2: /title: found 7, expected"):
            self.assertTrue(any(part in line for line in lines), f"{part}: {lines}")
        self.assertTrue(self.expect(1, "run", "-c", self.file).stderr)

    def test_what_is_not_there(self):
        self.expect(1, "check", "-c", self.directory / "nothing.json")
        self.expect(1, "run", "-c", self.directory / "nothing.json")
        self.expect(1, "agenda", "import", self.directory / "nothing.json")
        self.expect(1, "questions", "export", "-c", self.file, "--workshop", "other",
                    "--format", "json")
        # No bot has run yet, so there is no store.
        self.expect(69, "questions", "export", "-c", self.file, "--workshop", "test",
                    "--format", "json")

    def test_no_input_is_the_end_of_input(self):
        done = subprocess.run([USHER, "run", "-c", self.file], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=WAIT_S)
        self.assertEqual((0, ""), (done.returncode, done.stdout), done.stderr)

    def test_an_export_of_another_schema_or_to_nowhere(self):
        self.assertEqual(0, Bot.run("run", "-c", str(self.file)).returncode)
        export = ["questions", "export", "-c", self.file, "--workshop", "test",
                  "--format", "json"]
        self.expect(0, *export)
        with open("/dev/full", "w") as full:
            self.assertEqual(70, subprocess.run([USHER, *export], stdout=full,
                                                stderr=subprocess.PIPE).returncode)
        with contextlib.closing(sqlite3.connect(self.directory / "usher.db")) as store:
            store.execute("INSERT INTO schema_version VALUES (99)")
            store.commit()
        self.expect(69, *export)
        self.expect(69, "run", "-c", self.file)

    def test_import_writes_what_it_reads_again(self):
        source = self.directory / "agenda.json"
        first = self.expect(0, "agenda", "import", source).stdout
        again = self.directory / "again.json"
        self.expect(0, "agenda", "import", source, "-o", again)
        self.assertEqual(first, again.read_text())
        self.assertEqual(first, self.expect(0, "agenda", "import", again, "-o", "-").stdout)
        self.assertEqual("Opening", json.loads(first)["sessions"][0]["title"])


if __name__ == "__main__":
    unittest.main()
