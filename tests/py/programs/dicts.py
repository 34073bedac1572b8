"""Dicts: look-ups, KeyError, order, mutation while iterating, keys that compare equal, methods."""


def get(table, key):
    return table[key]


def put(table, key, value):
    table[key] = value
    return table


def remove(table, key):
    del table[key]
    return table


def count_letters(text):
    counts = {}
    for letter in text:
        if letter in counts:
            counts[letter] += 1
        else:
            counts[letter] = 1
    return counts


def count_with_get(items):
    counts = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts


def group(words):
    groups = {}
    for word in words:
        groups.setdefault(len(word), []).append(word)
    return groups


def memoised_fibonacci(n, memo):
    if n in memo:
        return memo[n]
    result = n if n < 2 else memoised_fibonacci(n - 1, memo) + memoised_fibonacci(n - 2, memo)
    memo[n] = result
    return result


def grows_while_iterating(table):
    for key in table:
        table[key + "x"] = 1
    return table


def shrinks_while_iterating(table):
    for key in table:
        del table[key]
    return table


def value_changes_while_iterating(table):
    for key in table:
        table[key] *= 10
    return table


def iterate_views(table):
    keys = [key for key in table.keys()]
    values = [value for value in table.values()]
    items = []
    for key, value in table.items():
        items.append((value, key))
    return keys, values, items, len(table), list(reversed(table))


def methods(table):
    other = table.copy()
    other.update({"z": 26}, y=25)
    popped = other.pop("z"), other.pop("absent", "default"), other.popitem()
    fresh = dict.fromkeys("ab", 0)
    merged = table | other
    table |= {"new": 1}
    return popped, other, fresh, merged, table, other.get("absent"), list(other), table == merged


def pop_missing(table):
    return table.pop("absent")


def popitem_empty(table):
    table.clear()
    return table.popitem()


def look_up_each(table, keys):
    out = []
    for key in keys:
        out.append(table[key])
    return out


def guarded(table, keys):
    out = []
    for key in keys:
        try:
            out.append(table[key])
        except KeyError as error:
            out.append(error.args)
    return out


class Key:
    """Hashes alike, compares by name; logs comparisons."""

    log = []

    def __init__(self, name):
        self.name = name

    def __hash__(self):
        Key.log.append(("hash", self.name))
        return 1

    def __eq__(self, other):
        Key.log.append(("eq", self.name, other.name))
        return self.name == other.name


class BadHash:
    def __hash__(self):
        raise RuntimeError("no hash today")


def case_user_keys():
    Key.log.clear()
    table = {Key("a"): 1, Key("b"): 2}
    table[Key("a")] += 10
    found = Key("b") in table, Key("c") in table
    return list(table.values()), found, list(Key.log)


def case_bad_hash():
    return {BadHash(): 1}


def case_equal_keys():
    table = {1: "int"}
    table[1.0] = "float"
    table[True] = "bool"
    return table, [type(key).__name__ for key in table]


def case_nan_keys():
    x = float("nan")
    table = {x: 1, float("nan"): 2}
    return len(table), table[x], float("nan") in table


def case_insertion_order():
    table = {}
    for i in range(10):
        table[i * 7 % 10] = i
    for i in range(0, 10, 3):
        del table[i]
    table[3] = "back"
    return list(table.items())


def case_display_with_unpacking():
    base = {"a": 1, "b": 2}
    return {**base, "b": 3, **{"c": 4}}, {"b": 0, **base}


def case_big_int_keys():
    table = {}
    for i in range(60, 70):
        table[2**i] = i
    return table[2**63], table[2**64], 2.0**65 in table


def nested(depth):
    root = {}
    node = root
    for i in range(depth):
        node["child"] = {"level": i}
        node = node["child"]
    total = 0
    node = root
    while "child" in node:
        node = node["child"]
        total += node["level"]
    return root, total


def invert(table):
    out = {}
    for key, value in table.items():
        out[value] = key
    return out


def two_sum(values, wanted):
    seen = {}
    for i in range(len(values)):
        rest = wanted - values[i]
        if rest in seen:
            return seen[rest], i
        seen[values[i]] = i
    return None


CASES = [
    *[(get, {"a": 1, 2: "two", None: 3, (1, 2): 4, 2.5: 5}, key) for key in ("a", 2, 2.0, None, (1, 2), 2.5)],
    *[(get, {"a": 1}, key) for key in ("b", 3, None, (1, 2), [1], {}, "it's", 2**70)],
    (get, None, "a"),
    (get, 5, "a"),
    (put, {}, "k", 1),
    (put, {"k": 0}, "k", 1),
    (put, {}, [], 1),
    (put, None, "k", 1),
    (remove, {"a": 1}, "a"),
    (remove, {"a": 1}, "b"),
    (remove, {"a": 1}, []),
    (count_letters, "mississippi"),
    (count_with_get, [1, 1.0, True, "1", 2]),
    (count_with_get, [1, [2]]),
    (group, ["a", "bb", "cc", "ddd", "e"]),
    (memoised_fibonacci, 30, {}),
    (memoised_fibonacci, 120, {}),
    (grows_while_iterating, {"a": 1, "b": 2}),
    (shrinks_while_iterating, {"a": 1, "b": 2}),
    (value_changes_while_iterating, {"a": 1, "b": 2}),
    (iterate_views, {"a": 1, "b": 2}),
    (iterate_views, {}),
    (methods, {"a": 1, "b": 2}),
    (pop_missing, {}),
    (popitem_empty, {"a": 1}),
    (look_up_each, {"a": 1, "b": 2}, "abba"),
    (look_up_each, {"a": 1, "b": 2}, "abc"),
    (guarded, {"a": 1}, ["a", "b", 3, (1,)]),
    (nested, 6),
    (invert, {"a": 1, "b": 2, "c": 1}),
    (invert, {"a": [1]}),
    (two_sum, [2, 7, 11, 15], 26),
    (two_sum, [2, 7], 100),
]
