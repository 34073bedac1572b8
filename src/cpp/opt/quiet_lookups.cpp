#include "opt/quiet_lookups.h"

#include <algorithm>

#include "opt/number_methods.h"

namespace aipy::opt {

using ir::Op;
using ir::TypeKind;
using types::Fact;

namespace {

struct Row {
    TypeKind of;
    std::string_view name;
    std::string_view arguments;
    TypeKind result;
};
constexpr Row rows[] = {
#define QUIET_METHOD(of, name, arguments, result) {TypeKind::of, name, arguments, TypeKind::result},
#include "ir/quiet_methods.def"
#undef QUIET_METHOD
};

bool present(Fact fact, TypeKind kind) { return fact.kind == kind && !fact.nullable; }

bool fits(Fact argument, char letter) {
    switch (letter) {
        case 's': return present(argument, TypeKind::Str);
        case 'i': return present(argument, TypeKind::Int);
        case 'l': return present(argument, TypeKind::List) || present(argument, TypeKind::Tuple);
        default: return false;
    }
}

bool fit(const std::vector<Fact>& operands, std::string_view letters) {
    size_t at = 0;
    bool optional = false;
    for (const char letter : letters) {
        if (letter == '|') {
            optional = true;
            continue;
        }
        if (++at == operands.size()) return optional;
        if (!fits(operands[at], letter)) return false;
    }
    return at + 1 == operands.size();
}

}  // namespace

std::optional<Op> quiet_subscript(Fact container, Fact index) {
    if (present(container, TypeKind::Str) && present(index, TypeKind::Int)) return Op::StrItem;
    if (present(container, TypeKind::Str) && present(index, TypeKind::Slice)) return Op::StrSlice;
    if (present(container, TypeKind::Dict) && present(index, TypeKind::Str)) return Op::DictItem;
    return std::nullopt;
}

std::optional<Op> quiet_contains(Fact container, Fact item) {
    if (!present(item, TypeKind::Str)) return std::nullopt;
    if (present(container, TypeKind::Str)) return Op::StrContains;
    if (present(container, TypeKind::Dict)) return Op::DictContains;
    if (present(container, TypeKind::Tuple) || present(container, TypeKind::List)) return Op::SequenceContains;
    return std::nullopt;
}

std::optional<QuietMethod> quiet_method(std::string_view name, const std::vector<Fact>& operands) {
    const Fact of = operands.front();
    if (of.nullable) return std::nullopt;
    const bool keyed = operands.size() > 1 && present(operands[1], TypeKind::Str);
    if (name == "get" && of.kind == TypeKind::Dict && keyed && operands.size() <= 3)
        return QuietMethod{Op::DictGet, 0, Fact::any()};
    for (const Row& row : rows)
        if (row.of == of.kind && row.name == name && fit(operands, row.arguments))
            return QuietMethod{Op::CallQuiet, &row - rows, Fact::of(row.result)};
    return std::nullopt;
}

bool names_quiet_method(std::string_view name) {
    return name == "append" || name == "pop" || name == "get" || name == "conjugate" || names_number_method(name) ||
           std::ranges::find(rows, name, &Row::name) != std::end(rows);
}

}  // namespace aipy::opt
