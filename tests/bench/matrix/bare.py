# SPDX-License-Identifier: MIT
"""A bare client on Python's own HTTP: answers each line of another with one notice.

It asks for as little as usher does, over two connections that are kept.
usage: bare.py URL TOKEN ROOM ANSWER
"""

import http.client
import json
import sys
import urllib.parse

FILTER = json.dumps({
    "presence": {"not_types": ["*"]}, "account_data": {"not_types": ["*"]},
    "room": {"account_data": {"not_types": ["*"]}, "ephemeral": {"not_types": ["*"]},
             "state": {"not_types": ["*"]}, "timeline": {"types": ["m.room.message"]}}})


class Bare:
    def __init__(self, url, token):
        address = urllib.parse.urlsplit(url)
        self._polling, self._sending = (
            http.client.HTTPConnection(address.hostname, address.port) for _ in range(2))
        self._headers = {"Authorization": f"Bearer {token}",
                         "Content-Type": "application/json"}

    def _call(self, connection, method, path, body=None):
        connection.request(method, "/_matrix/client/v3" + path, body, self._headers)
        return json.loads(connection.getresponse().read())

    def join(self, room):
        self._call(self._sending, "POST", "/join/" + urllib.parse.quote(room), "{}")

    def news(self, since):
        query = {"timeout": "30000" if since else "0", "filter": FILTER}
        if since:
            query["since"] = since
        return self._call(self._polling, "GET", "/sync?" + urllib.parse.urlencode(query))

    def answer(self, room, event, text):
        self._call(self._sending, "PUT",
                   f"/rooms/{urllib.parse.quote(room)}/send/m.room.message/a"
                   + urllib.parse.quote(event),
                   json.dumps({"msgtype": "m.notice", "body": text}))


def lines(news):
    for room, joined in news.get("rooms", {}).get("join", {}).items():
        for event in joined["timeline"]["events"]:
            if event.get("content", {}).get("msgtype") == "m.text":
                yield room, event["event_id"]


def main(url, token, joined, answer):
    client = Bare(url, token)
    client.join(joined)
    since = client.news(None)["next_batch"]
    print("ready", flush=True)
    while True:
        news = client.news(since)
        for room, event in lines(news):
            client.answer(room, event, answer)
        since = news["next_batch"]


if __name__ == "__main__":
    main(*sys.argv[1:])
