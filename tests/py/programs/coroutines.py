"""Coroutines: await, async for, async with, comprehensions; sent, thrown, closed and driven by asyncio."""

import asyncio
import inspect
import sys
import types
import warnings

LOG = []


class Pause:
    """Yields what it is made with; its value is what is sent."""

    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


@types.coroutine
def pause(value):
    return (yield value)


def drive(coroutine, *sent):
    """Everything that a coroutine yields, then what it returns."""
    out = []
    values = iter((None, *sent))
    try:
        while True:
            out.append(coroutine.send(next(values, "more")))
    except StopIteration as stop:
        return out, stop.value


async def adds(a, b):
    first = await Pause(a)
    second = await pause(b)
    return first, second


async def nests(n):
    if n == 0:
        return await adds(1, 2)
    return await nests(n - 1), n


def case_values():
    return drive(adds("a", "b"), 1, 2), drive(nests(3), "x", "y")


def case_sum_in_a_loop():
    async def total(n):
        result = 0
        for i in range(n):
            result += await Pause(i)
        return result

    coroutine = total(50)
    sent = [None, *range(50)]
    try:
        for value in sent:
            coroutine.send(value)
    except StopIteration as stop:
        return stop.value


async def guarded():
    try:
        await Pause("waiting")
    except ValueError as error:
        LOG.append(str(error))
        return await Pause("handled")
    finally:
        LOG.append("finally")


def case_throw():
    LOG.clear()
    coroutine = guarded()
    out = [coroutine.send(None), coroutine.throw(ValueError("v"))]
    try:
        coroutine.send("end")
    except StopIteration as stop:
        out.append(stop.value)
    return out, list(LOG)


def case_throw_not_caught():
    coroutine = guarded()
    coroutine.send(None)
    coroutine.throw(KeyError("k"))


def case_close():
    LOG.clear()
    coroutine = guarded()
    coroutine.send(None)
    coroutine.close()
    coroutine.close()
    return list(LOG)


def case_second_await():
    coroutine = adds(1, 2)
    drive(coroutine, 3, 4)
    coroutine.send(None)


def case_throw_into_finished():
    coroutine = adds(1, 2)
    drive(coroutine, 3, 4)
    coroutine.throw(ValueError("v"))


def case_awaited_twice_at_once():
    async def waits(inner):
        await inner

    inner = adds(1, 2)
    first, second = waits(inner), waits(inner)
    first.send(None)
    try:
        second.send(None)
    finally:
        first.close()


def case_send_too_early():
    coroutine = adds(1, 2)
    try:
        coroutine.send(3)
    finally:
        coroutine.close()


class NoIterator:
    def __await__(self):
        return 3


class GivesCoroutine:
    def __await__(self):
        LOG.append(coroutine := adds(1, 2))
        return coroutine


async def awaits(thing):
    return await thing


def error_of(coroutine):
    try:
        return drive(coroutine)
    except Exception as error:
        return type(error).__name__, str(error)


def plain_generator():
    yield 1


def case_not_awaitable():
    LOG.clear()
    out = [error_of(awaits(x)) for x in (3, None, NoIterator(), GivesCoroutine(), plain_generator())]
    LOG.pop().close()
    return out


def case_not_awaitable_shows_the_line():
    awaits(3).send(None)


def case_raises_stop_iteration():
    async def stops():
        raise StopIteration(3)

    stops().send(None)


class Manager:
    def __init__(self, suppress=False, fails=""):
        self.suppress, self.fails = suppress, fails

    async def __aenter__(self):
        LOG.append("enter")
        await Pause("entering")
        if self.fails == "enter":
            raise ValueError("in enter")
        return self

    async def __aexit__(self, kind, value, traceback):
        LOG.append(("exit", kind and kind.__name__, str(value)))
        await Pause("leaving")
        if self.fails == "exit":
            raise IndexError("in exit")
        return self.suppress


async def within(manager, act):
    async with manager as entered:
        LOG.append(entered is manager)
        await Pause("inside")
        if act == "raise":
            raise KeyError("k")
        if act == "return":
            return "returned"
    return "behind"


def case_async_with():
    out = []
    for manager in (Manager(), Manager(suppress=True), Manager(fails="enter"), Manager(fails="exit")):
        for act in ("", "raise", "return"):
            LOG.clear()
            try:
                out.append((drive(within(manager, act)), list(LOG)))
            except Exception as error:
                out.append((repr(error), repr(error.__context__), list(LOG)))
    return out


def case_error_in_async_with():
    drive(within(Manager(), "raise"))


class PlainManager:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None


class HalfManager:
    async def __aenter__(self):
        return self


class BadManager:
    def __aenter__(self):
        return 1

    async def __aexit__(self, *details):
        return None


class BadExit:
    async def __aenter__(self):
        return self

    def __aexit__(self, *details):
        return 2


def case_not_async_managers():
    return [error_of(within(x, "")) for x in (PlainManager(), HalfManager(), BadManager(), BadExit())]


class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        await Pause(("next", self.n))
        return self.n


async def loops(source, stop=None):
    out = []
    async for value in source:
        if value == stop:
            out.append("broken")
            break
        if value == 1:
            continue
        out.append(value)
    else:
        out.append("else")
    return out


def case_async_for():
    return drive(loops(Countdown(4))), drive(loops(Countdown(4), 2)), drive(loops(Countdown(0)))


class NotNext:
    def __aiter__(self):
        return 3


class BadNext:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 3


class FailingNext(BadNext):
    def __anext__(self):
        raise ZeroDivisionError("in next")


