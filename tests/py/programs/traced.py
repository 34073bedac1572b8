"""Functions that run already when somebody begins to watch: sys.settrace, sys.setprofile."""

import operator
import sys

EVENTS = []
QUIET = ("watch", "unwatch", "profile", "unprofile", "tracer", "profiler")


def note(frame, event, arg):
    code = frame.f_code
    if code.co_filename != __file__ or code.co_name in QUIET:
        return False
    if event == "exception":
        arg = arg[0].__name__
        if arg == "StopIteration":
            return True
    elif event != "return" or not isinstance(arg, int):
        arg = None
    EVENTS.append((code.co_name, event, frame.f_lineno - code.co_firstlineno, arg))
    return True


def tracer(frame, event, arg):
    return tracer if note(frame, event, arg) else None


def profiler(frame, event, arg):
    if event in ("call", "return"):
        note(frame, event, arg)


def watch(depth=1):
    sys.settrace(tracer)
    frame = sys._getframe(1)
    for _ in range(depth):
        frame.f_trace = tracer
        frame = frame.f_back


def unwatch():
    sys.settrace(None)
    seen = EVENTS[:]
    EVENTS.clear()
    return seen


def helper(x):
    y = x + 1
    return y


def in_loop(n, first):
    total = 0
    for i in range(n):
        if i == first:
            watch()
        total += i
        total += helper(i)
        if i % 2:
            continue
        while total > 1000:
            total -= 1000
        if i == 7:
            break
    else:
        total += 5
    return total, unwatch()


def watched_by_callee(i, first):
    if i == first:
        watch(2)
    return i * 2


def in_callee(n, first):
    total = i = 0
    while i < n:
        total += watched_by_callee(i, first)
        try:
            if i == 5:
                raise ValueError(i)
        except ValueError as error:
            total += len(error.args)
        else:
            pass
        finally:
            total += 1
        i += 1
    doubled = [k for k in range(3)]
    return total, doubled, unwatch()


def numbers(n, first):
    for i in range(n):
        yield i
        watched_by_callee(i, first)
    return 7


def in_generator(n, first):
    total = 0
    steps = numbers(n, first)
    for value in steps:
        total += value
    return total, unwatch()


def delegates(n, first):
    yield from numbers(n, first)
    try:
        yield 100
    finally:
        helper(3)


def in_delegate(n, first):
    total = 0
    for value in delegates(n, first):
        total += value
        if value == 100:
            break
    return total, unwatch()


def thrown_into(n, first):
    steps = numbers(n, first)
    for _ in range(first + 3):
        next(steps)
    try:
        steps.throw(KeyError("x"))
    except KeyError as error:
        return error.args, unwatch()


def fails(i, first):
    if i == first:
        watch(2)
        raise KeyError(i)
    return i


def catches(n, first):
    total = 0
    for i in range(n):
        try:
            total += fails(i, first)
        except KeyError:
            total += 1
    return total, unwatch()


def passes_on(i, first):
    found = fails(i, first)
    return found


# What is inlined tells nothing until it leaves, so this is called by way of code in C.
def through_others(n, first):
    total = 0
    for i in range(n):
        try:
            total += operator.call(passes_on, i, first)
        except KeyError:
            total += 1
    return total, unwatch()


class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        if other == 3:
            watch(2)
        self.value += other
        return self


def in_operator(n):
    number = Number(0)
    for i in range(n):
        number = number + i
        number.value += 1
    return number.value, unwatch()


class Stop(Exception):
    pass


def stopper(frame, event, arg):
    if frame.f_code.co_name != "stopped":
        return None
    if event == "line" and frame.f_locals.get("i") == 6:
        raise Stop(frame.f_lineno - frame.f_code.co_firstlineno)
    return stopper


def stopped(n):
    total = 0
    for i in range(n):
        if i == 4:
            sys.settrace(stopper)
            sys._getframe().f_trace = stopper
        total += helper(i)
    return total


def tracer_raises(n):
    try:
        return stopped(n), sys.gettrace()
    except Stop as stop:
        return stop.args, sys.gettrace()


def profile():
    sys.setprofile(profiler)


def profiled_by_callee(i, first):
    if i == first:
        profile()
    return i


def profiled(n, first):
    total = 0
    for i in range(n):
        total += profiled_by_callee(i, first)
        total += helper(i)
    sys.setprofile(None)
    return total, unwatch()


def returns_profiled(n, first):
    def inner():
        for i in range(n):
            profiled_by_callee(i, first)
        return n
    result = inner()
    sys.setprofile(None)
    return result, unwatch()


CASES = [
    (in_loop, 9, 3),
    (in_loop, 9, 0),
    (in_loop, 6, 5),
    (in_callee, 7, 3),
    (in_callee, 7, 5),
    (in_generator, 6, 3),
    (in_delegate, 6, 2),
    (thrown_into, 9, 2),
    (catches, 5, 3),
    (through_others, 5, 3),
    (in_operator, 6),
    (tracer_raises, 9),
    (profiled, 6, 3),
    (returns_profiled, 6, 3),
]
