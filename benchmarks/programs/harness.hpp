// The frame that every C++ counterpart shares: `PROGRAM SIZE [steady]` prints the checksum of run(SIZE), and with
// `steady` also the time of each of some further runs inside the same process, as inside.py does for Python.
//
// Contraction of a*b+c to one rounding is off: the counterparts give the same bits as the Python programs, so their
// checksums can be compared for equality.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

#ifndef BENCH_ALLOW_CONTRACTION
#pragma STDC FP_CONTRACT OFF
#endif

namespace bench {

using Int = std::int64_t;

// Python's // and % for a positive divisor.
inline Int floor_divide(Int a, Int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
inline Int floor_modulo(Int a, Int b) { return a - floor_divide(a, b) * b; }

// The generator of test data that several programs share.
inline Int next_state(Int state) { return (state * 1103515245 + 12345) % 2147483648; }

inline void print_checksum(Int value) { std::printf("checksum %lld\n", static_cast<long long>(value)); }
inline void print_checksum(double value) { std::printf("checksum %.17g\n", value); }

// Hides where the size comes from, so that no run can be folded into another.
inline Int hidden(Int value) {
    asm volatile("" : "+r"(value) : : "memory");
    return value;
}

// The same rule as in inside.py: at least 3 calls and 0.2 s, but no new call after 0.5 s.
inline bool enough(int calls, double total) { return total >= 0.5 || (calls >= 3 && total >= 0.2); }

template <typename Run>
int main_of(int argc, char** argv, Run run) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s SIZE [steady]\n", argv[0]);
        return 2;
    }
    const Int size = std::atoll(argv[1]);
    print_checksum(run(hidden(size)));
    double total = 0.0;
    for (int calls = 0; argc > 2 && !enough(calls, total); ++calls) {
        const auto start = std::chrono::steady_clock::now();
        auto result = run(hidden(size));
        asm volatile("" : : "m"(result) : "memory");
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        std::printf("seconds %.9f\n", elapsed.count());
        total += elapsed.count();
    }
    return 0;
}

}  // namespace bench

#define BENCH_MAIN(run) \
    int main(int argc, char** argv) { return bench::main_of(argc, argv, run); }
