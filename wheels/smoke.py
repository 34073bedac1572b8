"""Tries an installed wheel: one function, compiled at its first call, without NumPy around."""

from __future__ import annotations

import subprocess
import sys

import aipy


@aipy.compile(mode="always")
def triangle(n: int) -> int:
    total = 0
    for k in range(n):
        total += k
    return total


def main() -> None:
    for n in (10, 2**16):
        assert triangle(n) == n * (n - 1) // 2
    figures = aipy.stats(triangle)
    assert figures["native_calls"] > 0, figures
    subprocess.run([sys.executable, "-m", "aipy", "--help"], check=True, stdout=subprocess.DEVNULL)
    print(f"aipy {aipy.__version__} works on Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
