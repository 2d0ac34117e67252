# SPDX-License-Identifier: MIT
"""Labels, standard replies and batches as no real server sends them."""

import unittest

from support.bot import Bot
from support.case import NetCase, workshop
from support.scripted_irc import ScriptedIrc


class RepliesTest(NetCase):
    def start(self, joins=True, **parts):
        self.server = self.use(ScriptedIrc(joins))
        self.bot = self.use(Bot(self.directory, {
            "store": "sqlite:usher.db",
            "networks": {"irc": {"type": "irc", "host": "127.0.0.1", "tls": False,
                                 "port": self.server.port, "nick": "usher"}},
            "workshops": {"test": workshop(
                rooms=[{"network": "irc", "room": "#hall"}], **parts)}}))
        self.bot.start()
        self.server.wait_for("JOIN")

    def ask(self, number):
        """Has a question asked; the label of the answer."""
        self.server.send(f"@msgid=m{number} :ana!a@h PRIVMSG #hall :!ask Case {number}?")
        return self.server.wait_for("PRIVMSG", f"#{number} is waiting").tags["label"]

    def test_a_label_says_which_message_is_refused(self):
        self.start()
        labels = [self.ask(number) for number in (1, 2, 3)]
        self.assertEqual(3, len(set(labels)))
        self.server.send(":s 404 usher #hall :about no message",
                         f"@label={labels[1]} :s FAIL PRIVMSG NO #hall :not\x02 this",
                         f"@label={labels[2]} :s 404 usher #hall :nor that")
        self.bot.wait_log('event=message_refused network=irc reason="nor that"')
        refused = [line for line in self.bot.log.all() if "message_refused" in line]
        self.assertEqual(['"not this"', '"nor that"'],
                         [line.partition("reason=")[2] for line in refused])
        self.server.send(f"@label={labels[0]} :s ACK")
        self.bot.terminate()
        self.assertEqual(3, len(self.bot.export("test")))

    def test_a_refused_join_is_tried_again(self):
        self.start(joins=False)
        self.server.send(":s FAIL JOIN CHANNEL_IS_FULL #hall :there is\x1b no room")
        self.bot.wait_log('event=irc_out_of_room network=irc room=#hall '
                          'reason="there is no room"')
        self.bot.wait_log("event=ready")
        self.server.wait_for("JOIN", "#hall", len(self.server.heard))
        self.bot.terminate()

    def test_replies_are_logged_not_without_bound(self):
        self.start()
        self.server.send(*(f":s WARN * CODE{number} x :text" for number in range(50)),
                         ":s FAIL", ":s WARN", ":s NOTE", ":s FAIL :", ":s ACK", "ACK",
                         ":s FAIL CHATHISTORY", ":s FAIL JOIN", ":s FAIL JOIN x")
        self.ask(1)
        logged = [line for line in self.bot.log.all() if "event=irc_reply" in line]
        self.assertEqual(10, len(logged))
        self.bot.terminate()

    def test_a_replay_that_nobody_asked_for_is_not_heard(self):
        self.start()
        old = "time=2015-09-08T12:00:00.000Z;msgid=old :ana!a@h PRIVMSG #hall :!ask Old?"
        self.server.send(":s BATCH +1 chathistory #hall", f"@batch=1;{old}")
        self.ask(1)  # before the end of that batch, which never comes
        self.server.send("@batch=unknown :s NOTICE * :x", ":s BATCH -unknown",
                         *(f":s BATCH +n{number} netsplit a b" for number in range(500)))
        self.ask(2)
        self.bot.terminate()
        self.assertEqual(["Case 1?", "Case 2?"],
                         [one["text"] for one in self.bot.export("test")])

    def test_no_control_character_of_a_nick_reaches_the_log(self):
        self.start()
        self.server.send(":usher!u@h NICK :ush\x9b31m\u202e\x1b[1m")
        line = self.bot.wait_log("event=irc_nick ")
        self.assertEqual(r'nick="ush\xc2\x9b31m\xe2\x80\xae\x1b[1m"',
                         line.partition("network=irc ")[2])
        self.bot.terminate()

    def test_a_new_case_mapping_holds_for_persons_of_the_past(self):
        self.start()
        self.ask(1)
        self.server.send(":op!o@h KICK #hall usher :out")
        label = self.server.wait_for("CHATHISTORY", "#hall").tags["label"]
        past = "@batch=1;time=2015-09-08T12:00:00.000Z;msgid=p{} :{} PRIVMSG #hall :x"
        self.server.send(f"@label={label} :s BATCH +1 chathistory #hall",
                         past.format(1, "a[!one@h"),
                         ":s 005 usher CASEMAPPING=ascii :are supported",
                         past.format(2, "a[!two@h"), past.format(3, "a{!three@h"),
                         ":s BATCH -1")
        self.ask(2)
        self.bot.terminate()  # nobody is lost without being freed

    def test_accounts_that_are_not_said_any_more_are_forgotten(self):
        self.start(moderators=[{"network": "irc", "account": "ana"}])
        self.server.send(":s CAP * NEW :account-tag")
        self.server.wait_for("CAP", "account-tag")
        self.server.send("@account=ana :ana!a@h PRIVMSG #hall :usher: queue",
                         "@account=ana :ana!a@h PRIVMSG usher :queue")
        self.server.wait_for("PRIVMSG", "No questions.")
        since = len(self.server.heard)
        self.server.send(":s CAP * DEL :account-tag",
                         ":ana!a@h PRIVMSG usher :pull")
        self.server.wait_for("PRIVMSG", "Only moderators can pull.", since)
        self.bot.terminate()


if __name__ == "__main__":
    unittest.main()
