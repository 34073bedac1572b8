"""Data that aipy keeps at code objects concerns no other tool that keeps some there."""

from __future__ import annotations

import subprocess
import sys

# The other tool's free function is a ctypes callback, which is gone before the last code objects.
PROGRAM = """
import ctypes, sys, aipy

freed = []
prefix = "_Py" if sys.version_info < (3, 12) else "PyUnstable_"
request = ctypes.pythonapi[prefix + "Eval_RequestCodeExtraIndex"]
request.argtypes, request.restype = (ctypes.CFUNCTYPE(None, ctypes.c_void_p),), ctypes.c_ssize_t
own = request.argtypes[0](freed.append)
aipy.compile(lambda: None, mode="always")()
index = request(own)
put = ctypes.pythonapi[prefix + "Code_SetExtra"]
put.argtypes = (ctypes.py_object, ctypes.c_ssize_t, ctypes.c_void_p)

for kept in (False, True):
    function = eval("lambda: 7")
    aipy.compile(function, mode="always")
    assert function() == 7
    if kept:
        assert put(function.__code__, index, 100) == 0
    del function
assert freed == [100], freed
last = eval("lambda: 7")
aipy.compile(last, mode="always")()
"""


def test_other_tools_hear_of_no_code_objects_but_their_own() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
