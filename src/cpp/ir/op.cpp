// Names of ops, operators and comparisons, and the way back from text.
#include "ir/op.h"

#include <string>
#include <unordered_map>

namespace aipy::ir {
namespace {

constexpr std::string_view operator_names[] = {
    "add",
    "subtract",
    "multiply",
    "matrix_multiply",
    "true_divide",
    "floor_divide",
    "remainder",
    "power",
    "left_shift",
    "right_shift",
    "and",
    "or",
    "xor",
    "inplace_add",
    "inplace_subtract",
    "inplace_multiply",
    "inplace_matrix_multiply",
    "inplace_true_divide",
    "inplace_floor_divide",
    "inplace_remainder",
    "inplace_power",
    "inplace_left_shift",
    "inplace_right_shift",
    "inplace_and",
    "inplace_or",
    "inplace_xor",
    "negative",
    "positive",
    "invert",
};
static_assert(std::size(operator_names) == static_cast<size_t>(Operator::Invert) + 1);

constexpr std::string_view compare_names[] = {"less", "less_equal", "equal", "not_equal", "greater", "greater_equal"};
static_assert(std::size(compare_names) == static_cast<size_t>(CompareOp::GreaterEqual) + 1);

}  // namespace

std::string_view operator_name(Operator op) { return operator_names[static_cast<size_t>(op)]; }

std::optional<Operator> parse_operator(std::string_view text) {
    for (size_t index = 0; index < std::size(operator_names); ++index) {
        if (operator_names[index] == text) return static_cast<Operator>(index);
    }
    return std::nullopt;
}

Operator plain_operator(Operator op) {
    constexpr int first_inplace = static_cast<int>(Operator::InplaceAdd);
    if (op < Operator::InplaceAdd || op > Operator::InplaceXor) return op;
    return static_cast<Operator>(static_cast<int>(op) - first_inplace);
}

std::string_view compare_name(CompareOp op) { return compare_names[static_cast<size_t>(op)]; }

std::optional<CompareOp> parse_compare(std::string_view text) {
    for (size_t index = 0; index < std::size(compare_names); ++index) {
        if (compare_names[index] == text) return static_cast<CompareOp>(index);
    }
    return std::nullopt;
}

std::optional<Op> parse_op(std::string_view text) {
    static const std::unordered_map<std::string_view, Op> by_text = [] {
        std::unordered_map<std::string_view, Op> map;
        for (size_t index = 0; index < op_count; ++index) map.emplace(op_table[index].text, static_cast<Op>(index));
        return map;
    }();
    auto found = by_text.find(text);
    if (found == by_text.end()) return std::nullopt;
    return found->second;
}

}  // namespace aipy::ir
