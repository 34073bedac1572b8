#include "harness.hpp"
using bench::Int;

static Int fib(Int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

BENCH_MAIN(fib)
