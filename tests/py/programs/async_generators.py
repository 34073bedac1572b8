"""Asynchronous generators: asend, athrow, aclose, async for over them, hooks of the event loop, misuse."""

import asyncio
import gc
import inspect
import sys
import types
import warnings

LOG = []


@types.coroutine
def pause(value):
    return (yield value)


def step(awaitable, *sent):
    """Everything that it yields, then its value or its error."""
    out = []
    values = iter((None, *sent))
    try:
        while True:
            out.append(awaitable.send(next(values, "more")))
    except StopIteration as stop:
        return out, stop.value
    except BaseException as error:
        return out, type(error).__name__, str(error)


async def counts(n):
    try:
        for i in range(n):
            got = await pause(("before", i))
            sent = yield i, got
            LOG.append(sent)
    except ValueError as error:
        LOG.append(str(error))
        yield "handled"
    finally:
        LOG.append("finally")
        await pause("cleaning")


def case_steps():
    LOG.clear()
    generator = counts(2)
    out = [step(generator.__anext__(), "a"), step(generator.asend("s"), "b"), step(generator.asend("t"))]
    return [*out, step(generator.__anext__())], list(LOG)


def case_athrow():
    LOG.clear()
    generator = counts(3)
    out = [step(generator.__anext__()), step(generator.athrow(ValueError("v"))), step(generator.__anext__())]
    return out, list(LOG)


def case_athrow_not_caught():
    generator = counts(3)
    step(generator.__anext__())
    return step(generator.athrow(KeyError("k"))), step(generator.__anext__()), step(generator.athrow(KeyError("k")))


def case_aclose():
    LOG.clear()
    generator = counts(3)
    out = [step(generator.__anext__()), step(generator.aclose()), step(generator.aclose()), step(generator.asend(1))]
    return out, list(LOG)


def case_aclose_before_start():
    LOG.clear()
    generator = counts(3)
    return step(generator.aclose()), step(generator.__anext__()), list(LOG)


async def ignores():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def case_ignores_exit():
    generator = ignores()
    return step(generator.__anext__()), step(generator.aclose())


def case_send_too_early():
    return step(counts(1).asend(5))


def case_raises_stop():
    async def stops(kind):
        yield 1
        raise kind("inside")

    out = []
    for kind in (StopIteration, StopAsyncIteration, GeneratorExit):
        generator = stops(kind)
        out.append((step(generator.__anext__()), step(generator.__anext__()), step(generator.__anext__())))
    return out


def case_reused():
    generator = counts(3)
    first = generator.__anext__()
    out = [step(first), step(first)]
    closing = generator.aclose()
    return [*out, step(closing), step(closing)]


def case_at_once():
    generator = counts(3)
    first = generator.__anext__()
    first.send(None)
    out = [step(generator.__anext__()), step(generator.aclose()), step(generator.athrow(ValueError))]
    return out, step(first)


def case_closed_awaitables():
    generator = counts(3)
    awaitable = generator.__anext__()
    awaitable.send(None)
    try:
        awaitable.close()
    except RuntimeError as error:
        return str(error)
    return step(awaitable)


def case_thrown_into_awaitable():
    LOG.clear()
    generator = counts(3)
    awaitable = generator.__anext__()
    out = [awaitable.send(None)]
    try:
        out.append(awaitable.throw(ValueError("into")))
    except StopIteration as stop:
        out.append(stop.value)
    return out, list(LOG)


async def gathered(generator):
    return [x async for x in generator]


async def broken(generator, stop):
    async for x in generator:
        if x == stop:
            return "found", await pause("on the way")
    return "not found"


async def plain(n):
    for i in range(n):
        yield i * i


def case_async_for():
    return step(gathered(plain(4))), step(broken(plain(5), 4)), step(broken(plain(2), 4))


def case_expressions():
    async def main():
        double = (2 * x async for x in plain(4))
        mixed = (await pause(x) for x in range(2))
        return [x async for x in double], [x async for x in mixed]

    return step(main(), "p", "q")


def case_nested():
    async def outer(n):
        async for x in plain(n):
            async for y in plain(x):
                yield x, y

    return step(gathered(outer(3)))


def case_what_it_looks_like():
    generator = counts(2)
    facts = [
        inspect.isasyncgen(generator), inspect.isasyncgenfunction(counts), type(generator).__name__,
        generator.__name__, generator.ag_await, generator.ag_running, generator.ag_code is counts.__code__,
        isinstance(generator, types.AsyncGeneratorType), generator.__class__ is types.AsyncGeneratorType, hasattr(generator, "__next__"),
        type(generator.aclose()).__name__, inspect.isawaitable(step),
    ]  # fmt: skip
    awaitable = generator.__anext__()
    awaitable.send(None)
    facts += [generator.ag_await is not None, generator.ag_running, generator.ag_frame is not None]
    step(awaitable)
    return facts, generator.ag_await, generator.ag_running


def case_hooks():
    LOG.clear()
    old = sys.get_asyncgen_hooks()
    first = []
    sys.set_asyncgen_hooks(
        firstiter=lambda generator: LOG.append(("first", generator.__name__)),
        finalizer=lambda generator: first.append(generator),
    )
    try:
        generator = plain(3)
        LOG.append("made")
        step(generator.__anext__())
        del generator
        gc.collect()
        LOG.append(len(first))
        step(first.pop().aclose())
        finished = plain(0)
        step(finished.__anext__())
    finally:
        sys.set_asyncgen_hooks(*old)
    return list(LOG)


def case_hook_fails():
    def fails(generator):
        raise ZeroDivisionError("in hook")

    old = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=fails)
    try:
        plain(3).__anext__()
    finally:
        sys.set_asyncgen_hooks(*old)


def case_with_asyncio():
    async def ticks(n):
        try:
            for i in range(n):
                await asyncio.sleep(0)
                yield i
        finally:
            LOG.append("closed")

    async def main():
        total = 0
        async for i in ticks(5):
            total += i
        async for i in ticks(5):
            if i == 2:
                break
        return total, await anext(ticks(1)), await anext(plain(0), "default")

    LOG.clear()
    result = asyncio.run(main())
    return result, len(LOG)


def case_never_awaited():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        generator = plain(1)
        generator.asend(None)
        generator.aclose()
    return [str(warning.message) for warning in caught]


def case_error_shows_the_line():
    async def fails():
        yield 1
        raise KeyError("shown")

    step_of = fails()
    step(step_of.__anext__())
    step_of.__anext__().send(None)


async def work(n):
    total = 0
    for i in range(n):
        for j in range(20):
            total += i * j % 5
        yield total


def case_work_between_yields():
    return step(gathered(work(200)))[1][-3:]


CASES = []
