#include "harness.hpp"
using bench::Int;

static std::string format_row(Int number, Int amount) {
    char row[96];
    std::snprintf(row, sizeof row, "%06lld;%lld.%02lld;%s;%llx", static_cast<long long>(number),
                  static_cast<long long>(amount / 100), static_cast<long long>(amount % 100),
                  number % 2 == 0 ? "even" : "odd", static_cast<unsigned long long>(number));
    return row;
}

static std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t end = text.find(separator); end != std::string::npos; end = text.find(separator, start)) {
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

static Int run(Int rows) {
    Int checksum = 0;
    for (Int number = 0; number < rows; ++number) {
        const std::string row = format_row(number, number * 7919 % 1000003);
        const auto fields = split(row, ';');
        const auto amount = split(fields[1], '.');
        checksum = (checksum + std::stoll(fields[0]) + std::stoll(amount[0]) * 100 + std::stoll(amount[1]) +
                    static_cast<Int>(fields[2].size())) %
                   1000000007;
        checksum = (checksum + static_cast<Int>(row.size()) + fields[3].back()) % 1000000007;
    }
    return checksum;
}

BENCH_MAIN(run)
