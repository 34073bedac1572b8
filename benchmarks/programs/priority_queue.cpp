#include <utility>

#include "harness.hpp"
using bench::Int;
using Heap = std::vector<Int>;

static void push(Heap& heap, Int value) {
    heap.push_back(value);
    std::size_t place = heap.size() - 1;
    while (place > 0) {
        const std::size_t parent = (place - 1) / 2;
        if (heap[parent] <= heap[place]) break;
        std::swap(heap[parent], heap[place]);
        place = parent;
    }
}

static Int pop(Heap& heap) {
    const Int least = heap[0], last = heap.back();
    heap.pop_back();
    const std::size_t length = heap.size();
    if (length == 0) return least;
    heap[0] = last;
    for (std::size_t place = 0;;) {
        std::size_t child = 2 * place + 1;
        if (child >= length) return least;
        if (child + 1 < length && heap[child + 1] < heap[child]) ++child;
        if (heap[place] <= heap[child]) return least;
        std::swap(heap[place], heap[child]);
        place = child;
    }
}

static Int run(Int count) {
    Heap heap;
    Int state = 9;
    for (Int i = 0; i < count; ++i) {
        state = state * 16807 % 2147483647;
        push(heap, state % 1000000);
    }
    Int checksum = 0;
    for (Int i = 0; i < count; ++i) checksum += pop(heap) * (i % 7);
    return checksum;
}

BENCH_MAIN(run)
