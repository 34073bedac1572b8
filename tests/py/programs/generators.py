"""Generators consumed by loops and by CPython: next, send, throw, close, partial use, errors inside."""

LOG = []


def count_to(n):
    i = 0
    while i < n:
        yield i
        i += 1


def squares(values):
    for value in values:
        yield value * value


def evens(values):
    for value in values:
        if value % 2 == 0:
            yield value


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def consume(n):
    total = 0
    for value in count_to(n):
        total += value
    return total


def consume_pipeline(n):
    total = 0
    for value in squares(evens(count_to(n))):
        total += value
    return total


def consume_with_break(limit):
    out = []
    for value in fibonacci():
        if value > limit:
            break
        out.append(value)
    return out


def consume_with_else(n, stop):
    for value in count_to(n):
        if value == stop:
            break
    else:
        return "all"
    return value


def consume_twice(n):
    generator = count_to(n)
    first = []
    for value in generator:
        first.append(value)
        if value == 2:
            break
    return first, [value for value in generator], list(generator)


def nested_consumers(n):
    total = 0
    for i in count_to(n):
        for j in count_to(i):
            total += i * j
    return total


def case_consumed_by_cpython():
    return (
        list(count_to(4)), tuple(squares([1, 2.5])), sum(count_to(10)), max(squares([-3, 2])), sorted(evens([4, 3, 2])),
        dict(zip("ab", count_to(2))), [*count_to(3)], 3 in count_to(5), list(map(str, count_to(3))), "".join(str(x) for x in count_to(4)),
    )  # fmt: skip


def case_next():
    generator = count_to(2)
    out = [next(generator), next(generator), next(generator, "done"), next(generator, "still done")]
    return out


def case_next_raises():
    generator = count_to(1)
    next(generator)
    return next(generator)


def echo(start):
    received = yield start
    while received is not None:
        received = yield received * 2
    return "finished"


def case_send():
    generator = echo(5)
    out = [next(generator), generator.send(10), generator.send(2.5), generator.send("ab")]
    try:
        generator.send(None)
    except StopIteration as stop:
        out.append(stop.value)
    return out


def case_send_too_early():
    return echo(1).send(3)


def guarded():
    LOG.append("start")
    try:
        while True:
            try:
                yield "value"
            except ValueError as error:
                LOG.append(("caught", str(error)))
                yield "after throw"
    finally:
        LOG.append("finally")


def case_throw():
    LOG.clear()
    generator = guarded()
    out = [next(generator), generator.throw(ValueError("thrown")), next(generator)]
    try:
        generator.throw(KeyError("not caught"))
    except KeyError as error:
        out.append(error.args)
    return out, list(LOG), list(generator)


def case_close():
    LOG.clear()
    generator = guarded()
    next(generator)
    generator.close()
    return list(LOG), list(generator), generator.close()


def case_close_before_start():
    LOG.clear()
    generator = guarded()
    generator.close()
    return list(LOG), next(generator, "closed")


def case_dropped_midway():
    LOG.clear()
    generator = guarded()
    next(generator)
    del generator
    return list(LOG)


def case_break_finalises():
    LOG.clear()
    for value in guarded():
        LOG.append(value)
        break
    LOG.append("after loop")
    return list(LOG)


def fails_after(n):
    for i in range(n):
        yield i
    raise ValueError(f"after {n}")


def case_error_inside():
    total = 0
    try:
        for value in fails_after(4):
            total += value
    except ValueError as error:
        return total, str(error)


def case_error_inside_uncaught():
    total = 0
    for value in fails_after(3):
        total += value
    return total


def divides(values):
    for value in values:
        yield 10 // value


def case_error_in_element():
    out = []
    for value in divides([5, 2, 0, 1]):
        out.append(value)
    return out


def raises_stop():
    yield 1
    raise StopIteration("wrong")


def case_stop_iteration_becomes_runtime_error():
    return list(raises_stop())


def case_generator_in_itself():
    def re_enter():
        yield next(generator)

    generator = re_enter()
    return next(generator)


def returns_value(n):
    yield from count_to(n)
    return n * 10


def delegates():
    first = yield from returns_value(2)
    second = yield from returns_value(1)
    yield first, second


def case_yield_from():
    return list(delegates())


def case_yield_from_iterables():
    def chain(*things):
        for thing in things:
            yield from thing

    return list(chain([1], "ab", range(2), {"k": 1}, count_to(2)))


def walk(tree):
    if isinstance(tree, list):
        for item in tree:
            yield from walk(item)
    else:
        yield tree


def case_recursive_generator():
    return list(walk([1, [2, [3, [4, []]], 5]]))


class Tracker:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        LOG.append("del " + self.name)


