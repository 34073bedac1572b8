"""Loops over sequences whose iterators are a sequence and an index in registers, and every way out of them."""


class Loud:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def checksum(data, table):
    c = 0xFFFF
    for byte in data:
        c = (c >> 8) ^ table[(c ^ byte) & 0xFF]
    return c


def grow_and_shrink(items, limit):
    seen = []
    for item in items:
        seen.append(item)
        if item == 1 and len(items) < limit:
            items.append(1)
        elif item == 2:
            del items[2:]
            items.append(0.5)
            items.append(3)
            items.append(4)
    else:
        seen.append("end")
    return seen


def find(items, wanted):
    for item in items:
        if item == wanted:
            break
    else:
        return "none"
    return item


def products(rows, factors):
    total = 0
    for row in rows:
        for item in row:
            for factor in factors:
                total += item * factor
    return total


def until_error(items):
    total = 0
    try:
        for item in items:
            total += 10 // item
    except ZeroDivisionError:
        return -total
    return total


def names_of(loud):
    out = []
    for one in [Loud(name) for name in loud]:
        out.append(one.name)
    Loud.log.append("behind")
    return out


def stops_early(loud):
    for one in (Loud(loud), Loud(loud + "2")):
        if one.name:
            break
    Loud.log.append("broken")


def case_bytes():
    table = [(7 * i) & 0xFFFF for i in range(256)]
    data = bytes(range(90))
    return [checksum(data, table), checksum(bytearray(data), table), checksum(b"", table), checksum([3, 4], table)]



def bytes_grow(data):
    count = 0
    for byte in data:
        count += byte
        if len(data) < 12:
            data.append(byte + 1)
        if byte == 8:
            data.clear()
    return count, data


def case_bytearray_grows():
    return [bytes_grow(bytearray([start])) for start in (1, 2, 7)]


def case_list_changes():
    return [grow_and_shrink(items, 6) for items in ([1], [3, 2, 5, 6], [2], [1, 2, 7, 8], [])]


def case_items_of_kinds():
    out = [find([i, i + 1, i + 2], i + 1) for i in range(4)]
    out.append(find([0.5, 2.5], 2.5))
    out.append(find(["a", None, "b"], "b"))
    out.append(find((2**70, 3), 2**70))
    out.append(find((), 3))
    return out


def case_nested():
    rows = [[1, 2], [3], [], [4, 5, 6]]
    return [products(rows, (1, -2)), products(tuple(rows), [3]), products([b"ab", bytearray(b"c")], (2,))]


def case_errors():
    return [until_error(items) for items in ([1, 2, 3], (4, 0, 5), b"\x01\x00", [0.5, 2])]


def case_destructors():
    Loud.log.clear()
    out = [names_of(["a", "b"]), names_of("cd")]
    stops_early("e")
    return out, list(Loud.log)
