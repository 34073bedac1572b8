#include "harness.hpp"
using bench::Int;
using Array = std::vector<double>;

static void moving_average(const Array& signal, Array& out, Int width) {
    double window = 0.0;
    const Int length = static_cast<Int>(signal.size());
    for (Int i = 0; i < length; ++i) {
        window += signal[i];
        if (i >= width) window -= signal[i - width];
        out[i] = window / static_cast<double>(width);
    }
}

static void running_maximum(const Array& signal, Array& out) {
    double highest = signal[0];
    for (std::size_t i = 0; i < signal.size(); ++i) {
        if (signal[i] > highest) highest = signal[i];
        out[i] = highest;
    }
}

static double run(Int length) {
    Array signal(length), average(length), maximum(length);
    Int state = 77;
    for (double& value : signal) {
        state = state * 16807 % 2147483647;
        value = static_cast<double>(state) / 2147483647.0;
    }
    moving_average(signal, average, 50);
    running_maximum(average, maximum);
    double total = 0.0;
    for (Int i = 0; i < length; ++i) total += maximum[i] - average[i];
    return total;
}

BENCH_MAIN(run)
