# SPDX-License-Identifier: MIT
"""One workshop over a real ngIRCd and a real Synapse at once, from the first
question to the last, with the bot killed on the way."""

import collections
import os
import random
import time
import unittest

from support.bot import Bot, WorkshopClock
from support.case import SESSION_1, NetCase, less_late, workshop
from support.certificates import Authority
from support.chroot import needs_chroot
from support.irc_client import IrcClient
from support.matrix_client import body_of
from support.ngircd import Ngircd
from support.synapse import Synapse

KILLS = 100 if os.environ.get("USHER_TEST_LONG") else 6
NOTICE = "In 5 minutes: Session 1: Opening (14:30 CEST, Room A)"


@needs_chroot
class WorkshopTest(NetCase):
    def setUp(self):
        super().setUp()
        authority = Authority(self.directory / "ca")
        self.irc = self.use(Ngircd(self.directory / "irc"))
        self.synapse = self.use(Synapse(authority))
        self.bob = self.use(self.synapse.participant("bob"))
        self.chair = self.use(self.synapse.participant("chair"))
        self.room = self.bob.create_room("cyber")
        self.backstage = self.chair.create_room("cyber-mod")
        self.chair.join("#cyber:localhost")
        self.ana = self.use(IrcClient(self.irc.port, "ana"))
        self.ana.join("#cyber")
        self.clock = WorkshopClock("2015-09-08T14:00:00+02:00")
        self.bot = self.use(Bot(self.directory, self.configuration(),
                                self.clock))

    def configuration(self):
        return {
            "store": "sqlite:usher.db",
            "networks": {
                "net": {"type": "irc", "host": "127.0.0.1", "port": self.irc.port,
                        "tls": False, "nick": "usher",
                        "flood": {"burst": 50, "per_second": 50}},
                "itu": self.synapse.bot(self.directory)},
            "workshops": {"cyber": workshop(
                rooms=[{"network": "net", "room": "#cyber"},
                       {"network": "itu", "room": "#cyber:localhost"}],
                moderator_rooms=[{"network": "itu", "room": self.backstage}],
                moderators=[{"network": "itu", "user": "@chair:localhost"}],
                questions={"open_per_person": 10000},
                limits={"commands_per_person_per_minute": 10000,
                        "answers_per_room_per_minute": 10000})},
        }

    def restart(self):
        self.bot.kill()
        self.bot.start_ready()

    def on_matrix(self, room_id):
        """What the bot said in a room, as the server keeps it, less the marks of
        what was answered late."""
        return [less_late(body_of(event)) for event in self.chair.history(room_id)
                if event["sender"] == "@usher:localhost"
                and event["type"] == "m.room.message"]

    def test_a_workshop_over_both_networks(self):
        self.bot.start_ready()
        self.ana.wait_text(SESSION_1, self.ana.say("#cyber", "!agenda"))
        self.bob.wait_text(SESSION_1, self.bob.say(self.room, "!agenda"))

        since = len(self.chair.heard)
        self.ana.wait_text("#1 is waiting for a moderator.",
                           self.ana.say("#cyber", "!ask Who pays for it?"))
        # Killed as soon as the question is acknowledged.
        self.restart()
        self.chair.wait_text("#1 new [session 1] ana: Who pays for it?", since)

        # Asked while the bot is away: answered once when it is back.
        self.bot.kill()
        since = self.bob.say(self.room, "usher: ask Who begins?")
        self.bot.start_ready()
        self.bob.wait_text("#2 is waiting for a moderator.", since)
        self.chair.wait_text("#2 new [session 1] bob: Who begins?")

        since = self.chair.say(self.backstage, "!queue")
        self.chair.wait_text("#1 pending 0 votes [session 1] ana", since)
        self.bob.say(self.room, "!vote 1")
        self.bob.wait_text("#1 has 1 vote now.")
        self.chair.wait_text("#2 approved",
                             self.chair.say(self.backstage, "!approve 1 2"))
        for number, name in ((1, "ana"), (2, "bob")):
            at_bob, at_ana = len(self.bob.heard), len(self.ana.heard)
            self.chair.say(self.backstage, "!pull")
            said = f"Question #{number} from {name}: Who"
            self.bob.wait_text(said, at_bob, self.room)
            self.ana.wait_text(said, at_ana, "#cyber")
            # Killed as soon as one room has heard it.
            self.restart()
            self.chair.wait_text(f"#{number} answered: Yes", self.chair.say(
                self.backstage, "!answered Yes"))

        self.bot.kill()
        self.clock.set("2015-09-08T14:24:58+02:00")
        at_bob, at_ana = len(self.bob.heard), len(self.ana.heard)
        self.bot.start_ready()
        self.bob.wait_text(NOTICE, at_bob, self.room)
        self.ana.wait_text(NOTICE, at_ana, "#cyber")
        # An answer on IRC behind it: the window in which promise 2 allows a repeat
        # there is over.
        self.ana.wait_text("Session 2", self.ana.say("#cyber", "!session 2"))
        self.restart()
        # One more answer behind it: what was to be said twice would be there by now.
        self.bob.wait_text("Session 1", self.bob.say(self.room, "!next"))
        self.ana.wait_text("Session 1", self.ana.say("#cyber", "!next"))
        self.bot.terminate()
        self.check_all()

    def check_all(self):
        said = collections.Counter(self.on_matrix(self.room))
        self.assertEqual(1, said[NOTICE])
        self.assertEqual(1, said["Question #1 from ana: Who pays for it?"])
        self.assertEqual(1, said["Question #2 from bob: Who begins?"])
        self.assertEqual(1, said["#2 is waiting for a moderator."])
        twice = [text for text, count in said.items() if count > 1]
        self.assertEqual([], twice)
        self.assertEqual(1, self.ana.texts("#cyber").count(NOTICE))
        questions = self.bot.export("cyber")
        self.assertEqual([(1, "answered", "Who pays for it?", 1),
                          (2, "answered", "Who begins?", 0)],
                         [(one["number"], one["state"], one["text"], one["votes"])
                          for one in questions])

    def test_killed_at_random_nothing_is_lost_or_said_twice(self):
        """Each line gets its one answer, whenever the bot was killed meanwhile."""
        self.bot.start_ready()
        asked = 0
        for _ in range(KILLS):
            for _ in range(random.randrange(1, 6)):
                asked += 1
                self.bob.say(self.room, f"!help word{asked}")
                self.bob.say(self.room, f"!ask What of case{asked}?")
            time.sleep(random.random() / 4)  # any moment is right; none is waited for
            self.restart()
        expected = {f"No command word{i}. Say help for all of them."
                    for i in range(1, asked + 1)}
        expected |= {f"#{i} is waiting for a moderator." for i in range(1, asked + 1)}
        for text in sorted(expected):
            self.bob.wait_text(text, 0, self.room)
        self.bob.wait_text(SESSION_1, self.bob.say(self.room, "!agenda"))
        said = collections.Counter(self.on_matrix(self.room))
        self.assertEqual({text: 1 for text in expected},
                         {text: said[text] for text in expected})
        shown = collections.Counter(self.on_matrix(self.backstage))
        self.assertEqual({1}, set(shown.values()))
        self.assertEqual([f"What of case{i}?" for i in range(1, asked + 1)],
                         [one["text"] for one in self.bot.export("cyber")])
        self.bot.terminate()


if __name__ == "__main__":
    unittest.main()
