# SPDX-License-Identifier: MIT
"""A participant by matrix-nio, a client library that knows nothing of the bot.

Reads a request as a line of JSON, {"do": METHOD, "with": {…}}, calls that method of
nio's client, and writes {"done": {…}} or {"failed": TEXT}; meanwhile {"event": {…}}
for each timeline event and {"invited": ROOM} for each invitation. Run with Debian's
own Python, which has the library. usage: nio_program.py URL USER PASSWORD
"""

import asyncio
import json
import sys

import nio


def write(**line):
    print(json.dumps(line), flush=True)


def on_sync(answer):
    for room_id, room in answer.rooms.join.items():
        for event in room.timeline.events:
            write(event={**event.source, "room_id": room_id})
    for room_id in answer.rooms.invite:
        write(invited=room_id)


async def carry_out(client, request):
    answer = await getattr(client, request["do"])(**request["with"])
    if isinstance(answer, nio.ErrorResponse):
        write(failed=f"{answer.status_code} {answer.message}")
    else:
        write(done={name: getattr(answer, name) for name in ("room_id", "event_id")
                    if hasattr(answer, name)})


async def requests():
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


async def main(url, user, password):
    client = nio.AsyncClient(url, user)
    await client.login(password)
    await client.sync()
    client.add_response_callback(on_sync, nio.SyncResponse)
    listening = asyncio.create_task(client.sync_forever(timeout=30000))
    write(done={})
    async for request in requests():
        await carry_out(client, request)
    listening.cancel()
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
