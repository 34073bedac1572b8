"""Functions that read, and change, the locals of those that call them: what `query("@x")`, templates and debuggers do."""

import signal
import sys
import threading


def seen(depth=1):
    """The caller's locals, what cannot be compared left out."""
    return {name: value for name, value in sys._getframe(depth).f_locals.items() if name not in ("out", "frames")}


def deeper(depth):
    return seen(depth + 2) if depth == 0 else deeper_still(depth)


def deeper_still(depth):
    return sys._getframe(depth + 1).f_code.co_name, seen(depth + 2)


def numbers(n):
    out = []
    total, half, flag = 0, 0.5, n > 3
    pair = (n, half)
    for i in range(n):
        total += i * i
        half = half * 1.5
        flag = not flag
        if i % 4 == 1:
            out.append(seen())
        pair = (i, half)
    return out, total, pair, flag


def big_numbers(n):
    value = 1
    out = []
    for i in range(1, n):
        value = value * i
        if i % 5 == 0:
            out.append(seen())
    return out, value


def unbound(n):
    out = []
    for i in range(n):
        if i > 2:
            late = i
        if i == 4:
            del late
        out.append(seen())
        if i == 4:
            late = 0
    return out


def cells(n):
    out = []
    count = 0
    for i in range(n):
        count += i

        def inner(extra):
            return count + extra, seen(2), seen()

        out.append(inner(i))
        out.append(seen())
    return [[one for one in items if not callable(one)] for items in out if isinstance(items, tuple)], count


def nested(n):
    first = n + 1
    return middle(n * 2), first


def middle(m):
    second = m + 1
    return deeper(0), deeper(1), second


def change(**names):
    """On Python 3.12 this has no effect; from 3.13 on it has."""
    sys._getframe(1).f_locals.update(names)


def changed(n):
    out = []
    a, b = 1, 2.0
    for i in range(n):
        a += i
        if i == n - 2:
            change(a="other", b=None, new=3)
            out.append((a, b, seen()))
            a, b = 5, 6.0
        b = b + 1
    return out, a, b


def changed_while_handling(n):
    total = 0
    for i in range(n):
        try:
            total += i
            if i % 3 == 2:
                fails(total=100)
        except ValueError as error:
            total += len(str(error))
    return total, seen()


def fails(**names):
    sys._getframe(1).f_locals.update(names)
    raise ValueError("no")


def kept(n):
    frames = []
    for i in range(n):
        last = i * 2
        frames.append(sys._getframe(0) if i < 0 else caller())
    same = all(frame is frames[0] for frame in frames)
    return same, frames[0].f_lineno, seen(), last


def caller():
    frame = sys._getframe(1)
    frame.f_locals  # noqa: B018  (from here on it shows what comes)
    return frame


def outlives(n):
    value = [n]
    for i in range(n):
        value.append(i)
    frame = caller()
    value = value[-2:]
    return frame


def case_outlives():
    return [sorted(outlives(5).f_locals), outlives(4).f_locals["n"]]


class Looks:
    """Looks at its owner's locals when it goes."""

    def __init__(self, out):
        self.out = out

    def __del__(self):
        self.out.append(sorted((name, repr(value)) for name, value in seen(2).items() if name != "looker"))


def destructors(n):
    out = []
    for i in range(n):
        looker = Looks(out)
        looker = i
        step = i + 1
        looker = Looks(out)
        del looker
    return out, step


def recursive(n):
    left = n - 1
    if n == 0:
        return [seen(depth) for depth in (2, 3)]
    return recursive(left)


def read_by_thread(n):
    out = []
    go, done = threading.Event(), threading.Event()
    me = threading.get_ident()

    def look():
        go.wait()
        out.append(sys._current_frames()[me].f_back is not None)
        done.set()

    thread = threading.Thread(target=look)
    thread.start()
    for i in range(n):
        value = i
    go.set()
    done.wait()
    thread.join()
    return out, value


def interrupted(n):
    out = []

    def handler(number, frame):
        while frame.f_code.co_name != "interrupted":
            frame = frame.f_back
        out.append(frame.f_locals["n"] == n and "total" in frame.f_locals)

    before = signal.signal(signal.SIGUSR1, handler)
    total = 0
    for i in range(n):
        total += i
        if i == n // 2:
            signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    return out, total


class Template:
    def __init__(self, text):
        self.text = text

    def __str__(self):
        return self.text.format(**sys._getframe(1).f_locals)


def filled_in(n):
    template = Template("{n} {i} {name}")
    lines = []
    for i in range(n):
        name = "x" * i
        lines.append(str(template))
    return lines


def gives(n):
    for i in range(n):
        value = i * 3
        yield seen(), value
        value = None


def consumes(n):
    total = 0
    for shown, value in gives(n):
        total += value + shown["i"]
    return total


def gives_changed(n):
    a, b = 0, [n]
    for i in range(n):
        a += i
        if i % 5 == 3:
            change(a=1000, b="other")
        try:
            if i % 7 == 2:
                fails(a=i)
        except ValueError:
            b = (a, b)
        yield a, b, seen()


def case_generator_changed():
    return list(gives_changed(20))


def case_frame_of_generator():
    generator = gives_changed(30)
    frame = generator.gi_frame
    out = []
    for _ in generator:
        out.append(dict(frame.f_locals))
    return out


async def awaits(n):
    total = 0
    for i in range(n):
        total += i
        if i % 3 == 0:
            total += len(await looks(total))
    return total, seen()


async def looks(extra):
    return seen(), seen(2)


def case_coroutine():
    try:
        awaits(10).send(None)
    except StopIteration as stop:
        return stop.value


CASES = [
    (numbers, 12),
    (numbers, 3),
    (big_numbers, 40),
    (unbound, 8),
    (cells, 5),
    (nested, 3),
    (changed, 6),
    (changed, 50),
    (changed_while_handling, 9),
    (kept, 5),
    (destructors, 4),
    (recursive, 5),
    (read_by_thread, 20),
    (interrupted, 100),
    (filled_in, 5),
    (consumes, 6),
    (consumes, 60),
]
