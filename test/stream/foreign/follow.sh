#!/bin/sh
# Follows an event stream with curl and nothing else.
# follow.sh URL COUNT [LAST_EVENT_ID]: prints "open" when connected, then COUNT events, as JSON lines.
# What a shell can do with data that is one line without quotes or backslashes is enough here.
curl -sN --max-time 20 ${3:+-H "Last-Event-ID: $3"} "$1" | {
  left=$2 event=message data=
  while [ "$left" -gt 0 ] && IFS= read -r line; do
    case $line in
      'data: '*) data=${line#data: } ;;
      'event: '*) event=${line#event: } ;;
      'id: '*) id=${line#id: } ;;
      '')
        if [ -n "$data" ]; then
          printf '{"event":"%s","id":"%s","data":"%s"}\n' "$event" "$id" "$(printf %s "$data" | sed 's/"/\\"/g')"
          left=$((left - 1))
        elif [ -n "$id" ]; then
          echo open
        fi
        event=message data=
        ;;
    esac
  done
}
