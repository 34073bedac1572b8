"""Polls: what asks to be called again is called again one iteration later, not before."""

from __future__ import annotations

import subprocess
import sys

# A signal whose handler asks for a pending call that raises it again: all in C, so that no Python
# code polls meanwhile.
PROGRAM = """
import ctypes, functools, signal, aipy

ask = ctypes.pythonapi.Py_AddPendingCall
ask.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.py_object]
raises = ctypes.cast(ctypes.CDLL(None)["raise"], ctypes.c_void_p)
again = functools.partial(ask, raises, int(signal.SIGUSR1))

def count(n, step):
    total = 0
    for i in range(n):
        total += step(i)
    return total

aipy.compile(count, mode="always")
count(10, abs)
signal.signal(signal.SIGUSR1, again)
signal.raise_signal(signal.SIGUSR1)
assert count(5000, abs) == 5000 * 4999 // 2
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
print("done")
"""


def test_a_pending_call_that_asks_for_itself_lets_the_loop_go_on() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=20
    )
    assert (result.stdout, result.returncode) == ("done\n", 0), result.stderr
