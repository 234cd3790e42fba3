"""uchardet through its C interface: uchardet.py FOLDER [--version]; FOLDER holds Debian's library."""

import ctypes
import glob
import sys

from lines import serve_detection

(path,) = glob.glob(sys.argv[1] + "/usr/lib/*/libuchardet.so.0")
library = ctypes.CDLL(path)
library.uchardet_new.restype = ctypes.c_void_p
library.uchardet_get_charset.restype = ctypes.c_char_p
library.uchardet_handle_data.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
for function in (library.uchardet_data_end, library.uchardet_get_charset, library.uchardet_delete):
    function.argtypes = [ctypes.c_void_p]


def name_of(data):
    detector = library.uchardet_new()
    library.uchardet_handle_data(detector, data, len(data))
    library.uchardet_data_end(detector)
    name = library.uchardet_get_charset(detector).decode()
    library.uchardet_delete(detector)
    return name


if "--version" in sys.argv:
    print("0.0.7")
else:
    serve_detection(name_of)
