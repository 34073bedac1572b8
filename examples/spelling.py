"""Text: words of Python's own documentation that look like misspellings of other words.

Reads the text of the language reference that every CPython carries (`pydoc_data.topics`) and the
sources of the standard library, counts their words, and gives for rare words
the common word that is nearest by edit distance (Levenshtein 1966).
"""

import os
import pydoc_data.topics

FOLDERS = ("", "asyncio", "email", "json", "unittest", "xml", "logging", "http", "importlib")
COMMON = 30
SHORTEST = 6


def read_corpus():
    texts = []
    for topic in sorted(pydoc_data.topics.topics):
        texts.append(pydoc_data.topics.topics[topic])
    library = os.path.dirname(os.__file__)
    for folder in FOLDERS:
        for name in sorted(os.listdir(os.path.join(library, folder))):
            if name.endswith(".py"):
                with open(os.path.join(library, folder, name), encoding="utf-8") as file:
                    texts.append(file.read())
    return "\n".join(texts).lower()


def count_words(text):
    counts = {}
    start = -1
    for i in range(len(text)):
        c = text[i]
        if "a" <= c <= "z":
            if start < 0:
                start = i
        elif start >= 0:
            word = text[start:i]
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
            start = -1
    return counts


def distance(a, b, limit):
    """Edit distance of two words; `limit + 1` as soon as it is known to be past the limit."""
    previous = list(range(len(b) + 1))
    for i in range(len(a)):
        current = [i + 1]
        lowest = i + 1
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
            if cost < lowest:
                lowest = cost
        if lowest > limit:
            return limit + 1
        previous = current
    return previous[len(b)]


def split_by_frequency(counts):
    common = {}
    rare = []
    for word in sorted(counts):
        if len(word) < SHORTEST:
            continue
        if counts[word] >= COMMON:
            common.setdefault(word[0], []).append(word)
        elif counts[word] == 1:
            rare.append(word)
    return common, rare


def nearest(word, candidates):
    best = ""
    best_distance = 2
    for candidate in candidates:
        if -2 < len(candidate) - len(word) < 2:
            far = distance(word, candidate, best_distance - 1)
            if far < best_distance:
                best_distance = far
                best = candidate
    return best


def main():
    text = read_corpus()
    counts = count_words(text)
    common, rare = split_by_frequency(counts)
    found = []
    for word in rare:
        match = nearest(word, common.get(word[0], []))
        if match:
            found.append(f"{word} ~ {match}")
    print(f"{len(text)} characters, {sum(counts.values())} words, {len(counts)} different")
    print(f"{len(rare)} words occur once; {len(found)} of them are one letter from a common word:")
    print(", ".join(found[:: max(1, len(found) // 12)]))


if __name__ == "__main__":
    main()
