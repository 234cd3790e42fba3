"""The protocol of a tool: a JSON object a line comes in, a line goes out for each."""

import base64
import json
import sys


def serve_detection(name_of):
    """`name_of(bytes)` gives the name of an encoding, or None; a fault is no answer."""
    for line in sys.stdin:
        try:
            answer = name_of(base64.b64decode(json.loads(line)["bytes"]))
        except Exception as fault:
            print(f"no answer: {fault!r}", file=sys.stderr)
            answer = None
        print(answer or "")


def serve_repair(repaired):
    """`repaired(text)` gives the text as the tool would have it; a fault leaves it as it is."""
    for line in sys.stdin:
        text = json.loads(line)["text"]
        try:
            text = repaired(text)
        except Exception as fault:
            print(f"no answer: {fault!r}", file=sys.stderr)
        print(json.dumps(text))
