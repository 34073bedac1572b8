#include "opt/number_methods.h"

#include <algorithm>

namespace aipy::opt {

using ir::TypeKind;
using types::Fact;

namespace {

struct Row {
    std::string_view name;
    NumberMethod method;
    bool of_floats;  // else of ints and bools
};
constexpr Row rows[] = {
    {"bit_length", NumberMethod::BitLength, false},
    {"bit_count", NumberMethod::BitCount, false},
    {"is_integer", NumberMethod::IsInteger, true},
};

bool has_method(Fact number, const Row& row) {
    if (number.nullable) return false;
    return row.of_floats ? number.is(TypeKind::Float) : number.is(TypeKind::Int) || number.is(TypeKind::Bool);
}

}  // namespace

std::optional<NumberMethod> number_method(std::string_view name, const std::vector<Fact>& operands) {
    if (operands.size() != 1) return std::nullopt;
    for (const Row& row : rows)
        if (row.name == name && has_method(operands.front(), row)) return row.method;
    return std::nullopt;
}

Fact result_of(NumberMethod method) {
    return method == NumberMethod::IsInteger ? Fact::of(TypeKind::Bool) : Fact::natural();
}

bool names_number_method(std::string_view name) { return std::ranges::find(rows, name, &Row::name) != std::end(rows); }

}  // namespace aipy::opt
