#include "harness.hpp"
using bench::Int;

static std::vector<Int> make_table() {
    std::vector<Int> table;
    for (Int number = 0; number < 256; ++number) {
        Int entry = number;
        for (int i = 0; i < 8; ++i) entry = entry & 1 ? (entry >> 1) ^ 0xEDB88320 : entry >> 1;
        table.push_back(entry);
    }
    return table;
}

static Int checked(const std::vector<std::uint8_t>& data, const std::vector<Int>& table) {
    Int check = 0xFFFFFFFF;
    for (const std::uint8_t byte : data) check = (check >> 8) ^ table[(check ^ byte) & 0xFF];
    return check ^ 0xFFFFFFFF;
}

static Int run(Int length) {
    std::vector<std::uint8_t> data(length);
    for (Int i = 0; i < length; ++i) data[i] = static_cast<std::uint8_t>(i * 31 + (i >> 8) * 7);
    return checked(data, make_table());
}

BENCH_MAIN(run)
