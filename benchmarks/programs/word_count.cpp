#include <string_view>
#include <unordered_map>

#include "harness.hpp"
using bench::Int;
using Counts = std::unordered_map<std::string, Int>;

static std::string make_text(Int count) {
    static const char* const syllables[] = {"ba", "ke", "lo", "mi", "nu", "ra", "se", "to"};
    std::string text;
    Int state = 7;
    for (Int i = 0; i < count; ++i) {
        state = bench::next_state(state);
        const Int number = state / 65536;
        if (i > 0) text += ' ';
        text += syllables[number % 8];
        text += syllables[number / 8 % 8];
        if (number % 3 != 0) text += syllables[number / 64 % 8];
    }
    return text;
}

static Counts count_words(const std::string& text) {
    Counts counts;
    std::size_t start = 0;
    while (start <= text.size()) {
        std::size_t end = text.find(' ', start);
        if (end == std::string::npos) end = text.size();
        ++counts[text.substr(start, end - start)];
        start = end + 1;
    }
    return counts;
}

static Int run(Int count) {
    const Counts counts = count_words(make_text(count));
    Int checksum = 0;
    for (const auto& [word, times] : counts)
        checksum = (checksum + times * times * static_cast<Int>(word.size())) % 1000000007;
    return checksum * 1000 + static_cast<Int>(counts.size());
}

BENCH_MAIN(run)
