"""`with` over managers of many kinds, whose methods change, are missing and raise."""

import threading


class Plain:
    def __init__(self, log, swallow=False):
        self.log, self.swallow = log, swallow

    def __enter__(self):
        self.log.append("enter")
        return len(self.log)

    def __exit__(self, kind, error, traceback):
        self.log.append((kind and kind.__name__, str(error), traceback is not None))
        return self.swallow


class Other(Plain):
    def __enter__(self):
        return "other"


class Odd:
    """What it has is no function."""

    class Method:
        def __init__(self, answer):
            self.answer = answer

        def __call__(self, *arguments):
            return self.answer, len(arguments)

    __enter__ = Method("entered")
    __exit__ = staticmethod(lambda *arguments: len(arguments) == 3)


class Asked:
    """The look-up itself runs code."""

    looked_up = []

    class Lookup:
        def __init__(self, name):
            self.name = name

        def __get__(self, instance, owner):
            Asked.looked_up.append(self.name)
            if len(Asked.looked_up) == 11:
                raise KeyError(self.name)
            return lambda *arguments: (self.name, len(arguments))

    __enter__ = Lookup("enter")
    __exit__ = Lookup("exit")


class NoEnter:
    def __exit__(self, *arguments): ...


class NoExit:
    def __enter__(self): ...


def used(manager, fail=False):
    with manager as entered:
        if fail:
            raise ValueError("failed")
        return entered
    return "swallowed"


def outcome(manager, fail=False):
    try:
        return used(manager, fail)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        return type(error).__name__, str(error)


def total(manager, n):
    found = 0
    for i in range(n):
        with manager:
            found += i
            if i % 3 == 0:
                continue
            found += 1
    return found


def case_plain():
    log = []
    return total(Plain(log), 7), [outcome(Plain(log, s), f) for s in (False, True) for f in (False, True)], log


def case_several_classes():
    log = []
    return [outcome(kind(log, True), i % 2) for i, kind in enumerate([Plain, Other, Other, Plain] * 3)], log


def case_own_attributes_do_not_count():
    log = []
    manager = Plain(log)
    manager.__enter__ = manager.__exit__ = None
    return [outcome(manager, fail) for fail in (False, True)], log


def case_odd():
    return [outcome(Odd(), fail) for fail in (False, True, False)]


def case_asked():
    Asked.looked_up.clear()
    return [outcome(Asked(), fail) for fail in (False, True) * 4], Asked.looked_up


def case_missing():
    managers = [NoEnter(), NoExit(), 5, Plain([]), NoExit(), NoEnter()]
    return [outcome(manager) for manager in managers * 2]


def case_of_c():
    lock = threading.Lock()
    return [outcome(lock, i == 2) for i in range(4)], lock.locked()


def case_changes():
    class Changing(Plain):
        pass

    found, log = [], []
    for i in range(8):
        if i == 3:
            Changing.__enter__ = lambda self: "changed"
        if i == 5:
            Changing.__exit__ = lambda self, *arguments: True
        if i == 7:
            Changing.__exit__ = 5
        found.append(outcome(Changing(log), i % 2))
    return found, log


def case_nested():
    log = []
    with Plain(log) as one, Other(log) as two, Plain(log, True) as three:
        log.append((one, two, three))
        raise ValueError("inside")
    return log
