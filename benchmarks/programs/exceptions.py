"""Exceptions: fields that are no numbers, keys that are missing, errors of its own."""

import sys

SIZE = 700_000


class LimitError(Exception):
    pass


def check(value, limit):
    if value > limit:
        raise LimitError(value)
    return value


def main(count):
    fields = ["12", "x7", "305", "", "44", "9999", "-3", "1e3"]
    prices = {0: 3, 1: 5, 3: 11, 4: 2, 6: 8}
    good = 0
    bad = 0
    missing = 0
    over = 0
    for i in range(count):
        try:
            value = int(fields[i % 8])
            good += check(value, 1000) * prices[i % 7]
        except ValueError:
            bad += 1
        except KeyError:
            missing += 1
        except LimitError as error:
            over += error.args[0] % 10
    return (good * 31 + bad * 7 + missing * 3 + over) % 1_000_000_007


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
