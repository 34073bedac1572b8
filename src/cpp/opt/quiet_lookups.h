// Which look-ups have a form that runs no Python code (ops.def: str.item to call.quiet), by what is known of their
// operands. Behind such an op facts live on, and a body of nothing else may be a native one (native_calls.h).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ir/op.h"
#include "types/lattice.h"

namespace aipy::opt {

// container[index], and `item in container`.
std::optional<ir::Op> quiet_subscript(types::Fact container, types::Fact index);
std::optional<ir::Op> quiet_contains(types::Fact container, types::Fact item);

struct QuietMethod {
    ir::Op op;        // call.quiet or dict.get
    int64_t row = 0;  // of quiet_methods.def, for call.quiet
    types::Fact result;
};
// A call of the method with these operands, the first of them the one whose method it is.
std::optional<QuietMethod> quiet_method(std::string_view name, const std::vector<types::Fact>& operands);
// Whether some class has a method of that name with a form of its own: then it is worth knowing what the operands are.
bool names_quiet_method(std::string_view name);

}  // namespace aipy::opt
