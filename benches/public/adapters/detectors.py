"""Detectors of PyPI: detectors.py chardet|charset-normalizer [--version]."""

import sys

from lines import serve_detection

tool = sys.argv[1]
if tool == "chardet":
    import chardet as module

    name_of = lambda data: module.detect(data)["encoding"]
else:
    import charset_normalizer as module

    name_of = lambda data: (best := module.from_bytes(data).best()) and best.encoding

if "--version" in sys.argv:
    print(module.__version__)
else:
    serve_detection(name_of)
