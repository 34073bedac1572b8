"""Exceptions that a function handles itself: who looks at them finds their traceback, whenever that is."""

import sys
import traceback


def entries(error):
    """Lines, relative to the first, and names of an exception's traceback."""
    found = traceback.extract_tb(error.__traceback__)
    return [(entry.name, entry.lineno, entry.colno) for entry in found]


def seen():
    error = sys.exc_info()[1]
    return None if error is None else (repr(error), entries(error))


def parse(text):
    return int(text)


class Stop(Exception):
    pass


class Watching(Exception):
    """Tells how its traceback was when it died."""

    log = []

    def __del__(self):
        Watching.log.append(entries(self))


class Chest:
    def __init__(self):
        self.error = KeyError("kept")

    def open(self):
        raise self.error


def nobody_looks(texts):
    good = bad = 0
    for text in texts:
        try:
            good += parse(text)
        except ValueError:
            bad += 1
    return good, bad


def one_of_several(texts, table):
    bad = missing = 0
    found = []
    for text in texts:
        try:
            found.append(table[int(text)])
        except ValueError:
            bad += 1
        except KeyError as error:
            missing += 1
            found.append(error.args[0])
        except (TypeError, OverflowError):
            found.append(seen())
    return bad, missing, found


def looked_at_in_callee(texts):
    found = []
    for text in texts:
        try:
            parse(text)
        except ValueError:
            found.append(seen())
    return found


def looked_at_sometimes(texts):
    found = []
    for text in texts:
        try:
            parse(text)
        except ValueError:
            if len(text) > 2:
                found.append(seen())
        found.append(seen())
    return found


def kept_for_later(texts):
    kept = []
    last = None
    for text in texts:
        try:
            parse(text)
        except ValueError as error:
            last = error
        kept.append(last)
    return [None if error is None else entries(error) for error in kept]


def kept_by_itself(texts):
    last = None
    for text in texts:
        try:
            parse(text)
        except ValueError as error:
            last = error
    return None if last is None else entries(last)


def one_object_many_times(count):
    chest = Chest()
    for _ in range(count):
        try:
            chest.open()
        except KeyError:
            pass
    return entries(chest.error)


def dies_watched(count):
    Watching.log.clear()
    total = 0
    for i in range(count):
        try:
            total += i
            raise Watching(i)
        except Watching:
            total += 1
    return total, Watching.log[:]


def raised_here(count):
    found = []
    total = 0
    for i in range(count):
        try:
            if i % 3 == 0:
                raise Stop(i)
            if i % 3 == 1:
                raise Stop
            total += 1
        except Stop:
            total += 10
            if i > 5:
                found.append(seen())
    return total, found


def raised_again(texts):
    found = []
    for text in texts:
        try:
            try:
                parse(text)
            except ValueError:
                if len(text) == 1:
                    raise
                raise Stop(text) from None
        except ValueError as error:
            found.append(entries(error))
        except Stop as error:
            found.append((entries(error), entries(error.__context__)))
    return found


def wrong_in_handler(values):
    found = []
    for value in values:
        try:
            try:
                parse(value)
            except ValueError:
                value + 1
        except TypeError as error:
            found.append((entries(error), entries(error.__context__)))
    return found


def grows_in_handler(texts, start):
    """The count leaves the machine's range while an exception is handled."""
    found = []
    count = start
    for text in texts:
        try:
            parse(text)
        except ValueError:
            count += 2**61
            found.append(seen())
        found.append(count)
    return found


def unmatched(texts):
    count = 0
    for text in texts:
        try:
            parse(text)
        except KeyError:
            count += 1
    return count


def finally_and_else(texts):
    log = []
    for text in texts:
        try:
            parse(text)
        except ValueError:
            log.append("bad")
        else:
            log.append("good")
        finally:
            log.append(seen())
    return log


def class_by_name(texts, kind):
    found = []
    for text in texts:
        try:
            parse(text)
        except kind:
            found.append("caught")
    return found


def missing_method(values):
    count = 0
    found = []
    for value in values:
        try:
            value.nothing(len(found))
        except AttributeError:
            count += 1
        try:
            value.nothing(1)
        except AttributeError as error:
            found.append(entries(error))
    return count, found


def no_exception_left(texts):
    before = sys.exc_info()
    for text in texts:
        try:
            parse(text)
        except ValueError:
            pass
    return before == sys.exc_info() == (None, None, None)


TEXTS = ["1", "x", "22", "why", "", "7", "no", "5", "z", "words", "8", "q"]

CASES = [
    (nobody_looks, TEXTS),
    (one_of_several, TEXTS, {1: "a", 22: "b", 7: "c"}),
    (one_of_several, ["1", None, "x", "2", None], {1: "a"}),
    (looked_at_in_callee, TEXTS),
    (looked_at_sometimes, TEXTS),
    (kept_for_later, TEXTS),
    (kept_by_itself, TEXTS),
    (one_object_many_times, 7),
    (dies_watched, 8),
    (raised_here, 14),
    (raised_again, TEXTS),
    (wrong_in_handler, TEXTS),
    (grows_in_handler, TEXTS, 2**62),
    (grows_in_handler, TEXTS, 5),
    (unmatched, ["1", "2", "3", "4", "5", "6", "x"]),
    (finally_and_else, TEXTS),
    (class_by_name, TEXTS, ValueError),
    (class_by_name, TEXTS, (KeyError, ValueError)),
    (class_by_name, TEXTS, KeyError),
    (class_by_name, TEXTS, 5),
    (missing_method, [1, "a", None, 2.0, 5, []]),
    (no_exception_left, TEXTS),
]
