"""Follows an event stream with nothing but Python's standard library.

follow.py URL COUNT [LAST_EVENT_ID]: prints "open" when connected, then COUNT events, as JSON lines.
"""
import json
import sys
import urllib.request

url, count, *last = sys.argv[1:]
headers = {"Accept": "text/event-stream"}
if last:
    headers["Last-Event-ID"] = last[0]

response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20)
assert response.headers.get_content_type() == "text/event-stream"

left = int(count)
event_id, event, data = None, "message", []
for raw in response:
    line = raw.decode().rstrip("\n")
    if line == "":
        if data:
            print(json.dumps({"event": event, "id": event_id, "data": "\n".join(data)}), flush=True)
            left -= 1
        elif event_id is not None:
            print("open", flush=True)
        if left == 0:
            break
        event, data = "message", []
        continue
    field, _, value = line.partition(":")
    value = value.removeprefix(" ")
    if field == "data":
        data.append(value)
    elif field == "event":
        event = value
    elif field == "id":
        event_id = value
