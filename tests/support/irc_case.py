# SPDX-License-Identifier: MIT
"""What the tests of the bot on IRC servers share."""

import itertools

from .bot import Bot, WorkshopClock
from .case import NetCase, workshop

_numbers = itertools.count(1)


class IrcCase(NetCase):
    """A channel and a moderators' channel of its own for each test."""

    def setUp(self):
        super().setUp()
        number = next(_numbers)
        self.hall, self.mods = f"#hall{number}", f"#mods{number}"

    def start_bot(self, network, **parts):
        configuration = {
            "store": "sqlite:usher.db",
            "networks": {"irc": network},
            "workshops": {"test": workshop(**{
                "rooms": [{"network": "irc", "room": self.hall}],
                "moderator_rooms": [{"network": "irc", "room": self.mods}],
                **parts})}}
        bot = Bot(self.directory, configuration,
                  WorkshopClock("2015-09-08T14:50:00+02:00"))
        return self.use(bot).start_ready()

    def join(self, client):
        """The client in the hall, closed at the end of the test."""
        self.use(client).join(self.hall)
        return client

    def in_mods(self, client):
        self.join(client).join(self.mods)
        return client

    def moderates(self, client):
        """Whether the bot takes what the client says to it for a moderator's."""
        since = client.say("usher", "queue")
        answer = client.wait_for(
            lambda line: line.command == "PRIVMSG" and line.prefix.startswith("usher!")
            and line.params[0][0] != "#", since, "the answer to queue")
        refused = answer.params[1].startswith("Only moderators")
        self.assertTrue(refused or answer.params[1] == "No questions."
                        or answer.params[1].startswith("#1 pending"), answer)
        return not refused
