"""Functions that run already when somebody begins to watch by sys.monitoring."""

import sys

EVENTS = []
QUIET = ("monitor", "unmonitor", "take_events")


def take_events():
    events = EVENTS[:]
    EVENTS.clear()
    return events


def helper(x):
    y = x + 1
    return y


TOOL = 4
WATCHED = ("LINE", "PY_START", "PY_RETURN", "PY_YIELD", "PY_RESUME", "RAISE", "PY_UNWIND")


def monitor():
    events = sys.monitoring.events
    wanted = 0
    sys.monitoring.use_tool_id(TOOL, "watcher")
    for name in WATCHED:
        def told(code, place, *more, name=name):
            if code.co_filename == __file__ and code.co_name not in QUIET:
                place = place - code.co_firstlineno if name == "LINE" else None
                EVENTS.append((code.co_name, name, place, [m for m in more if isinstance(m, int)]))
        sys.monitoring.register_callback(TOOL, getattr(events, name), told)
        wanted |= getattr(events, name)
    sys.monitoring.set_events(TOOL, wanted)


def unmonitor():
    sys.monitoring.set_events(TOOL, 0)
    sys.monitoring.free_tool_id(TOOL)
    return take_events()


def monitored_by_callee(i, first):
    if i == first:
        monitor()
    return i


def monitored_steps(n, first):
    for i in range(n):
        yield monitored_by_callee(i, first)


def monitored(n, first):
    total = 0
    for i in monitored_steps(n, first):
        try:
            total += helper(i)
            if i == 5:
                raise ValueError(i)
        except ValueError:
            total += 1
    return total, unmonitor()



def coverage_of_one(n, first):
    lines = set()

    def told(code, line):
        lines.add(line - code.co_firstlineno)

    def measured(n):
        total = 0
        for i in range(n):
            if i == first:
                sys.monitoring.use_tool_id(TOOL, "coverage")
                sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, told)
                sys.monitoring.set_local_events(TOOL, measured.__code__, sys.monitoring.events.LINE)
            if i > 100:
                total -= 1
            total += helper(i)
        return total

    result = measured(n)
    sys.monitoring.set_local_events(TOOL, measured.__code__, 0)
    sys.monitoring.free_tool_id(TOOL)
    return result, sorted(lines)


CASES = [
    (monitored, 8, 3),
    (coverage_of_one, 20, 5),
]
