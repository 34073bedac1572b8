"""Lists as tables: the primes below a limit by Eratosthenes' sieve."""

import sys

SIZE = 4_000_000


def main(limit):
    is_prime = [True] * limit
    candidate = 2
    while candidate * candidate < limit:
        if is_prime[candidate]:
            for multiple in range(candidate * candidate, limit, candidate):
                is_prime[multiple] = False
        candidate += 1
    count = 0
    total = 0
    for number in range(2, limit):
        if is_prime[number]:
            count += 1
            total += number
    return total * 10 + count % 10


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
