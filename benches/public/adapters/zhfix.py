"""zhfix through its command line: zhfix.py detect|repair PROGRAM [--version]."""

import json
import subprocess
import sys

task, program = sys.argv[1:3]
if "--version" in sys.argv:
    print(subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[1])
    sys.exit()
# Each record is a document of its own.
options = ["--jsonl", "--field", "text"] if task == "repair" else ["--jsonl", "--base64", "--field", "bytes"]
done = subprocess.run([program, task, *options], stdin=sys.stdin, stdout=subprocess.PIPE)
for line in done.stdout.decode().split("\n")[:-1]:
    record = json.loads(line)
    print(json.dumps(record["text"]) if task == "repair" else record["zhfix"]["encoding"] or "")
