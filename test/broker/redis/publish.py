"""Publishes to Rivulet's topics through Redis, with nothing but sockets.

Usage: publish.py PORT KEY FIELD VALUE [FIELD VALUE...], as `redis-cli XADD` would: prints the id.
"""
import socket
import sys


def encode(*words):
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        data = word.encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
    return b"".join(parts)


port, key, *fields = sys.argv[1:]
with socket.create_connection(("127.0.0.1", int(port))) as server:
    server.sendall(encode("XADD", key, "MAXLEN", "~", "100000", "*", *fields))
    answer = server.makefile("rb")
    if not answer.readline().startswith(b"$"):
        sys.exit("XADD was refused")
    print(answer.readline().decode().strip())
