"""NumPy element loops on small ints: the best local alignment of two sequences of bytes."""

import sys

import numpy as np

SIZE = 350


def fill(codes, seed):
    state = seed
    for i in range(len(codes)):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        codes[i] = state // 65_536 % 4


def best_score(a, b, scores):
    best = 0
    for i in range(1, a.shape[0] + 1):
        for j in range(1, b.shape[0] + 1):
            match = 2 if a[i - 1] == b[j - 1] else -1
            score = max(0, scores[i - 1, j - 1] + match, scores[i - 1, j] - 1, scores[i, j - 1] - 1)
            scores[i, j] = score
            if score > best:
                best = score
    return best


def main(length):
    a = np.zeros(length, dtype=np.int8)
    b = np.zeros(length, dtype=np.int8)
    fill(a, 1)
    fill(b, 2)
    scores = np.zeros((length + 1, length + 1), dtype=np.int32)
    return int(best_score(a, b, scores)) * 10_000 + length


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
