"""Output in its order: print with separators, from loops, before errors, from callees."""

import sys


def table(rows):
    for i, row in enumerate(rows):
        print(i, *row, sep=" | ", end=";\n")
    print()
    return len(rows)


def before_error(values):
    for value in values:
        print("dividing by", value)
        print(100 / value)
    print("never printed")


def interleaved(count):
    for i in range(count):
        print(i, end=" ")
        sys.stdout.write(f"<{i * i}>")
        if i % 3 == 2:
            print()
    print("end", flush=True)


def callee(depth):
    print("  " * depth + f"enter {depth}")
    if depth < 3:
        callee(depth + 1)
    print("  " * depth + f"leave {depth}")


def numbers():
    print(1, 1.0, -0.0, 1e100, 1e-7, 2**70, True, None, float("nan"), 3 + 4j, "é😀", b"x", [1.5, "a"], {"k": (1,)})
    print(0.1 + 0.2, 1 / 3, 100.0, 1e16, 123456789012345680.0, -1e-5)


def swapped_stdout(count):
    """sys.stdout is looked up at every print."""
    import io

    other = io.StringIO()
    saved = sys.stdout
    try:
        for i in range(count):
            if i == 2:
                sys.stdout = other
            print("line", i)
    finally:
        sys.stdout = saved
    return other.getvalue()


def print_to_closed():
    import io

    closed = io.StringIO()
    closed.close()
    print("x", file=closed)


def bad_separator():
    print(1, 2, sep=5)


class Noisy:
    def __str__(self):
        print("in __str__")
        return "noisy"


def str_prints():
    print("a", Noisy(), "b")
    print(f"{Noisy()} and {Noisy()}")


CASES = [
    (table, [(1, 2.5), ("a", None), ()]),
    (before_error, [5, 2, 0, 1]),
    (interleaved, 8),
    (callee, 0),
    (numbers,),
    (swapped_stdout, 4),
    (print_to_closed,),
    (bad_separator,),
    (str_prints,),
]
