#include "harness.hpp"
using bench::Int;

static Int multiply_modulo(Int a, Int b, Int modulus) {
    return static_cast<Int>(static_cast<__int128>(a) * b % modulus);
}

static Int power_modulo(Int base, Int exponent, Int modulus) {
    Int result = 1;
    base = base % modulus;
    while (exponent > 0) {
        if (exponent & 1) result = multiply_modulo(result, base, modulus);
        base = multiply_modulo(base, base, modulus);
        exponent >>= 1;
    }
    return result;
}

static bool is_probable_prime(Int candidate, Int witness) {
    Int odd = candidate - 1;
    Int twos = 0;
    while (odd % 2 == 0) {
        odd /= 2;
        ++twos;
    }
    Int x = power_modulo(witness, odd, candidate);
    if (x == 1 || x == candidate - 1) return true;
    for (Int i = 0; i < twos - 1; ++i) {
        x = multiply_modulo(x, x, candidate);
        if (x == candidate - 1) return true;
    }
    return false;
}

static Int run(Int candidates) {
    Int found = 0;
    Int checksum = 0;
    Int candidate = (Int{1} << 61) - 1;
    for (Int i = 0; i < candidates; ++i) {
        if (is_probable_prime(candidate, 2) && is_probable_prime(candidate, 3)) {
            ++found;
            checksum = (checksum * 31 + candidate % 1000003) % 1000000007;
        }
        checksum = (checksum + power_modulo(5, candidate - 3, candidate)) % 1000000007;
        candidate -= 2;
    }
    return checksum * 1000 + found;
}

BENCH_MAIN(run)
