"""Strings: a rotation cipher and run lengths, texts built character by character with +=."""

import sys

SIZE = 60_000


def make_text(length):
    text = ""
    state = 5
    while len(text) < length:
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        text += chr(97 + state // 65_536 % 26) * (1 + state // 4096 % 4)
        if state // 1024 % 7 == 0:
            text += " "
    return text


def rotate(text, shift):
    out = ""
    for c in text:
        if "a" <= c <= "z":
            out += chr((ord(c) - 97 + shift) % 26 + 97)
        else:
            out += c
    return out


def run_lengths(text):
    out = ""
    previous = ""
    length = 0
    for c in text:
        if c == previous:
            length += 1
        else:
            if length > 1:
                out += str(length)
            out += previous
            previous = c
            length = 1
    return out + str(length) + previous


def main(length):
    text = make_text(length)
    checksum = 0
    for shift in range(1, 26, 2):
        text = rotate(text, shift)
        packed = run_lengths(text)
        checksum = (
            checksum * 31 + len(packed) + ord(packed[length // 8]) + ord(packed[-1])
        ) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
