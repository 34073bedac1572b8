"""Strings and nested lists: the best local alignment of two texts (Smith and Waterman)."""

import sys

SIZE = 500


def make_text(length, seed):
    letters = []
    state = seed
    for _ in range(length):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        letters.append("ACGT"[state // 65_536 % 4])
    return "".join(letters)


def best_score(a, b):
    scores = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    best = 0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            match = 2 if a[i - 1] == b[j - 1] else -1
            score = max(0, scores[i - 1][j - 1] + match, scores[i - 1][j] - 1, scores[i][j - 1] - 1)
            scores[i][j] = score
            if score > best:
                best = score
    return best


def main(length):
    return best_score(make_text(length, 1), make_text(length, 2)) * 10_000 + length


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
