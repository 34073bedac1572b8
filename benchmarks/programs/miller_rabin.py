"""Wide ints: primes below 2**61 by Miller and Rabin's test (products leave 64 bits)."""

import sys

SIZE = 6_000


def power_modulo(base, exponent, modulus):
    result = 1
    base = base % modulus
    while exponent > 0:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def is_probable_prime(candidate, witness):
    odd = candidate - 1
    twos = 0
    while odd % 2 == 0:
        odd //= 2
        twos += 1
    x = power_modulo(witness, odd, candidate)
    if x == 1 or x == candidate - 1:
        return True
    for _ in range(twos - 1):
        x = x * x % candidate
        if x == candidate - 1:
            return True
    return False


def main(candidates):
    found = 0
    checksum = 0
    candidate = 2**61 - 1
    for _ in range(candidates):
        if is_probable_prime(candidate, 2) and is_probable_prime(candidate, 3):
            found += 1
            checksum = (checksum * 31 + candidate % 1_000_003) % 1_000_000_007
        checksum = (checksum + power_modulo(5, candidate - 3, candidate)) % 1_000_000_007
        candidate -= 2
    return checksum * 1000 + found


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
