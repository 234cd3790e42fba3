"""Repairers of PyPI: repairers.py ftfy|ftfy-encodings|plsfix [--version]."""

import importlib.metadata
import sys

from lines import serve_repair

tool = sys.argv[1]
if tool == "plsfix":
    import plsfix

    repaired = plsfix.fix_text
else:
    import ftfy

    # As it comes, and with all off but the repair of encodings.
    repaired = ftfy.fix_text if tool == "ftfy" else ftfy.fix_encoding

if "--version" in sys.argv:
    print(importlib.metadata.version(tool.removesuffix("-encodings")))
else:
    serve_repair(repaired)
