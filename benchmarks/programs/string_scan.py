"""Strings: a scanner for numbers, names and operators, character by character."""

import sys

SIZE = 80_000


def make_source(statements):
    parts = []
    for i in range(statements):
        parts.append(
            "value"
            + str(i * 7919 % 1000)
            + " = "
            + str(i * i % 100_003)
            + " + (x_"
            + str(i % 10)
            + " * 12);\n"
        )
    return "".join(parts)


def scan(source):
    numbers = 0
    names = 0
    operators = 0
    lines = 1
    total = 0
    position = 0
    length = len(source)
    while position < length:
        c = source[position]
        if "0" <= c <= "9":
            number = 0
            while position < length and "0" <= source[position] <= "9":
                number = number * 10 + ord(source[position]) - 48
                position += 1
            numbers += 1
            total += number
        elif "a" <= c <= "z" or c == "_":
            start = position
            while position < length and (
                "a" <= source[position] <= "z"
                or source[position] == "_"
                or "0" <= source[position] <= "9"
            ):
                position += 1
            names += 1
            total += len(source[start:position])
        else:
            if c == "\n":
                lines += 1
            elif c != " ":
                operators += 1
            position += 1
    return (total * 31 + numbers * 7 + names * 5 + operators * 3 + lines) % 1_000_000_007


def main(statements):
    return scan(make_source(statements))


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
