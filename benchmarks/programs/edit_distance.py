"""Strings and lists: Levenshtein's distance of two texts, characters compared one by one."""

import sys

SIZE = 1_500
LETTERS = "abcdefghijklmnop"


def make_text(length, seed):
    letters = []
    state = seed
    for _ in range(length):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        letters.append(LETTERS[state // 65_536 % 16])
    return "".join(letters)


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i in range(len(a)):
        current = [i + 1]
        letter = a[i]
        for j in range(len(b)):
            cost = previous[j]
            if letter != b[j]:
                cost += 1
            if previous[j + 1] + 1 < cost:
                cost = previous[j + 1] + 1
            if current[j] + 1 < cost:
                cost = current[j] + 1
            current.append(cost)
        previous = current
    return previous[len(b)]


def main(length):
    return distance(make_text(length, 1), make_text(length, 2)) * 10_000 + length


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