def case_not_async_iterators():
    out = [error_of(loops(x)) for x in ([1], NotNext(), BadNext(), FailingNext())]
    try:
        drive(loops(BadNext()))
    except TypeError as error:
        out.append((repr(error.__cause__), repr(error.__context__)))
    return out


def case_error_in_async_for():
    drive(loops(FailingNext()))


async def comprehensions(n):
    return (
        [x async for x in Countdown(n)],
        {x * x async for x in Countdown(n) if x},
        {x: y async for x in Countdown(2) async for y in Countdown(x)},
        [await Pause(x) for x in range(n)],
        [y for x in range(2) for y in [await Pause(x)]],
    )


def case_comprehensions():
    return drive(comprehensions(3))


def case_driven_by_asyncio():
    async def worker(name, queue, out):
        while True:
            item = await queue.get()
            if item is None:
                return name
            await asyncio.sleep(0)
            out.append((name, item))

    async def main():
        queue, out = asyncio.Queue(), []
        workers = [asyncio.create_task(worker(name, queue, out)) for name in "ab"]
        for i in range(6):
            await queue.put(i)
        for _ in workers:
            await queue.put(None)
        names = await asyncio.gather(*workers)
        try:
            await asyncio.wait_for(asyncio.sleep(10), 0.001)
        except TimeoutError:
            out.append("timeout")
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(nested(i)) for i in range(3)]
        return names, sorted(out, key=str), [task.result() for task in tasks]

    async def nested(i):
        async with asyncio.Lock():
            await asyncio.sleep(0)
        return i

    return asyncio.run(main())


def case_cancelled():
    async def waits():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            LOG.append("cancelled")
            raise
        finally:
            LOG.append("cleaned")

    async def main():
        LOG.clear()
        task = asyncio.create_task(waits())
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return list(LOG)

    return asyncio.run(main())


def case_what_it_looks_like():
    coroutine = adds(1, 2)
    facts = [
        inspect.iscoroutine(coroutine), inspect.isawaitable(coroutine), inspect.iscoroutinefunction(adds),
        asyncio.iscoroutine(coroutine), type(coroutine).__name__, coroutine.__name__, coroutine.__qualname__,
        inspect.getcoroutinestate(coroutine), coroutine.cr_await, coroutine.cr_running, coroutine.cr_origin,
        hasattr(coroutine, "__next__"), hasattr(coroutine, "__iter__"), inspect.isgenerator(coroutine),
        inspect.isawaitable(plain_generator()), hasattr(plain_generator(), "__await__"),
        isinstance(coroutine, types.CoroutineType), coroutine.__class__ is types.CoroutineType, coroutine.cr_code is adds.__code__,
    ]  # fmt: skip
    coroutine.send(None)
    facts += [inspect.getcoroutinestate(coroutine), coroutine.cr_await is not None, coroutine.cr_suspended]
    coroutine.close()
    return facts, inspect.getcoroutinestate(coroutine), coroutine.cr_frame


def case_await_by_hand():
    iterator = adds("a", "b").__await__()
    out = [type(iterator).__name__, next(iterator), iterator.send(1)]
    try:
        iterator.send(2)
    except StopIteration as stop:
        out.append(stop.value)
    thrown = guarded().__await__()
    out.append(next(thrown))
    out.append(thrown.throw(ValueError("by hand")))
    thrown.close()
    return out


def case_yield_from_coroutine():
    def wrong():
        yield from coroutine

    coroutine = adds(1, 2)
    try:
        return list(wrong())
    except TypeError as error:
        return "cannot" in str(error) or "iterable" in str(error)
    finally:
        coroutine.close()


def case_yield_from_coroutine_where_it_may():
    @types.coroutine
    def takes():
        return (yield from adds(1, 2))

    return drive(takes(), "x", "y"), error_of_iter(adds(1, 2))


def error_of_iter(coroutine):
    try:
        return list(coroutine)
    except TypeError as error:
        return str(error)
    finally:
        coroutine.close()


def case_never_awaited():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        adds(1, 2)
        del globals()["LOG"][:]
    return [str(warning.message) for warning in caught], caught[0].category.__name__


def case_origin():
    sys.set_coroutine_origin_tracking_depth(2)
    try:
        coroutine = adds(1, 2)
        origin = coroutine.cr_origin
        coroutine.close()
    finally:
        sys.set_coroutine_origin_tracking_depth(0)
    return len(origin), origin[0][2]


def case_lambda_and_closure():
    def make(factor):
        async def scaled(x):
            return factor * await pause(x)

        return scaled

    return drive(make(3)(4), 5)


class Service:
    def __init__(self):
        self.calls = 0

    async def call(self, n):
        self.calls += 1
        return await adds(n, self.calls)

    async def many(self, n):
        return [await self.call(i) for i in range(n)]


def case_methods():
    service = Service()
    return drive(service.many(3)), service.calls


async def busy(n):
    total = 0
    for i in range(n):
        for j in range(20):
            total += i * j % 7
        if i % 10 == 0:
            total += await Pause(i)
    return total


def case_work_between_awaits():
    coroutine = busy(300)
    out = []
    try:
        value = None
        while True:
            value = coroutine.send(value)
            out.append(value)
    except StopIteration as stop:
        return out, stop.value


def case_context_of_thrown():
    async def handles():
        try:
            raise KeyError("first")
        except KeyError:
            await Pause(1)

    coroutine = handles()
    coroutine.send(None)
    try:
        coroutine.throw(ValueError("second"))
    except ValueError as error:
        return repr(error.__context__)


CASES = []
