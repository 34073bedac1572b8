"""Lists of floats: a fast Fourier transform in place, real and imaginary parts apart."""

import math
import sys

SIZE = 8_192


def reorder(real, imaginary, length):
    j = 0
    for i in range(1, length):
        bit = length >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            real[i], real[j] = real[j], real[i]
            imaginary[i], imaginary[j] = imaginary[j], imaginary[i]


def transform(real, imaginary, length):
    reorder(real, imaginary, length)
    size = 2
    while size <= length:
        half = size // 2
        for k in range(half):
            angle = -2.0 * math.pi * k / size
            c = math.cos(angle)
            s = math.sin(angle)
            for i in range(k, length, size):
                j = i + half
                x = real[j] * c - imaginary[j] * s
                y = real[j] * s + imaginary[j] * c
                real[j] = real[i] - x
                imaginary[j] = imaginary[i] - y
                real[i] += x
                imaginary[i] += y
        size *= 2


def main(length):
    real = [(i * 37 % 101) / 101.0 for i in range(length)]
    imaginary = [0.0] * length
    transform(real, imaginary, length)
    total = 0.0
    for i in range(length):
        total += real[i] * (i % 7) + imaginary[i] * (i % 5)
    return total


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
