"""Strings: rows of a report written with f-strings, then read back with split and int."""

import sys

SIZE = 150_000


def format_row(number, amount):
    cents = amount % 100
    parity = "even" if number % 2 == 0 else "odd"
    return f"{number:06d};{amount // 100}.{cents:02d};{parity};{number:x}"


def main(rows):
    checksum = 0
    for number in range(rows):
        row = format_row(number, number * 7919 % 1_000_003)
        fields = row.split(";")
        whole, cents = fields[1].split(".")
        checksum = (
            checksum + int(fields[0]) + int(whole) * 100 + int(cents) + len(fields[2])
        ) % 1_000_000_007
        checksum = (checksum + len(row) + ord(fields[3][-1])) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
