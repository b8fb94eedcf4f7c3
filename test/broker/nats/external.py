"""Publishes events to a topic with nothing but a socket, as any NATS client does.

usage: external.py PORT
"""

import json
import socket
import sys

connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=10)
stream = connection.makefile("rwb")
info = json.loads(stream.readline().removeprefix(b"INFO "))
assert info["jetstream"], "the server has no JetStream"
stream.write(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\nSUB answers 1\r\n')


def publish(subject, event, props, key=None):
    """Puts an event into the stream; returns its sequence number."""
    text = json.dumps({"event": event, "props": props}, ensure_ascii=False).encode()
    if key is None:
        stream.write(b"PUB %s answers %d\r\n%s\r\n" % (subject, len(text), text))
    else:
        head = b"NATS/1.0\r\nRivulet-Key: %s\r\n\r\n" % key
        sizes = (subject, len(head), len(head) + len(text))
        stream.write(b"HPUB %s answers %d %d\r\n%s%s\r\n" % (*sizes, head, text))
    stream.flush()
    while not (line := stream.readline()).startswith(b"MSG"):
        if line == b"PING\r\n":
            stream.write(b"PONG\r\n")
    answer = json.loads(stream.read(int(line.split()[-1]) + 2))
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["seq"]


def publish_ephemeral(subject, event, props):
    """Tells whoever listens now."""
    text = json.dumps({"event": event, "props": props}).encode()
    stream.write(b"PUB %s %d\r\n%s\r\n" % (subject, len(text), text))
    stream.flush()


print(publish(b"rivulet.rooms.lobby", "message", {"text": "Grüße aus Python"}))
print(publish(b"rivulet.rooms.lobby", "presence", {"here": 1}, key=b"presence"))
print(publish(b"rivulet.rooms.lobby", "presence", {"here": 2}, key=b"presence"))
publish_ephemeral(b"rivulet-ephemeral.rooms.lobby", "typing", {"who": "py"})
print(publish(b"rivulet.rooms.lobby", "message", {"text": "done"}))
