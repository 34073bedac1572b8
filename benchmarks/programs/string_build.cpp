#include "harness.hpp"
using bench::Int;

static std::string make_text(Int length) {
    std::string text;
    Int state = 5;
    while (static_cast<Int>(text.size()) < length) {
        state = bench::next_state(state);
        text.append(1 + state / 4096 % 4, static_cast<char>(97 + state / 65536 % 26));
        if (state / 1024 % 7 == 0) text += ' ';
    }
    return text;
}

static std::string rotate(const std::string& text, Int shift) {
    std::string out;
    for (const char c : text) out += 'a' <= c && c <= 'z' ? static_cast<char>((c - 97 + shift) % 26 + 97) : c;
    return out;
}

static std::string run_lengths(const std::string& text) {
    std::string out;
    char previous = 0;
    Int length = 0;
    for (const char c : text) {
        if (c == previous) {
            ++length;
        } else {
            if (length > 1) out += std::to_string(length);
            if (previous != 0) out += previous;
            previous = c;
            length = 1;
        }
    }
    return out + std::to_string(length) + previous;
}

static Int run(Int length) {
    std::string text = make_text(length);
    Int checksum = 0;
    for (Int shift = 1; shift < 26; shift += 2) {
        text = rotate(text, shift);
        const std::string packed = run_lengths(text);
        checksum = (checksum * 31 + static_cast<Int>(packed.size()) + packed[length / 8] + packed.back()) % 1000000007;
    }
    return checksum;
}

BENCH_MAIN(run)
