#include <stdexcept>
#include <unordered_map>

#include "harness.hpp"
using bench::Int;

struct LimitError {
    Int value;
};

static Int parse(const std::string& text) {
    std::size_t end = 0;
    const Int value = std::stoll(text, &end);
    if (end != text.size()) throw std::invalid_argument(text);
    return value;
}

static Int check(Int value, Int limit) {
    if (value > limit) throw LimitError{value};
    return value;
}

static Int run(Int count) {
    const std::vector<std::string> fields{"12", "x7", "305", "", "44", "9999", "-3", "1e3"};
    const std::unordered_map<Int, Int> prices{{0, 3}, {1, 5}, {3, 11}, {4, 2}, {6, 8}};
    Int good = 0, bad = 0, missing = 0, over = 0;
    for (Int i = 0; i < count; ++i) {
        try {
            const Int value = parse(fields[i % 8]);
            good += check(value, 1000) * prices.at(i % 7);
        } catch (const std::invalid_argument&) {
            ++bad;
        } catch (const std::out_of_range&) {
            ++missing;
        } catch (const LimitError& error) {
            over += error.value % 10;
        }
    }
    return bench::floor_modulo(good * 31 + bad * 7 + missing * 3 + over, 1000000007);
}

BENCH_MAIN(run)
