// Methods of Python's numbers that have a form in registers: n.bit_length(), n.bit_count(), x.is_integer().
//
// Nobody can change the classes int, bool and float, so what is known to be one of them needs no guard for the method.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ir/op.h"
#include "types/lattice.h"

namespace aipy::opt {

enum class NumberMethod : uint8_t { BitLength, BitCount, IsInteger };

// What a call of the method with these operands, the number first, calls.
std::optional<NumberMethod> number_method(std::string_view name, const std::vector<types::Fact>& operands);
types::Fact result_of(NumberMethod method);
bool names_number_method(std::string_view name);

}  // namespace aipy::opt
