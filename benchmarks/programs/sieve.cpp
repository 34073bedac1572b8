#include "harness.hpp"
using bench::Int;

static Int run(Int limit) {
    std::vector<char> is_prime(limit, 1);
    for (Int candidate = 2; candidate * candidate < limit; ++candidate) {
        if (is_prime[candidate])
            for (Int multiple = candidate * candidate; multiple < limit; multiple += candidate) is_prime[multiple] = 0;
    }
    Int count = 0;
    Int total = 0;
    for (Int number = 2; number < limit; ++number) {
        if (is_prime[number]) {
            ++count;
            total += number;
        }
    }
    return total * 10 + count % 10;
}

BENCH_MAIN(run)
