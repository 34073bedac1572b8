#include "harness.hpp"
using bench::Int;

static std::string make_source(Int statements) {
    std::string source;
    for (Int i = 0; i < statements; ++i) {
        source += "value" + std::to_string(i * 7919 % 1000) + " = " + std::to_string(i * i % 100003) + " + (x_" +
                  std::to_string(i % 10) + " * 12);\n";
    }
    return source;
}

static bool is_digit(char c) { return '0' <= c && c <= '9'; }
static bool is_letter(char c) { return ('a' <= c && c <= 'z') || c == '_'; }

static Int scan(const std::string& source) {
    Int numbers = 0, names = 0, operators = 0, lines = 1, total = 0;
    std::size_t position = 0;
    const std::size_t length = source.size();
    while (position < length) {
        const char c = source[position];
        if (is_digit(c)) {
            Int number = 0;
            while (position < length && is_digit(source[position])) number = number * 10 + source[position++] - 48;
            ++numbers;
            total += number;
        } else if (is_letter(c)) {
            const std::size_t start = position;
            while (position < length && (is_letter(source[position]) || is_digit(source[position]))) ++position;
            ++names;
            total += static_cast<Int>(source.substr(start, position - start).size());
        } else {
            if (c == '\n') {
                ++lines;
            } else if (c != ' ') {
                ++operators;
            }
            ++position;
        }
    }
    return (total * 31 + numbers * 7 + names * 5 + operators * 3 + lines) % 1000000007;
}

static Int run(Int statements) { return scan(make_source(statements)); }

BENCH_MAIN(run)
