"""FastAPI with a broadcaster: a queue and a generator per connection, as guides on SSE show it."""

import asyncio
import gc
import json
import socket
import time

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse


class Broadcaster:
    def __init__(self) -> None:
        self.subscribers: set[asyncio.Queue] = set()

    def subscribe(self) -> asyncio.Queue:
        queue: asyncio.Queue = asyncio.Queue(maxsize=100)
        self.subscribers.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue) -> None:
        self.subscribers.discard(queue)

    def publish(self, event: str, data: dict, event_id: str) -> None:
        stale: list[asyncio.Queue] = []
        for queue in self.subscribers:
            try:
                queue.put_nowait((event, data, event_id))
            except asyncio.QueueFull:
                stale.append(queue)
        for queue in stale:
            self.subscribers.discard(queue)


app = FastAPI()
broadcaster = Broadcaster()
sequence = 0


def sse(event: str, data: dict, event_id: str) -> str:
    payload = json.dumps(data, separators=(",", ":"))
    return f"id: {event_id}\nevent: {event}\ndata: {payload}\n\n"


@app.get("/sse/ticks")
async def ticks(request: Request):
    queue = broadcaster.subscribe()

    async def event_generator():
        try:
            yield ": keepalive\n\n"
            while True:
                if await request.is_disconnected():
                    break
                event, data, event_id = await queue.get()
                yield sse(event, data, event_id)
        finally:
            broadcaster.unsubscribe(queue)

    return StreamingResponse(
        event_generator(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


def publish_now(count: int, size: int) -> None:
    global sequence
    for _ in range(count):
        sequence += 1
        text = f"@{sequence:09d}@{time.time_ns() // 1000:016d}@".ljust(size, "x")
        broadcaster.publish("tick", {"t": text}, f"0000000000.{sequence}")


@app.post("/publish")
async def publish(count: int = 1, size: int = 90):
    asyncio.get_running_loop().call_later(0.001, publish_now, count, size)


@app.post("/collect")
async def collect():
    gc.collect()


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 0))
listener.listen(4096)
print("listening", listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, log_level="warning", access_log=False)
uvicorn.Server(config).run(sockets=[listener])
