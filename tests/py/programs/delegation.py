"""`yield from`: what is sent, thrown and closed goes to the delegate; its value comes back; who can see it."""

import inspect
import sys

LOG = []


def logged(name):
    LOG.append("start " + name)
    try:
        received = yield name
        while received is not None:
            LOG.append(received)
            received = yield received * 2
    except ValueError as error:
        LOG.append(f"{name} caught {error}")
        yield "after"
        return "from handler"
    except GeneratorExit:
        LOG.append(name + " closes")
        raise
    finally:
        LOG.append("end " + name)
    return name.upper()


def outer(name):
    result = yield from logged(name)
    LOG.append(f"got {result}")
    again = yield from logged(name + "2")
    return result, again


def drained(generator):
    out = []
    while True:
        try:
            out.append(next(generator))
        except StopIteration as stop:
            return out, stop.value


def case_values_pass():
    LOG.clear()
    return drained(outer("a")), list(LOG)


def case_sent_values_pass():
    LOG.clear()
    generator = outer("b")
    out = [next(generator), generator.send(3), generator.send(2.5), generator.send(None), generator.send("x")]
    generator.close()
    return out, list(LOG)


def case_thrown_errors_pass():
    LOG.clear()
    generator = outer("c")
    out = [next(generator), generator.throw(ValueError("boo")), next(generator)]
    return out, list(LOG), list(generator)


def case_error_not_caught():
    LOG.clear()
    generator = outer("d")
    next(generator)
    try:
        generator.throw(KeyError("k"))
    except KeyError as error:
        return error.args, list(LOG), list(generator)


def case_error_not_caught_shows_both_frames():
    generator = outer("e")
    next(generator)
    generator.throw(KeyError("shown"))


def case_close_reaches_the_delegate():
    LOG.clear()
    generator = outer("f")
    next(generator)
    return generator.close(), list(LOG)


def case_throw_generator_exit():
    LOG.clear()
    generator = outer("g")
    next(generator)
    try:
        generator.throw(GeneratorExit)
    except GeneratorExit:
        return list(LOG)


class Steps:
    """An iterator with send, throw and close of its own, some of them missing."""

    def __init__(self, values):
        self.values = list(values)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.values:
            raise StopIteration("ended")
        return self.values.pop(0)


class SendingSteps(Steps):
    def send(self, value):
        LOG.append(("send", value))
        return next(self)

    def throw(self, *args):
        LOG.append(("throw", [str(arg) for arg in args]))
        if args[0] is StopIteration or isinstance(args[0], StopIteration):
            raise StopIteration("stopped")
        return "thrown"

    def close(self):
        LOG.append("close")


class BadClose(Steps):
    def close(self):
        raise RuntimeError("cannot close")


class NoLookups(Steps):
    def __getattr__(self, name):
        raise ZeroDivisionError(name)


def over(iterable):
    try:
        return (yield from iterable)
    finally:
        LOG.append("over")


def case_iterables():
    return [drained(over(x)) for x in ([1, 2], "ab", (), range(3), {"k": 1}, Steps([4, 5]), iter([6]))]


def case_not_iterable():
    return next(over(3))


def case_send_to_what_cannot():
    generator = over(Steps([1, 2, 3]))
    return [next(generator), next(generator), generator.send("x")]


def case_own_methods():
    LOG.clear()
    generator = over(SendingSteps([1, 2, 3, 4]))
    out = [next(generator), generator.send(7), generator.throw(KeyError, "k"), generator.throw(ValueError("v"))]
    try:
        generator.throw(StopIteration)
    except StopIteration as stop:
        out.append(stop.value)
    return out, list(LOG)


def case_own_close():
    LOG.clear()
    generator = over(SendingSteps([1, 2]))
    next(generator)
    generator.close()
    return list(LOG)


def case_close_fails():
    generator = over(BadClose([1, 2]))
    next(generator)
    generator.close()


def case_cannot_throw():
    LOG.clear()
    generator = over(Steps([1, 2]))
    next(generator)
    try:
        generator.throw(IndexError("here"))
    except IndexError as error:
        return str(error), list(LOG)


def case_lookup_of_throw_fails():
    generator = over(NoLookups([1, 2]))
    next(generator)
    generator.throw(IndexError("here"))


def stops_by_value(value):
    raise StopIteration(value)
    yield


def case_stop_iteration_inside_is_an_error():
    return next(over(stops_by_value(3)))


def case_shown_delegate():
    inner = Steps([1, 2])
    generator = over(inner)
    before = generator.gi_yieldfrom
    next(generator)
    during = generator.gi_yieldfrom is inner, inspect.getgeneratorstate(generator)
    list(generator)
    return before, during, generator.gi_yieldfrom, inspect.getgeneratorstate(generator)


def case_shown_delegate_of_plain_yield():
    def plain():
        yield 1

    generator = plain()
    next(generator)
    return generator.gi_yieldfrom


def re_enters():
    yield from box[0]


box = []


def case_generator_in_itself():
    box[:] = [re_enters()]
    return next(box[0])


class Tracker:
    def __init__(self, name):
        self.name = name

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration(self.name)

    def __del__(self):
        LOG.append("del " + self.name)


def case_delegate_dies_when_it_ends():
    LOG.clear()

    def run():
        value = yield from Tracker("t")
        LOG.append("behind " + value)
        yield

    next(run())
    return list(LOG)


def case_handled_exception_is_the_callers():
    def inner():
        yield sys.exception()

    def middle():
        try:
            raise KeyError("inside")
        except KeyError:
            yield from inner()

    try:
        raise ValueError("outside")
    except ValueError:
        return [repr(x) for x in middle()]


def tree(depth):
    if depth == 0:
        yield 1
        return 1
    left = yield from tree(depth - 1)
    yield depth
    right = yield from tree(depth - 1)
    return left + right


def total_of_tree(depth):
    return sum(tree(depth))


def deep(n):
    if n:
        yield from deep(n - 1)
    else:
        yield "bottom"


def case_deep():
    return list(deep(150))


def hot(n):
    total = 0
    for i in range(n):
        for j in range(3):
            total += i * j
        yield from (total, i)
    return total


def case_work_between_delegations():
    return drained(hot(200))


def in_try(values):
    for value in values:
        try:
            yield from value
        except TypeError as error:
            yield str(error)
        finally:
            LOG.append("next")


def case_errors_in_a_loop():
    LOG.clear()
    return list(in_try([[1], 2, [3]])), len(LOG)


CASES = [(total_of_tree, 4)]
