"""Bytes and bytearrays by index: values, bounds, what is refused, and others who share the memory."""

import numpy as np


def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[0] = flags[1] = 0
    i = 2
    while i * i <= n:
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = 0
        i += 1
    return flags


def checksum(data, table):
    value = 0xFFFF
    for i in range(len(data)):
        value = (value >> 3) ^ table[(value ^ data[i]) & 7] ^ data[-i - 1]
    return value


def fill(target, values):
    for i in range(len(values)):
        target[i] = values[i]
    return target


def shift(target, by):
    for i in range(len(target)):
        target[i] = (target[i] + by) & 255
    return bytes(target)


def shared(target, view):
    out = []
    for i in range(len(target)):
        target[i] = i
        view[i] += 100
        out.append(target[i])
    return out


def growing(target, other):
    total = 0
    i = 0
    while i < len(target) and i < 40:
        total += target[i] + len(other)
        if i % 5 == 0:
            other.append(i)
        i += 1
    return total, len(target)


def truths(values):
    return [1 if value else 0 for value in values], [not len(value) for value in values]


def at(data, index):
    return data[index]


def put(data, index, value):
    data[index] = value
    return data


def case_sieve():
    return sieve(200)


def case_checksum():
    table = [3, 1, 4, 1, 5, 9, 2, 6]
    data = bytes(range(50, 120))
    return checksum(data, table), checksum(bytearray(data), table), checksum(data, bytes(table))


def case_fill():
    return fill(bytearray(6), [0, 255, True, False, 7, 9]), fill(bytearray(3), np.array([1, 2, 250], dtype=np.uint8))


def case_shift():
    return [shift(bytearray(b"some bytes"), by) for by in (0, 1, 200, -1)]


def case_shared():
    target = bytearray(30)
    return shared(target, np.frombuffer(target, dtype=np.uint8)), shared(target, memoryview(target)), shared(target, target)


def case_growing():
    target = bytearray(b"0123456789")
    return growing(target, target), growing(target, bytearray()), growing(b"01234", bytearray())


def case_truths():
    return truths([b"", b"a", bytearray(), bytearray(b"\0")])


def case_indices():
    return [at(b, i) for b in (b"abc", bytearray(b"abc")) for i in (0, 2, -1, -3, True, np.int8(1), np.uint64(2))]


def case_slices():
    return [at(b, slice(1, None)) for b in (b"abc", bytearray(b"abc"))]


def case_too_far():
    return at(b"abc", 3)


def case_too_far_back():
    return at(bytearray(b"abc"), -4)


def case_put():
    return [put(bytearray(b"abc"), i, v) for i in (0, -1, np.int16(1)) for v in (0, 255, True, np.uint8(9))]


def case_put_too_much():
    return put(bytearray(b"abc"), 1, 256)


def case_put_negative():
    return put(bytearray(b"abc"), 1, -1)


def case_put_text():
    return put(bytearray(b"abc"), 1, "x")


def case_put_out_of_bounds():
    return put(bytearray(b"abc"), 3, 1)


def case_bytes_do_not_change():
    return put(b"abc", 1, 1)


class Loud(bytearray):
    def __getitem__(self, index):
        return ("loud", bytearray.__getitem__(self, index))


def case_subclass():
    return at(Loud(b"abc"), 1), at(bytearray(b"abc"), 1)


def spread(cells, fresh, rows, columns):
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            place = i * columns + j
            fresh[place] = (cells[place - 1] + cells[place + 1] + cells[place - columns]) % 251
    return fresh


def pairs(data):
    total = 0
    for i in range(len(data)):
        for j in range(i):
            total += data[i] ^ data[j]
    return total


def case_nests():
    made = []
    for rows, columns, length in ((6, 7, 42), (6, 7, 42), (6, 7, 42), (6, 7, 20), (3, 3, 9), (0, 5, 0)):
        cells = bytes(i * 37 % 256 for i in range(length))
        fresh = bytearray(length)
        try:
            spread(cells, fresh, rows, columns)
        except IndexError as error:
            made.append(str(error))
        made.append((bytes(fresh), pairs(cells), pairs(fresh)))
    made.append(spread(bytearray(b"abcdefghi"), fresh=bytearray(9), rows=3, columns=3))
    same = bytearray(range(30))
    return made, spread(same, same, 5, 6)
