"""Scalar ints: a 32-bit xorshift generator and the bits of its numbers (shifts, &, |, ^)."""

import sys

SIZE = 500_000


def next_random(state):
    state ^= (state << 13) & 0xFFFFFFFF
    state ^= state >> 17
    state ^= (state << 5) & 0xFFFFFFFF
    return state


def count_bits(word):
    word = word - ((word >> 1) & 0x55555555)
    word = (word & 0x33333333) + ((word >> 2) & 0x33333333)
    word = (word + (word >> 4)) & 0x0F0F0F0F
    return ((word * 0x01010101) & 0xFFFFFFFF) >> 24


def main(rounds):
    state = 2_463_534_242
    bits = 0
    mixed = 0
    for _ in range(rounds):
        state = next_random(state)
        bits += count_bits(state)
        mixed = ((mixed << 1) | (mixed >> 31)) & 0xFFFFFFFF
        mixed ^= state
    return mixed * 1_000_000 + bits % 1_000_000


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
