# SPDX-License-Identifier: MIT
"""A participant that no one here wrote: matrix-nio, in a process of its own."""

import json
import queue
import subprocess
import threading
from pathlib import Path

from .matrix_client import body_of, create_user
from .processes import WAIT_S, end
from .recorder import Recorder

# Debian's own, since that one has Debian's packages.
PYTHON = "/usr/bin/python3"
_PROGRAM = Path(__file__).with_name("nio_program.py")


class NioClient:
    """`heard` is all timeline events so far, each with its `room_id`; `invited` the
    rooms that somebody invited it to."""

    def __init__(self, url, name):
        create_user(url, name, "secret", signed_on=False)
        self.user_id = f"@{name}:localhost"
        self.heard = Recorder(f"nio {name}")
        self.invited = Recorder(f"invitations of nio {name}")
        self._answers = queue.Queue()
        self._process = subprocess.Popen(
            [PYTHON, _PROGRAM, url, self.user_id, "secret"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        self._answer()

    def _listen(self):
        for line in self._process.stdout:
            told = json.loads(line)
            if "event" in told:
                self.heard.add(told["event"])
            elif "invited" in told:
                self.invited.add(told["invited"])
            else:
                self._answers.put(told)
        self.heard.close("the client ended")
        self._answers.put({"failed": "the client ended"})

    def _answer(self):
        answer = self._answers.get(timeout=WAIT_S)
        if "failed" in answer:
            raise AssertionError(f"nio {self.user_id}: {answer['failed']}")
        return answer["done"]

    def do(self, method, **parameters):
        """Any method of nio's client; the ids of what it made."""
        self._process.stdin.write(json.dumps({"do": method, "with": parameters}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def join(self, room):
        return self.do("join", room_id=room)["room_id"]

    def send(self, room_id, content, kind="m.room.message"):
        """Any event; its id."""
        return self.do("room_send", room_id=room_id, message_type=kind,
                        content=content)["event_id"]

    def say(self, room_id, text, **more):
        return self.send(room_id, {"msgtype": "m.text", "body": text, **more})

    def edit(self, room_id, event_id, text):
        """As clients do it: with the new text marked for those that know no edits."""
        return self.say(room_id, f"* {text}", **{
            "m.new_content": {"msgtype": "m.text", "body": text},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event_id}})

    def react(self, room_id, event_id, key):
        return self.send(room_id, {"m.relates_to": {
            "rel_type": "m.annotation", "event_id": event_id, "key": key}}, "m.reaction")

    def redact(self, room_id, event_id):
        self.do("room_redact", room_id=room_id, event_id=event_id)

    def say_in_thread(self, room_id, root, text):
        return self.say(room_id, text, **{"m.relates_to": {
            "rel_type": "m.thread", "event_id": root, "is_falling_back": True,
            "m.in_reply_to": {"event_id": root}}})

    def open_direct(self, user_id):
        """Invites to a new direct room; its id."""
        return self.do("room_create", is_direct=True, invite=[user_id])["room_id"]

    def wait_join(self, room_id, user_id):
        self.heard.wait_for(
            lambda event: event["room_id"] == room_id
            and event["type"] == "m.room.member" and event["state_key"] == user_id
            and event["content"].get("membership") == "join",
            what=f"{user_id} joining")

    def wait_text(self, part, since=0, room_id=None):
        """The first message of another from `since` on whose body contains `part`."""
        return self.heard.wait_for(
            lambda event: event["sender"] != self.user_id
            and event["type"] == "m.room.message"
            and room_id in (None, event["room_id"]) and part in body_of(event),
            since, repr(part))

    def close(self):
        self._process.stdin.close()
        end(self._process)
        self._reader.join(WAIT_S)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
