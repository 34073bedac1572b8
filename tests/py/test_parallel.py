"""Parallel loops: threads, forks, signals, what is refused and why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import types
from typing import Any

import aipy
import numpy as np
import pytest
from aipy import prange


def filled(out):
    for i in prange(len(out)):
        x = float(i)
        for _ in range(200):
            x = x * 0.999 + 0.001
        out[i] = x


def sum_of_floats(a):
    s = 0.0
    for i in prange(len(a)):
        s += a[i]
    return s


def recurrence(a):
    last = 0.0
    for i in prange(len(a)):
        if a[i] >= 0.0:
            last = a[i] - last
    return last


def in_place(a):
    for i in prange(1, len(a)):
        if a[i] >= 0.0:
            a[i] = a[i] + a[i - 1]


def appended(n):
    out = []
    for i in prange(n):
        out.append(i)
    return out


def compiled(function: Any, **options: Any) -> Any:
    copy = types.FunctionType(function.__code__, function.__globals__, function.__name__)
    return aipy.compile(copy, mode="always", parallel=True, **options)


@pytest.fixture
def threads() -> Any:
    before = aipy.get_num_threads()
    yield aipy.set_num_threads
    aipy.set_num_threads(before)


def test_threads_can_be_chosen(threads: Any) -> None:
    threads(3)
    assert aipy.get_num_threads() == 3
    for wrong in (0, -1, 5000):
        with pytest.raises(ValueError, match="between 1 and 1024"):
            threads(wrong)
    with pytest.raises(TypeError):
        threads("two")


def test_the_environment_says_how_many() -> None:
    code = "import aipy; print(aipy.get_num_threads())"
    environment = {**os.environ, "AIPY_NUM_THREADS": "5"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "5"


def test_a_loop_runs_on_threads(threads: Any) -> None:
    expected = np.zeros(3000)
    filled(expected)
    for count in (1, 2, 5):
        threads(count)
        function = compiled(filled)
        for _ in range(3):
            out = np.zeros(3000)
            function(out)
            assert out.tobytes() == expected.tobytes()
        assert "several threads" in str(aipy.explain(function))


def test_sums_of_floats_have_the_same_bits_for_any_number_of_threads(threads: Any) -> None:
    a = np.random.default_rng(1).standard_normal(100_000)
    function = compiled(sum_of_floats, fastmath=True)
    for _ in range(3):
        function(a)  # what ran before native code was there, ran in its order
    results = set()
    for count in (1, 2, 3, 7):
        threads(count)
        results |= {function(a) for _ in range(5)}
    assert len(results) == 1
    assert results.pop() == pytest.approx(sum_of_floats(a))
    assert "several threads" in str(aipy.explain(function))


def test_sums_of_floats_keep_their_order_without_fastmath() -> None:
    a = np.random.default_rng(1).standard_normal(10_000)
    function = compiled(sum_of_floats)
    assert function(a) == sum_of_floats(a)
    assert "fastmath=True allows that" in str(aipy.explain(function))


@pytest.mark.parametrize(
    ("function", "argument", "why"),
    [
        (recurrence, np.arange(100.0), "needs what line {2} computed in the iteration before"),
        (in_place, np.arange(100.0), "uses elements that line {2} stores in other iterations"),
        (appended, 100, "objects"),
    ],
)
def test_what_does_not_run_in_parallel_says_why(function: Any, argument: Any, why: str) -> None:
    made = compiled(function)
    made(argument)
    first = function.__code__.co_firstlineno
    text = str(aipy.explain(made))
    assert "runs on one thread" in text or "run on one thread" in text
    assert why.replace("{2}", str(first + (4 if function is recurrence else 3))) in text


def running_difference(a):
    last = 0.0
    for i in prange(len(a)):
        x = a[i] - last
        last = x * 0.5
    return last


def running_sum(a):
    s = 0
    for i in aipy.prange(len(a)):
        s += a[i]
        a[i] = s


def running_sum_in_place(a):
    for i in prange(1, len(a)):
        a[i] += a[i - 1]


def shifted(a):
    for i in prange(0, len(a) - 2, 2):
        x = a[i + 2]
        a[i] = x


def two_stores(a):
    for i in prange(len(a) - 1):
        a[i] = 1
        a[i + 1] = 2


def one_place(a):
    for i in prange(len(a)):
        a[3] = a[i]


def at_an_index(a, k=2):
    for i in prange(len(a)):
        a[k - 1] = i


def of_a_grid(a):
    for i in prange(1, 5):
        a[i, 0] = a[i - 1, 0] * 0.5


@pytest.mark.parametrize(
    "mode", [{}, {"mode": "always"}, {"mode": "always", "tier": "interpreter"}]
)
@pytest.mark.parametrize(
    ("function", "argument", "lines"),
    [
        (
            running_difference,
            [1.0] * 9,
            "line 3 needs what line 4 computed in the iteration before",
        ),
        (running_sum, np.arange(9), "line 3 needs what line 3 computed in the iteration before"),
        (running_sum_in_place, np.arange(9), "line 2 uses elements that line 2 stores"),
        (shifted, list(range(9)), "line 2 uses elements that line 3 stores"),
        (two_stores, np.zeros(9), "line 2 uses elements that line 3 stores"),
        (one_place, np.arange(9.0), "line 2 stores to the same element in each iteration"),
        (at_an_index, np.arange(9), "line 2 stores to the same element in each iteration"),
        (of_a_grid, np.ones((9, 2)), "line 2 uses elements that line 2 stores"),
    ],
)
def test_iterations_that_depend_on_each_other_are_an_error(
    function: Any, argument: Any, lines: str, mode: Any
) -> None:
    made = types.FunctionType(function.__code__, globals(), "made", function.__defaults__)
    aipy.compile(made, parallel=True, **mode)
    first = function.__code__.co_firstlineno
    for number in range(2, 5):
        lines = lines.replace(f"line {number}", f"LINE {first + number}")
    for _ in range(4):
        before = np.array(argument)
        with pytest.raises(aipy.DependenceError, match=lines.replace("LINE", "line")) as error:
            made(argument)
        assert isinstance(error.value, RuntimeError)
        assert error.traceback[-1].lineno + 1 in (first + 1, first + 2)
        assert (np.array(argument) == before).all()


def test_it_is_no_error_where_the_loop_is_a_range() -> None:
    expected = running_difference(np.arange(9.0))
    for options in ({}, {"mode": "off", "parallel": True}, {"mode": "always"}):
        copy = types.FunctionType(running_difference.__code__, globals(), "copy")
        aipy.compile(copy, **options)
        assert copy(np.arange(9.0)) == expected
    aipy.compile(copy, mode="always", parallel=True)
    with pytest.raises(aipy.DependenceError):
        copy(np.arange(9.0))


def test_from_several_threads_at_once(threads: Any) -> None:
    threads(2)
    function = compiled(filled)
    expected = np.zeros(2000)
    filled(expected)
    outs = [np.zeros(2000) for _ in range(4)]

    def call(out: Any) -> None:
        for _ in range(10):
            function(out)

    callers = [threading.Thread(target=call, args=(out,)) for out in outs]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert all(out.tobytes() == expected.tobytes() for out in outs)


def test_other_threads_run_meanwhile(threads: Any) -> None:
    threads(2)
    function = compiled(filled)
    function(np.zeros(100))
    turns = 0
    done = threading.Event()

    def count() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1

    counter = threading.Thread(target=count)
    counter.start()
    before = turns
    function(np.zeros(300_000))
    after = turns
    done.set()
    counter.join()
    assert after > before


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork(threads: Any) -> None:
    threads(3)
    function = compiled(filled)
    expected = np.zeros(3000)
    filled(expected)
    function(np.zeros(3000))
    child = os.fork()
    if child == 0:
        out = np.zeros(3000)
        function(out)
        os._exit(0 if out.tobytes() == expected.tobytes() else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_signal_ends_the_loop(threads: Any) -> None:
    threads(2)
    function = compiled(filled)
    function(np.zeros(100))
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    # Whoever starts the tests in the background makes Python ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            timer.start()
            function(np.zeros(30_000_000))
    finally:
        signal.signal(signal.SIGINT, before)
    timer.join()


def test_a_handler_that_raises_nothing_lets_it_go_on(threads: Any) -> None:
    threads(2)
    function = compiled(filled)
    expected = np.zeros(200_000)
    function(expected)
    calls = []
    before = signal.signal(signal.SIGALRM, lambda *_: calls.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
        out = np.zeros(200_000)
        function(out)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert out.tobytes() == expected.tobytes()
    assert calls


def escapes(points, out, most):
    for i in prange(len(points)):
        x = points[i]
        n = 0
        z = 0.0
        while n < most and z * z < 4.0:
            z = z * z + x
            n += 1
        out[i] = n


def test_a_part_ends_where_it_ends_in_the_interpreter(threads: Any) -> None:
    threads(2)
    points, expected = np.linspace(-2.2, 0.5, 900), np.zeros(900, int)
    escapes(points, expected, 60)
    for guard in range(14, 20):
        function = compiled(escapes, stress_guards=str(guard))
        for _ in range(3):
            out = np.zeros(900, int)
            function(points, out, 60)
            assert out.tobytes() == expected.tobytes(), guard
