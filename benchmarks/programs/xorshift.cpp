#include "harness.hpp"
using bench::Int;

static Int next_random(Int state) {
    state ^= (state << 13) & 0xFFFFFFFF;
    state ^= state >> 17;
    state ^= (state << 5) & 0xFFFFFFFF;
    return state;
}

static Int count_bits(Int word) {
    word = word - ((word >> 1) & 0x55555555);
    word = (word & 0x33333333) + ((word >> 2) & 0x33333333);
    word = (word + (word >> 4)) & 0x0F0F0F0F;
    return ((word * 0x01010101) & 0xFFFFFFFF) >> 24;
}

static Int run(Int rounds) {
    Int state = 2463534242;
    Int bits = 0;
    Int mixed = 0;
    for (Int i = 0; i < rounds; ++i) {
        state = next_random(state);
        bits += count_bits(state);
        mixed = ((mixed << 1) | (mixed >> 31)) & 0xFFFFFFFF;
        mixed ^= state;
    }
    return mixed * 1000000 + bits % 1000000;
}

BENCH_MAIN(run)
