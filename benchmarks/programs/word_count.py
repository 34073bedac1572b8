"""Dicts with str keys: how often each word of a text occurs."""

import sys

SIZE = 700_000
SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "to")


def make_text(count):
    words = []
    state = 7
    for _ in range(count):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        number = state // 65_536
        word = SYLLABLES[number % 8] + SYLLABLES[number // 8 % 8]
        if number % 3 != 0:
            word = word + SYLLABLES[number // 64 % 8]
        words.append(word)
    return " ".join(words)


def count_words(text):
    counts = {}
    for word in text.split(" "):
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts


def main(count):
    counts = count_words(make_text(count))
    checksum = 0
    for word, times in counts.items():
        checksum = (checksum + times * times * len(word)) % 1_000_000_007
    return checksum * 1000 + len(counts)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