def holds(name):
    thing = Tracker(name)
    yield 1
    yield 2
    LOG.append("end of " + thing.name)


def case_locals_die_at_end():
    LOG.clear()
    for value in holds("a"):
        LOG.append(value)
    LOG.append("after")
    return list(LOG)


def case_locals_die_with_generator():
    LOG.clear()
    generator = holds("b")
    next(generator)
    LOG.append("dropping")
    generator = None
    LOG.append("dropped")
    return list(LOG)


def case_state_attributes():
    generator = count_to(2)
    before = generator.gi_running, generator.gi_frame is not None, generator.gi_yieldfrom
    list(generator)
    return before, generator.gi_frame, generator.__name__, generator.__qualname__


def case_frame_outlives_generator_that_never_ran():
    generator = count_to(2)
    frame = generator.gi_frame
    del generator
    frame.clear()
    return frame.f_locals


def case_frame_cleared():
    generator = count_to(2)
    generator.gi_frame.clear()
    return list(generator)


def case_list_changes_under_generator():
    values = [1, 2, 3]
    out = []
    for value in squares(values):
        out.append(value)
        if len(values) < 6:
            values.append(value)
    return out


def case_types_change():
    return [value for value in squares([1, 2.5, True, 2**40, 1j])]


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1


def case_primes():
    out = []
    for p in primes():
        if p > 60:
            break
        out.append(p)
    return out


def yields_in_expression():
    total = 0
    while True:
        x = (yield total) or 0
        total += x


def case_running_total():
    generator = yields_in_expression()
    next(generator)
    return [generator.send(x) for x in (5, 2**63, 0.5, None)]


def case_zip_of_generators():
    out = []
    for a, b in zip(count_to(5), squares(count_to(9))):
        out.append(a + b)
    return out


CASES = [
    (consume, 100),
    (consume, 0),
    (consume, 2.5),
    (consume, "x"),
    (consume_pipeline, 50),
    (consume_with_break, 100),
    (consume_with_break, 2**70),
    (consume_with_else, 5, 3),
    (consume_with_else, 5, 9),
    (consume_twice, 6),
    (nested_consumers, 12),
]


def collatz_lengths(limit):
    for start in range(1, limit):
        value, length = start, 1
        while value != 1:
            value = value // 2 if value % 2 == 0 else 3 * value + 1
            length += 1
        yield length


def case_native_steps():
    return sum(collatz_lengths(300)), max(collatz_lengths(300))


def running_sums(values):
    total = 0
    for value in values:
        total = total + value
        sent = yield total
        if sent is not None:
            total = sent


def case_types_change_between_steps():
    return list(running_sums([*range(40), 0.5, 1, 2**70, True, "x"][:-1]))


def case_send_between_native_steps():
    steps = running_sums(range(60))
    out = [next(steps)]
    for i in range(59):
        out.append(steps.send(i * 10 if i % 7 == 0 else None))
    return out


def overflows(limit):
    a, b = 0, 1
    for _ in range(limit):
        yield a
        a, b = b, a + b


def case_overflow_between_native_steps():
    return list(overflows(120))


def guarded(values):
    handled = 0
    for value in values:
        try:
            yield 60 // value
        except ZeroDivisionError as error:
            handled += 1
            yield str(error)
        except KeyError as error:
            handled += 100
            yield repr(error)
        finally:
            handled += 1000
    yield handled


def case_errors_between_native_steps():
    return list(guarded([1, 2, 3] * 10 + [0] + [4, 5] * 10 + [0, 0, 6]))


def case_throw_between_native_steps():
    steps = guarded([1, 2, 3] * 20)
    out = [next(steps) for _ in range(40)]
    out.append(steps.throw(KeyError("thrown")))
    out.extend(steps)
    return out


def unbound_at_times(values):
    for value in values:
        if value > 30:
            late = value
        yield value
        if value > 40:
            yield late


def case_unbound_between_native_steps():
    return list(unbound_at_times(range(60)))


class Noticed:
    def __init__(self, log, name):
        self.log, self.name = log, name

    def __del__(self):
        self.log.append(self.name)


def holds(log, count):
    for i in range(count):
        noticed = Noticed(log, i)
        yield i
        log.append("behind")


def case_lifetimes_between_native_steps():
    log = []
    for i in holds(log, 30):
        log.append(("got", i))
        if i == 25:
            break
    log.append("end")
    return log


def looks_at_itself(count):
    import sys

    for i in range(count):
        frame = sys._getframe()
        yield frame.f_lineno, frame.f_code.co_name, i


def case_frame_of_native_steps():
    steps = looks_at_itself(30)
    out = []
    for item in steps:
        out.append((item, steps.gi_frame.f_locals["i"], steps.gi_running, steps.gi_frame.f_lineno))
    return out
