# SPDX-License-Identifier: MIT
"""A plain Matrix participant: records every event of its rooms, in order."""

import json
import threading
import urllib.error
import urllib.parse
import urllib.request

from .processes import WAIT_S
from .recorder import Recorder


class MatrixError(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def _quote(part):
    return urllib.parse.quote(part, safe="")


class MatrixClient:
    """`heard` is all timeline events so far, each with its `room_id`; `receipts` the
    read receipts, as room, event, user."""

    def __init__(self, url, user_id, token):
        self.url = url
        self.user_id = user_id
        self.token = token
        self.heard = Recorder(f"matrix {user_id}")
        self.receipts = Recorder(f"receipts heard by {user_id}")
        self._transactions = 0
        self._ended = threading.Event()
        # Known before the first event is waited for.
        self._since = self._call("GET", "/sync", query={"timeout": "0"})["next_batch"]
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    @classmethod
    def sign_on(cls, url, user_id, password):
        login = _sign_on(url, user_id, password)
        return cls(url, login["user_id"], login["access_token"])

    @classmethod
    def register(cls, url, name, password):
        answer = create_user(url, name, password)
        return cls(url, answer["user_id"], answer["access_token"])

    def _call(self, method, path, body=None, query=None):
        return _request(self.url, self.token, method, path, body, query)

    def _listen(self):
        while not self._ended.is_set():
            try:
                answer = self._call("GET", "/sync",
                                    query={"timeout": "1000", "since": self._since})
            except (OSError, MatrixError) as error:
                self.heard.close(str(error))
                return
            self._take(answer)

    def _take(self, answer):
        self._since = answer["next_batch"]
        for room_id, room in answer.get("rooms", {}).get("join", {}).items():
            for event in room["timeline"]["events"]:
                self.heard.add({**event, "room_id": room_id})
            for event in room["ephemeral"]["events"]:
                self._take_receipts(room_id, event)
        for room_id in answer.get("rooms", {}).get("invite", {}):
            self.heard.add({"type": "invited", "room_id": room_id})

    def _take_receipts(self, room_id, event):
        if event["type"] == "m.receipt":
            for event_id, kinds in event["content"].items():
                for user_id in kinds.get("m.read", {}):
                    self.receipts.add((room_id, event_id, user_id))

    def create_room(self, alias=None, invite=(), direct=False, **more):
        """A new unencrypted room, public where it has an alias; its id."""
        body = {"preset": "public_chat" if alias else "private_chat",
                "invite": list(invite), "is_direct": direct, **more}
        if alias:
            body["room_alias_name"] = alias
        return self._call("POST", "/createRoom", body)["room_id"]

    def invite(self, room_id, user_id):
        self._call("POST", f"/rooms/{_quote(room_id)}/invite", {"user_id": user_id})

    def join(self, room):
        """Joins by id or alias; the room's id."""
        return self._call("POST", f"/join/{_quote(room)}", {})["room_id"]

    def act(self, room_id, action, **body):
        """POST /rooms/ID/ACTION: upgrade, kick, ban, unban, leave."""
        return self._call("POST", f"/rooms/{_quote(room_id)}/{action}", body)

    def set_state(self, room_id, event_type, content):
        self._call("PUT", f"/rooms/{_quote(room_id)}/state/{event_type}/", content)

    def state(self, room_id, event_type):
        return self._call("GET", f"/rooms/{_quote(room_id)}/state/{event_type}/")

    def set_power(self, room_id, **levels):
        """Changes a room's power levels; `users` is merged into those there are."""
        content = self.state(room_id, "m.room.power_levels")
        users = {**content["users"], **levels.pop("users", {})}
        self.set_state(room_id, "m.room.power_levels",
                       {**content, **levels, "users": users})

    def rename(self, name):
        self._call("PUT", f"/profile/{_quote(self.user_id)}/displayname",
                   {"displayname": name})

    def members(self, room_id):
        path = f"/rooms/{_quote(room_id)}/joined_members"
        return set(self._call("GET", path)["joined"])

    def wait_member(self, room_id, user_id):
        """Until that user is in the room."""
        if user_id in self.members(room_id):
            return
        self.heard.wait_for(
            lambda event: event["room_id"] == room_id and _is_join(event, user_id),
            what=f"{user_id} joining {room_id}")

    def say(self, room_id, text, msgtype="m.text"):
        """Says it, and returns the place in `heard` where what follows begins."""
        since = len(self.heard)
        self.send(room_id, {"msgtype": msgtype, "body": text})
        return since

    def send(self, room_id, content, event_type="m.room.message"):
        """Sends an event; its id."""
        self._transactions += 1
        return self._call("PUT", f"/rooms/{_quote(room_id)}/send/{event_type}/"
                                 f"t{self._transactions}", content)["event_id"]

    def send_text(self, room_id, text, **more):
        """Says it, with more fields of the content; the id of the event."""
        return self.send(room_id, {"msgtype": "m.text", "body": text, **more})

    def send_edit(self, room_id, event_id, text):
        """Gives an earlier message another text, as Element does; the edit's id."""
        return self.send_text(
            room_id, f"* {text}",
            **{"m.new_content": {"msgtype": "m.text", "body": text, "m.mentions": {}},
               "m.mentions": {},
               "m.relates_to": {"rel_type": "m.replace", "event_id": event_id}})

    def reply(self, room_id, event_id, text):
        return self.send_text(
            room_id, text, **{"m.relates_to": {"m.in_reply_to": {"event_id": event_id}}})

    def say_in_thread(self, room_id, root_id, text):
        return self.send_text(
            room_id, text,
            **{"m.relates_to": {"rel_type": "m.thread", "event_id": root_id,
                                "is_falling_back": True,
                                "m.in_reply_to": {"event_id": root_id}}})

    def react(self, room_id, event_id, key):
        """Sticks an emoji to a message; the reaction's id."""
        return self.send(room_id, {"m.relates_to": {
            "rel_type": "m.annotation", "event_id": event_id, "key": key}}, "m.reaction")

    def redact(self, room_id, event_id):
        self._transactions += 1
        self._call("PUT", f"/rooms/{_quote(room_id)}/redact/{_quote(event_id)}/"
                          f"t{self._transactions}", {})

    def wait_text(self, part, since=0, room_id=None):
        """The first event of another whose body contains `part`."""
        return self.heard.wait_for(
            lambda event: event.get("sender") != self.user_id
            and room_id in (None, event["room_id"]) and part in body_of(event),
            since, repr(part))

    def wait_event(self, event_id, since=0):
        """The event of that id."""
        return self.heard.wait_for(lambda event: event.get("event_id") == event_id,
                                   since, event_id)

    def wait_edit(self, event_id, part, since=0):
        """The first edit of that message whose new text contains `part`."""
        return self.heard.wait_for(
            lambda event: replaced_by(event) == event_id
            and part in event["content"]["m.new_content"]["body"],
            since, f"an edit to {part!r}")

    def wait_invited(self, since=0):
        """The id of the next room that somebody invites this user to."""
        return self.heard.wait_for(lambda event: event["type"] == "invited", since,
                                   "an invitation")["room_id"]

    def history(self, room_id):
        """All events of the room, oldest first, as the server has them."""
        events, query = [], {"dir": "f", "limit": "100"}
        while True:
            page = self._call("GET", f"/rooms/{_quote(room_id)}/messages", query=query)
            events += page["chunk"]
            if "end" not in page:
                return events
            query["from"] = page["end"]

    def close(self):
        self._ended.set()
        self._reader.join(WAIT_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def create_user(url, name, password, signed_on=True):
    """Registers a user, `signed_on` with a first device; the server's answer."""
    body = {"username": name, "password": password, "inhibit_login": not signed_on,
            "auth": {"type": "m.login.dummy"}}
    return _request(url, None, "POST", "/register", body)


def _sign_on(url, name, password):
    body = {"type": "m.login.password", "password": password,
            "identifier": {"type": "m.id.user", "user": name}}
    return _request(url, None, "POST", "/login", body)


def end_sessions(url, name, password):
    """Revokes all of the user's tokens and devices."""
    token = _sign_on(url, name, password)["access_token"]
    _request(url, token, "POST", "/logout/all", {})


def is_valid(url, token):
    """Whether the server takes that access token."""
    try:
        _request(url, token, "GET", "/account/whoami")
    except MatrixError as error:
        if error.status != 401:
            raise
        return False
    return True


def devices(url, name, password):
    """The ids of the user's devices."""
    login = _sign_on(url, name, password)
    found = _request(url, login["access_token"], "GET", "/devices")["devices"]
    _request(url, login["access_token"], "POST", "/logout", {})
    # Less the one that asking took.
    return {device["device_id"] for device in found} - {login["device_id"]}


def body_of(event):
    """What was said, "" for what is no message."""
    return event.get("content", {}).get("body") or ""


def relation_of(event):
    """What it says of another event, {} for one that says nothing."""
    return event.get("content", {}).get("m.relates_to") or {}


def replaced_by(event):
    """The id of the event that it gives another text; None for what is no edit."""
    relation = relation_of(event)
    return relation.get("event_id") if relation.get("rel_type") == "m.replace" else None


def _is_join(event, user_id):
    return (event["type"] == "m.room.member" and event["state_key"] == user_id
            and event["content"].get("membership") == "join")


def _request(url, token, method, path, body=None, query=None):
    address = f"{url}/_matrix/client/v3{path}"
    if query:
        address += "?" + urllib.parse.urlencode(query)
    request = urllib.request.Request(
        address, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with _opener.open(request, timeout=WAIT_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise MatrixError(error.code, error.read().decode()) from None


# Proxies of the environment are not for servers on the loopback.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
