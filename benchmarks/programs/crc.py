"""Bytes and a list as table: the cyclic redundancy check of a buffer."""

import sys

SIZE = 400_000


def make_table():
    table = []
    for number in range(256):
        entry = number
        for _ in range(8):
            entry = (entry >> 1) ^ 0xEDB88320 if entry & 1 else entry >> 1
        table.append(entry)
    return table


def checked(data, table):
    check = 0xFFFFFFFF
    for byte in data:
        check = (check >> 8) ^ table[(check ^ byte) & 0xFF]
    return check ^ 0xFFFFFFFF


def main(length):
    data = bytearray(length)
    for i in range(length):
        data[i] = (i * 31 + (i >> 8) * 7) & 0xFF
    return checked(bytes(data), make_table())


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
